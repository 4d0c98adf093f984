import { refuse } from '#shared/domain/problem.ts';
import { timers } from '#shared/events/timers.ts';
import type { Answer } from '#shared/http/door.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import type { World } from '#shared/world.ts';
import { Alarm } from './alarm.ts';
import type { Relay } from './relay.ts';
import type { TestClock } from './testClock.ts';
import { fireTimer } from './timers.ts';
import type { LocalWorld } from './world.ts';

/** Longest wait for the consumers between two firings; one that keeps failing does not stop the time. */
const SETTLE_MS = 10_000;
/** Longest way in one move: a year of a small dairy takes a minute or so. */
const MOST_DAYS = 1_100;
const DAY_MS = 86_400_000;

/** Where the clock stands after a move, and how many timers were fired on the way. */
export interface Moved {
  now: string;
  fired: number;
}

/** Moves the clock of a dairy under TEST_CLOCK as if the time between were lived: see docs/decisions/0010. */
export class ClockMover {
  readonly #world: World;
  readonly #payments: LocalWorld['payments'];
  readonly #clock: TestClock;
  readonly #relay: Relay;
  readonly #handlerOf: (lambda: string) => LambdaHandler;
  readonly #alarms: Alarm[];
  #last: Promise<unknown> = Promise.resolve();
  #stopping = false;

  constructor(options: {
    local: LocalWorld;
    clock: TestClock;
    relay: Relay;
    handlerOf: (lambda: string) => LambdaHandler;
    /** FOLLOW_UP=off: neither timers nor events. */
    firesTimers: boolean;
  }) {
    this.#world = options.local.world;
    this.#payments = options.local.payments;
    this.#clock = options.clock;
    this.#relay = options.relay;
    this.#handlerOf = options.handlerOf;
    this.#alarms = options.firesTimers ? timers.map((timer) => new Alarm(this.#world, timer)) : [];
  }

  /** Moves the clock, once all moves that were asked for before are done. */
  moveTo(now: string): Promise<Answer<Moved>> {
    const move = this.#last.then(() => this.#move(Date.parse(now)));
    this.#last = move.catch(() => undefined);
    return move;
  }

  /** Ends a move under way after the firing it is at. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#last;
  }

  async #move(toMs: number): Promise<Answer<Moved>> {
    const fromMs = this.#clock.now().getTime();
    if (toMs - fromMs > MOST_DAYS * DAY_MS) {
      const detail = `must be at most ${MOST_DAYS} days ahead; move in several steps`;
      return refuse('INVALID_INPUT', undefined, { errors: [{ pointer: '/now', detail }] });
    }
    if (toMs < fromMs) for (const alarm of this.#alarms) alarm.reset();
    const fired = toMs < fromMs ? 0 : await this.#live(toMs);
    if (this.#stopping) return refuse('UNAVAILABLE', 'The dairy is closing.', { retryAfterSeconds: 5 });
    await this.#setTo(toMs);
    const now = this.#clock.now().toISOString();
    this.#world.log.info('clock moved', { from: new Date(fromMs).toISOString(), now, fired });
    return { now, fired };
  }

  /** Fires every timer at its own instants until then; whatever follows from one is over before the next. */
  async #live(toMs: number): Promise<number> {
    let fired = 0;
    for (const alarm of this.#alarms) alarm.begin();
    await this.#settle();
    while (!this.#stopping) {
      const nowMs = this.#clock.now().getTime();
      const nexts = await Promise.all(this.#alarms.map((alarm) => alarm.next(nowMs)));
      const atMs = Math.min(...nexts);
      if (atMs > toMs) break;
      await this.#setTo(atMs);
      for (const [i, alarm] of this.#alarms.entries()) {
        if (nexts[i] !== atMs) continue;
        await fireTimer(this.#handlerOf, this.#world.log, alarm.timer);
        await alarm.firedAt(atMs);
        await this.#settle();
        fired++;
      }
    }
    return fired;
  }

  async #setTo(ms: number): Promise<void> {
    this.#clock.set(new Date(ms).toISOString());
    await this.#settle();
  }

  /** What the provider sends by now has come, and all events are through. */
  async #settle(): Promise<void> {
    await this.#payments.catchUp();
    if (await this.#relay.settled(SETTLE_MS)) return;
    this.#world.log.warn('the clock went on before all events were through', {});
  }
}
