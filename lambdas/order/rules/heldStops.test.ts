import fc from 'fast-check';
import { expect, test } from 'vitest';
import { weekdays } from '#shared/data/settings.ts';
import { addDays } from '#shared/domain/day.ts';
import type { Schedule, Subscription } from '../models/Subscription.ts';
import { heldPlacesFrom, heldStops, PLACES_COUNTED_DAYS } from './heldStops.ts';
import { planFrom, settingsWith, standingOrder } from './testing.ts';

const today = '2027-01-05';
const window = {
  slotId: 'MORNING',
  from: '07:00',
  to: '10:00',
  cutoffTime: '22:00',
  cutoffDaysBefore: 1,
  capacity: 5 as number | null,
};
const settings = settingsWith({ slots: [window, { ...window, slotId: 'EVENING', capacity: null }] });
const daysOf = (some: Partial<Subscription>, to = '2027-01-12') =>
  heldStops(standingOrder(planFrom('2027-01-06'), some), settings, today, to).map(({ day }) => day.slice(8));

test('A standing order holds its places in a slot with a capacity, also on days skipped or paused until a day', () => {
  expect(daysOf({})).toEqual(['06', '07', '08', '09', '10', '11', '12']);
  const away = { skips: ['2027-01-07'], pauses: [{ from: '2027-01-09', to: '2027-01-10' }] };
  expect(daysOf(away)).toEqual(['06', '07', '08', '09', '10', '11', '12']);
  expect(daysOf({ endDay: '2027-01-08' })).toEqual(['06', '07', '08']);
});

test('A pause without an end gives the places up, unless it is of one product among others', () => {
  expect(daysOf({ pauses: [{ from: '2027-01-09' }] })).toEqual(['06', '07', '08']);
  expect(daysOf({ pauses: [{ from: '2027-01-09', productIds: ['P101'] }] })).toEqual(['06', '07', '08']);
  expect(daysOf({ pauses: [{ from: '2027-01-09', productIds: ['P999'] }] })).toHaveLength(7);
});

test('In a slot without a capacity nothing is held, and what is added to a day is a stop of its own', () => {
  const evening = planFrom('2027-01-06', { slotId: 'EVENING' });
  expect(heldStops(standingOrder(evening), settings, today, '2027-01-12')).toEqual([]);
  const weekly = planFrom('2027-01-06', { schedule: { type: 'WEEKDAYS', days: ['FRI'] } });
  const oneOffs = [{ day: '2027-01-10', items: [{ productId: 'P101', qty: 1 }] }];
  const stops = heldStops(standingOrder(weekly, { oneOffs }), settings, today, '2027-01-12');
  expect(stops.map(({ day }) => day)).toEqual(['2027-01-08', '2027-01-10']);
});

const aDay = fc.integer({ min: -60, max: 300 }).map((n) => addDays(today, n));
const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  fc.constant<Schedule>({ type: 'DAILY' }),
  fc.constant<Schedule>({ type: 'ALTERNATE_DAYS' }),
  fc.integer({ min: 1, max: 90 }).map((n): Schedule => ({ type: 'EVERY_N_DAYS', n })),
  fc
    .uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 })
    .map((days): Schedule => ({ type: 'WEEKDAYS', days })),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1 })
    .map((daysOfMonth): Schedule => ({ type: 'MONTHLY', daysOfMonth })),
);
const order = fc
  .record({
    schedule,
    start: aDay,
    slotId: fc.constantFrom('MORNING', 'EVENING'),
    endDay: fc.option(aDay, { nil: undefined, freq: 4 }),
    pause: fc.option(aDay, { nil: undefined, freq: 4 }),
    away: fc.option(aDay, { nil: undefined, freq: 2 }),
    extra: fc.option(aDay, { nil: undefined, freq: 3 }),
    later: fc.option(aDay, { nil: undefined, freq: 4 }),
    qtyByWeekday: fc.constantFrom({}, { SUN: 0 }, { MON: 0, TUE: 0 }),
  })
  .map(({ start, slotId, endDay, pause, away, extra, later, qtyByWeekday, ...rest }): Subscription => {
    const plan = planFrom(start, { ...rest, slotId, items: [{ productId: 'P101', qty: 1, qtyByWeekday }] });
    const plans = later && later > start ? [plan, { ...plan, from: later, slotId: 'MORNING' }] : [plan];
    return standingOrder(plan, {
      plans,
      endDay,
      pauses: [...(pause ? [{ from: pause }] : []), ...(away ? [{ from: away, to: addDays(away, 9) }] : [])],
      skips: away ? [addDays(away, 20)] : [],
      oneOffs: extra ? [{ day: extra, items: [{ productId: 'P101', qty: 1 }] }] : [],
    });
  });

test('Counted by the thousand, with a holiday or without, standing orders hold what each of them holds', () => {
  const to = addDays(today, PLACES_COUNTED_DAYS - 1);
  const holidays = [
    ...[3, 40, 41, 200].map((n) => ({ day: addDays(today, n), name: 'Fair', move: 'DAY_BEFORE' as const })),
  ];
  for (const under of [
    settings,
    { ...settings, holidays },
    { ...settings, closedWeekdays: ['WED' as const] },
  ]) {
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 12 }), (orders) => {
        const placesOf = heldPlacesFrom(under, today);
        for (const each of orders) {
          const places = placesOf(each).map(({ slotId, n }) => `${addDays(today, n)} ${slotId}`);
          expect(places).toEqual(
            heldStops(each, under, today, to).map(({ day, slotId }) => `${day} ${slotId}`),
          );
        }
      }),
      { numRuns: 60 },
    );
  }
});
