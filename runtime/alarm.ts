import { tables } from '#lambdas/tables.ts';
import type { Condition } from '#shared/data/condition.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { keyOf } from '#shared/data/table.ts';
import { addDays, dayOf, instantOf } from '#shared/domain/day.ts';
import { shardKeys } from '#shared/domain/shard.ts';
import type { Timer, Wake } from '#shared/events/timers.ts';
import type { World } from '#shared/world.ts';

const HOUR_SECONDS = 3_600;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Tells when a timer is to be fired next while the clock is moved: the first multiple of its pace at which it may
 * find something to do. All instants here are milliseconds since 1970.
 */
export class Alarm {
  readonly timer: Timer;
  readonly #world: World;
  #firedAt: number | undefined;
  /** The settings it was last fired under: others may have other cutoffs, which may be past. */
  #settings = '';
  /** The rows that were due when it was last asked, and those it was fired at. */
  #due = '';
  #tried: string | undefined;
  #triedSince = 0;

  constructor(world: World, timer: Timer) {
    this.#world = world;
    this.timer = timer;
  }

  /** The next firing after an instant; never, as far as anybody can tell now, is infinite. */
  async next(nowMs: number): Promise<number> {
    const { everySeconds, wakes } = this.timer;
    const first = multipleAfter(nowMs, everySeconds);
    const settings = await settingsOf(this.#world);
    if (this.#firedAt === undefined || this.#settings !== JSON.stringify(settings)) return first;
    if (!wakes) return atOrAfter(multipleAfter(nowMs, Math.max(everySeconds, HOUR_SECONDS)), everySeconds);
    const rowWakes = wakes.filter((wake) => typeof wake === 'object' && 'table' in wake);
    const rows = await Promise.all(rowWakes.map((wake) => this.#earliest(wake, nowMs)));
    this.#due = rows.map(({ due }) => due).join(';');
    if (/[^;]/.test(this.#due)) {
      if (this.#due !== this.#tried) return first;
      rows.push({ due: '', later: this.#retryAt() });
    }
    const since = this.#firedAt - everySeconds * 1_000;
    const times = clockTimesOf(wakes, settings).map((time) => clockAfter(since, time, settings));
    const wanted = Math.min(
      ...rows.map(({ later }) => atOrAfter(later, everySeconds)),
      // Later than the cutoff itself, because what was changed in its last second counts; and once more after that.
      ...times.map((time) => multipleAfter(time, everySeconds)),
    );
    return Math.max(wanted, first);
  }

  /** Notes that it was fired. */
  async firedAt(nowMs: number): Promise<void> {
    this.#firedAt = nowMs;
    if (this.#due !== this.#tried) this.#triedSince = nowMs;
    this.#tried = this.#due;
    this.#settings = JSON.stringify(await settingsOf(this.#world));
  }

  /** A move begins: what could not be done in the last one may be possible now. */
  begin(): void {
    this.#tried = undefined;
  }

  /** Forgets what it knows: the clock was set back, and what was over is to come again. */
  reset(): void {
    this.#firedAt = undefined;
    this.#tried = undefined;
  }

  /** It was fired at these very rows and could do nothing. In life it tries on at its pace; here less and less. */
  #retryAt(): number {
    const firedAt = this.#firedAt ?? 0;
    return firedAt + Math.min(Math.max(firedAt - this.#triedSince, HOUR_MS), DAY_MS);
  }

  /** The first rows that are due in each shard, as text that tells them apart, and when the next ones will be. */
  async #earliest(
    wake: Extract<Wake, { table: string }>,
    nowMs: number,
  ): Promise<{ due: string; later: number }> {
    const table = tables.find(({ name }) => name === wake.table);
    const range = table?.indexes[wake.index]?.range;
    if (!table || !range)
      throw new TypeError(`${this.timer.timer} waits for rows of no index: ${wake.table}`);
    const first = async (hash: string, condition?: Condition) => {
      const question = { index: wake.index, hash, range: condition, limit: 1 };
      const [row] = (await this.#world.store.query(table, question)).rows;
      return row && { row, atMs: Date.parse(String(row[range])) };
    };
    const after: Condition = { op: '>', attribute: range, value: new Date(nowMs).toISOString() };
    const found = await Promise.all(
      shardKeys(wake.work).map(async (hash) => {
        const earliest = await first(hash);
        if (!earliest || earliest.atMs > nowMs) return { due: '', later: earliest?.atMs ?? NEVER };
        const due = `${Object.values(keyOf(table, earliest.row)).join('/')}@${earliest.atMs} `;
        return { due, later: (await first(hash, after))?.atMs ?? NEVER };
      }),
    );
    return {
      due: found.map(({ due }) => due).join(''),
      later: Math.min(...found.map(({ later }) => later)),
    };
  }
}

/** The first multiple of a pace after an instant. */
export function multipleAfter(ms: number, everySeconds: number): number {
  return (Math.floor(ms / (everySeconds * 1_000)) + 1) * everySeconds * 1_000;
}

/** The first multiple of a pace that is not before an instant. */
function atOrAfter(ms: number, everySeconds: number): number {
  return Math.ceil(ms / (everySeconds * 1_000)) * everySeconds * 1_000;
}

/** The clock times of a day at which a timer may have something to do. */
function clockTimesOf(wakes: readonly Wake[], settings: Settings): string[] {
  const { slots, cutoffs } = settings;
  // A rule may lock a slot on some day at a time of its own, at the latest when the slot begins.
  const byRule = cutoffs.length > 0 ? slots.map(({ from }) => from) : [];
  const times = [
    ...(wakes.includes('CUTOFF')
      ? [...[...slots, ...cutoffs].map(({ cutoffTime }) => cutoffTime), ...byRule]
      : []),
    ...(wakes.includes('MIDNIGHT') ? ['00:00'] : []),
    ...wakes.flatMap((wake) =>
      typeof wake === 'object' && 'setting' in wake ? [settings[wake.setting]] : [],
    ),
  ];
  return [...new Set(times)];
}

/** The first instant, not before another, at which the clock on the dairy's wall shows a time. */
function clockAfter(ms: number, time: string, { timeZone }: Settings): number {
  const today = dayOf(new Date(ms), timeZone);
  for (let ahead = 0; ahead < 3; ahead++) {
    const at = Date.parse(instantOf(addDays(today, ahead), time, timeZone));
    if (at >= ms) return at;
  }
  return NEVER;
}
