import fc from 'fast-check';
import type { Day } from './model/almanac.ts';
import type { Deed, House, Kept, Share, Terms, Ware } from './model/house.ts';
import type { Piece } from './model/standing.ts';
import type { Disturbance } from './stage.ts';
import { acts, type Place, places, productIds, subscribes, type Wait, waits } from './wishes.ts';

export const HOUSEHOLDS = 3;

/** What somebody means to do; nothing where there is nothing to do it to. */
export type Intent = (house: House, today: Day) => Deed | undefined;

const households = fc.nat({ max: HOUSEHOLDS - 1 });
const anyOf = fc.nat({ max: 1_000 });
/** Paise. */
const amounts = fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constantFrom(5_000, 20_000, 100_000));

const subscribing: fc.Arbitrary<Intent> = fc
  .record({ household: households, asks: subscribes })
  .map(({ household, asks }) => (_, today) => ({ deed: 'SUBSCRIBE', household, asked: asks(today) }));

const changing: fc.Arbitrary<Intent> = fc
  .record({ n: anyOf, act: acts })
  .map(({ n, act }) => (house, today) => {
    if (house.orders.length === 0) return undefined;
    return { deed: 'CHANGE', order: n % house.orders.length, act: act(today) };
  });

const paying: fc.Arbitrary<Intent> = fc
  .record({
    deed: fc.constantFrom<'TOP_UP' | 'WITHDRAW' | 'GRANT'>('TOP_UP', 'TOP_UP', 'WITHDRAW', 'GRANT'),
    household: households,
    amount: amounts,
  })
  .map((deed) => () => deed);

/** Who lacks money for what has locked pays in; where nobody does, somebody changes something. */
const paysWhatLacks: fc.Arbitrary<Intent> = fc
  .record({ n: anyOf, amount: amounts, otherwise: changing })
  .map(({ n, amount, otherwise }) => (house, today) => {
    const lacking = house.orders.filter(({ days }) =>
      [...days].some(
        ([day, { shares }]) => day >= today && shares.some(({ outcome }) => outcome === 'BALANCE_SHORT'),
      ),
    );
    const one = lacking[n % Math.max(1, lacking.length)];
    return one ? { deed: 'TOP_UP', household: one.household, amount } : otherwise(house, today);
  });

const pricing: fc.Arbitrary<Intent> = fc
  .record({ productId: fc.constantFrom(...productIds), price: fc.integer({ min: 1, max: 9_000 }) })
  .map((priced) => () => ({ deed: 'PRICE', ...priced }));

/** Orders that are made and not ended. */
export function openOrders(house: House): { order: number; day: Day; kept: Kept }[] {
  return house.orders.flatMap(({ days }, order) =>
    [...days]
      .filter(([, kept]) => kept.ordered && kept.status === 'CONFIRMED')
      .map(([day, kept]) => ({ order, day, kept })),
  );
}

const ending: fc.Arbitrary<Intent> = fc
  .record({
    n: anyOf,
    deed: fc.constantFrom<'DELIVER' | 'FAIL' | 'CALL_OFF'>('DELIVER', 'DELIVER', 'FAIL', 'CALL_OFF'),
    /** How much of the cash that is due is counted: all, less, more, none. */
    cash: fc.constantFrom(100, 100, 70, 130, 0),
    /** How many units of a product are missing at the door, and of which. */
    missing: fc.constantFrom(0, 0, 1, 2),
    which: fc.nat({ max: 2 }),
  })
  .map(({ n, deed, cash, missing, which }) => (house) => {
    const open = openOrders(house);
    const one = open[n % Math.max(1, open.length)];
    if (!one) return undefined;
    const { order, day, kept } = one;
    if (deed !== 'DELIVER') return { deed, order, day };
    const short = shortOf(kept, missing, which);
    const came = new Map(short ? [[short.productId, short.qty]] : []);
    const due = house.charge({ ...kept, missing: came });
    return { deed, order, day, cash: Math.floor((due * cash) / 100), ...(short ? { short } : {}) };
  });

/** What is missing at a door; something comes at any rate. */
function shortOf({ shares }: Kept, missing: number, which: number): Piece | undefined {
  const had = shares.filter(({ granted }) => granted > 0);
  const productId = had[which % had.length]?.line.productId ?? '';
  const sum = (some: Share[]) => some.reduce((all, { granted }) => all + granted, 0);
  const ordered = sum(had.filter(({ line }) => line.productId === productId));
  const qty = Math.min(missing, ordered, sum(had) - 1);
  return qty > 0 ? { productId, qty } : undefined;
}

const intents: fc.Arbitrary<Intent> = fc.oneof(
  { weight: 1, arbitrary: subscribing },
  { weight: 8, arbitrary: changing },
  { weight: 3, arbitrary: paying },
  { weight: 3, arbitrary: paysWhatLacks },
  { weight: 1, arbitrary: pricing },
  { weight: 8, arbitrary: ending },
);

const disturbances: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Disturbance>('NONE') },
  fc.constant<Disturbance>('TWICE'),
  fc.constant<Disturbance>('TOGETHER'),
  {
    weight: 2,
    arbitrary: fc.record({ killedAt: fc.integer({ min: 1, max: 9 }), written: fc.boolean() }),
  },
);

export interface Step {
  wait: Wait;
  /** Whether the dairy's clock-driven work stands still meanwhile, and is done late. */
  down: boolean;
  run: Disturbance;
  intent: Intent;
  /** What somebody else does at the same moment. */
  also: Intent | undefined;
}

export interface DairyLife {
  place: Place;
  wares: Ware[];
  terms: Terms;
  /** What each household pays in first, what promo credit it is given, and who begins with what. */
  deposits: number[];
  credits: number[];
  first: Intent[];
  steps: Step[];
}

/** A small dairy: milk that is planned for each day and short at times, and curd and ghee while stocks last. */
const wares: fc.Arbitrary<Ware[]> = fc
  .record({ milk: fc.integer({ min: 2, max: 9 }), curd: fc.integer({ min: 5, max: 60 }) })
  .map(({ milk, curd }) => [
    { productId: 'Pmilk', price: 3_150, dailySupply: milk },
    { productId: 'Pcurd', price: 2_505, stock: curd },
    { productId: 'Pghee', price: 9_999, stock: 10_000 },
  ]);

export const dairyLives: fc.Arbitrary<DairyLife> = fc.record({
  place: places,
  wares,
  terms: fc.record({
    balanceShort: fc.constantFrom<Terms['balanceShort']>('LINES', 'LINES', 'NONE', 'GRACE'),
    graceLimit: fc.constantFrom(0, 5_000, 30_000),
    creditLimit: fc.constantFrom(0, 20_000, 100_000),
  }),
  deposits: fc.array(fc.constantFrom(0, 30_000, 100_000, 300_000), {
    minLength: HOUSEHOLDS,
    maxLength: HOUSEHOLDS,
  }),
  credits: fc.array(fc.constantFrom(0, 0, 0, 7_001, 60_000), {
    minLength: HOUSEHOLDS,
    maxLength: HOUSEHOLDS,
  }),
  first: fc.array(subscribing, { minLength: 1, maxLength: 6, size: 'max' }),
  steps: fc.array(
    fc.record({
      wait: waits,
      down: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
      run: disturbances,
      intent: intents,
      also: fc.option(fc.oneof(changing, paying), { nil: undefined, freq: 5 }),
    }),
    { maxLength: 12, size: 'max' },
  ),
});
