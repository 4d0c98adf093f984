import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan, Subscription } from '#lambdas/order/models/Subscription.ts';
import { applyChange, type Change } from '#lambdas/order/rules/changes.ts';
import { difference } from '#lambdas/order/rules/forecast.ts';
import { plannedDays } from '#lambdas/order/rules/plannedDays.ts';
import {
  type StandingPrice,
  standingPriceOn,
  standingPricesAfter,
} from '#lambdas/product/rules/standingPrice.ts';
import { Settings } from '#shared/data/settings.ts';
import { Problem } from '#shared/domain/problem.ts';
import { Almanac, type Day, dates, momentOf, monthEnd, step } from './model/almanac.ts';
import { Prices } from './model/prices.ts';
import { type Act, Standing, type Subscribed, type Verdict } from './model/standing.ts';
import { live } from './story.ts';
import { acts, places, productIds, subscribes, waited, waits } from './wishes.ts';

const LIVES = Number(process.env.LIVES ?? 2_500);
const HORIZON_DAYS = 150;
const NOTICE_DAYS = 7;
const firstPrices = { Pmilk: 5_000, Pcurd: 3_150, Pghee: 61_005 };

const lives = fc.record({
  place: places,
  subscribe: subscribes,
  steps: fc.array(
    fc.record({
      wait: waits,
      wish: fc.oneof(
        { weight: 5, arbitrary: acts.map((act) => ({ act })) },
        fc
          .record({ productId: fc.constantFrom(...productIds), price: fc.integer({ min: 1, max: 90_000 }) })
          .map((priced) => ({ priced })),
      ),
    }),
    { maxLength: 12 },
  ),
});

/** A subscription as the code keeps it. */
function rowOf({ startDate, endDate, slot, ...terms }: Subscribed): Subscription {
  const plan = { from: startDate, anchor: startDate, slotId: slot, ...terms } as Plan;
  return {
    subscriptionId: 'S1',
    userId: 'U1',
    status: 'ACTIVE',
    plans: [plan],
    startDay: startDate,
    endDay: endDate,
    skips: [],
    pauses: [],
    oneOffs: [],
    placedBy: 'U1',
    through: 'SELF',
    createdAt: '2027-01-01T00:00:00.000Z',
    version: 1,
    runKey: 'RUN#0',
    runOrder: 'U1#S1',
  } as Subscription;
}

type Told = { day: Day; lines: string[] }[];

function toldByCode(row: Subscription, settings: Settings, [from, to]: [Day, Day]): Told {
  return plannedDays(row, settings, from, to).map(({ day, lines }) => ({
    day,
    lines: lines.map(({ productId, qty, state, scheduledDay, locksAt, movedTo }) =>
      [productId, qty, state, scheduledDay, locksAt, movedTo ?? '-'].join(' '),
    ),
  }));
}

function toldByModel(standing: Standing, [from, to]: [Day, Day]): Told {
  return dates(from, to)
    .map((day) => ({
      day,
      lines: standing
        .lines(day)
        .map(({ productId, qty, state, scheduled, locksAt, movedTo }) =>
          [productId, qty, state, scheduled, locksAt, movedTo ?? '-'].join(' '),
        ),
    }))
    .filter(({ lines }) => lines.length > 0);
}

type Priced = { price: number; standingPrices?: StandingPrice[] };

class Life {
  readonly almanac: Almanac;
  readonly settings: Settings;
  readonly #prices: Prices;
  readonly #products = new Map<string, Priced>();
  readonly begins: Day;
  row: Subscription;
  standing: Standing;
  now: string;

  constructor({
    place: { begins, arrangement },
    subscribe,
  }: typeof lives extends fc.Arbitrary<infer L> ? L : never) {
    this.begins = begins;
    this.almanac = new Almanac(arrangement);
    this.settings = Settings.parse(arrangement);
    const horizon: [Day, Day] = [step(begins, -2), step(begins, HORIZON_DAYS)];
    this.#prices = new Prices(this.almanac, horizon, NOTICE_DAYS);
    for (const [productId, price] of Object.entries(firstPrices)) {
      this.#products.set(productId, { price });
      this.#prices.begin(productId, price);
    }
    const asked = subscribe(begins);
    this.row = rowOf(asked);
    this.standing = Standing.of(this.almanac, asked, horizon);
    this.now = momentOf(begins, '06:00', arrangement.timeZone);
  }

  announce({ productId, price }: { productId: string; price: number }): void {
    const product = this.#products.get(productId) as Priced;
    const today = this.almanac.today(this.now);
    const announced = { at: this.now, today, reaches: step(today, NOTICE_DAYS) };
    this.#products.set(productId, { price, standingPrices: standingPricesAfter(product, price, announced) });
    this.#prices.announce(productId, price, this.now);
  }

  ask(act: Act): void {
    const verdict = this.standing.asked(act, this.now);
    const answer = applyChange(this.row, act as Change, this.settings, this.now);
    expect(saidByCode(answer)).toEqual(saidByModel(verdict));
    if (answer instanceof Problem || 'refused' in verdict) return;
    this.#compareCosts(answer.subscription, verdict.after);
    this.row = answer.subscription;
    this.standing = verdict.after;
  }

  /** Every line of the days around now, or of all days. */
  compare(range: [Day, Day] = this.#around()): void {
    const [code, model] = [toldByCode(this.row, this.settings, range), toldByModel(this.standing, range)];
    // Texts are compared faster by far.
    if (JSON.stringify(code) !== JSON.stringify(model)) expect(code).toEqual(model);
  }

  #around(): [Day, Day] {
    const today = this.almanac.today(this.now);
    return [step(today, -2), step(today, 30)];
  }

  #compareCosts(after: Subscription, told: Standing): void {
    const today = this.almanac.today(this.now);
    const priceOn = (productId: string, day: Day, locksAt: string) =>
      standingPriceOn(this.#products.get(productId) as Priced, day, locksAt);
    const dealt = { days: new Set<string>(), chargedMinor: 1_234 };
    const reckoned = difference(
      { subscription: this.row, priceOn },
      { subscription: after, priceOn },
      this.settings,
      {
        today,
        dealt,
        month: 'THIS',
      },
    );
    const cost = (standing: Standing, to: Day) =>
      dates(today, to).reduce((sum, day) => {
        const { slotId } = standing.terms(day);
        const due = [...standing.due(day)];
        return due.reduce(
          (all, [productId, { qty }]) => all + qty * this.#prices.on(productId, slotId, day),
          sum,
        );
      }, 0);
    const { monthBefore, monthAfter, next30Before, next30After } = reckoned;
    expect({ monthBefore, monthAfter, next30Before, next30After }).toEqual({
      monthBefore: 1_234 + cost(this.standing, monthEnd(today)),
      monthAfter: 1_234 + cost(told, monthEnd(today)),
      next30Before: cost(this.standing, step(today, 29)),
      next30After: cost(told, step(today, 29)),
    });
  }
}

function saidByCode(answer: ReturnType<typeof applyChange>) {
  if (!(answer instanceof Problem)) return { from: answer.from };
  const { firstDay } = answer.more ?? {};
  return { refused: answer.code, ...(firstDay === undefined ? {} : { firstDay }) };
}

function saidByModel(verdict: Verdict) {
  return 'refused' in verdict ? verdict : { from: verdict.from };
}

test('Whatever a household asks of its standing order, at any moment, every line, lock, refusal and cost is what sheets of paper say (S1–S7, S11, S12)', {
  timeout: 60_000 + LIVES * 100,
}, () => {
  live(lives, LIVES, (played, say) => {
    const life = new Life(played);
    say(`Begins ${life.now} with ${JSON.stringify(life.settings.slots)} ${JSON.stringify(played.place)}.`);
    say(`The household asks for ${JSON.stringify(played.subscribe(life.begins))}.`);
    life.compare();
    for (const { wait, wish } of played.steps) {
      life.now = waited(wait, life.almanac, life.now);
      const asked = 'act' in wish ? wish.act(life.almanac.today(life.now)) : wish.priced;
      say(`${life.now}: ${JSON.stringify(asked)}`);
      if ('action' in asked) life.ask(asked);
      else life.announce(asked);
      life.compare();
    }
    life.compare([step(life.begins, -1), step(life.begins, 70)]);
  });
});
