import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from '#shared/domain/csv.ts';
import { addDays, dayOf, daysBetween } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { ordersReport } from './orders.ts';
import { paymentsReport } from './payments.ts';
import { dayFinder, type Logged, type Report } from './report.ts';
import { salesReport } from './sales.ts';

const zone = 'Asia/Kolkata';
const [from, to] = ['2027-03-01', '2027-03-07'];
const dayAt = dayFinder(from, to, zone);
const week = daysBetween(from, to);

function rowsOf<R>(report: Report<R>, events: readonly Logged[]): R[] {
  for (const event of events) report.take(event);
  return report.rows();
}

function logged(
  eventId: string,
  eventType: string,
  timestamp: string,
  event: object,
  entityVersion = 1,
): Logged {
  return { eventId, eventType, entityVersion, timestamp, event: { ...event } };
}

/** Instants from two days before the week to two days after it. */
const instants = fc
  .integer({ min: Date.parse('2027-02-27T00:00:00Z'), max: Date.parse('2027-03-10T00:00:00Z') })
  .map((ms) => new Date(ms).toISOString());
const statuses = ['CREATED', 'CONFIRMED', 'PACKED', 'DISPATCHED', 'DELIVERED', 'CANCELLED'] as const;
const types = {
  CREATED: 'ORDER_PLACED',
  CONFIRMED: 'ORDER_CONFIRMED',
  PACKED: 'ORDER_PACKED',
  DISPATCHED: 'ORDER_DISPATCHED',
  DELIVERED: 'ORDER_DELIVERED',
  CANCELLED: 'ORDER_CANCELLED',
} as const;
const line = fc.record({
  productId: fc.constantFrom('P1', 'P2', 'P3'),
  qty: fc.integer({ min: 1, max: 9 }),
  amountMinor: fc.integer({ min: 0, max: 100_000 }),
});

/** An order's life: placed, then some moves, each at an instant of its own. */
const life = fc.record({
  at: fc.array(instants, { minLength: 1, maxLength: 4 }),
  moves: fc.array(fc.constantFrom(...statuses.slice(1)), { maxLength: 3 }),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
});
const lives = fc.array(life, { maxLength: 12 }).map((all) =>
  all.flatMap(({ at, moves, lines }, order) =>
    (['CREATED', ...moves] as const).map((status, step) => {
      const amountMinor = lines.reduce((sum, { amountMinor: part }) => sum + part, 0);
      const data = { orderId: `O${order}`, status, lines, amountMinor };
      return logged(`E${order}-${step}`, types[status], at[step % at.length] ?? '', data, step + 1);
    }),
  ),
);

/** The same events in another order, some of them twice. */
function disturbed(events: readonly Logged[]) {
  return fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.shuffledSubarray([...events]),
      fc.boolean(),
    )
    .map(([all, again, before]) => (before ? [...again, ...all] : [...all, ...again]));
}

describe('the days of a report', () => {
  it('An instant lies on the calendar day that the clock on the dairy wall shows', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const day = dayOf(at, zone);
        expect(dayAt(at)).toBe(week.includes(day) ? day : undefined);
      }),
    );
  });

  it('No hour is lost or doubled in a week in which daylight saving begins and one in which it ends', () => {
    for (const start of ['2027-03-11', '2027-11-04']) {
      const find = dayFinder(start, addDays(start, 6), 'America/New_York');
      const first = Date.parse(`${start}T00:00:00Z`);
      for (let hour = 0; hour < 24 * 8; hour++) {
        const at = new Date(first + hour * 3_600_000).toISOString();
        const day = dayOf(at, 'America/New_York');
        expect(find(at)).toBe(day >= start && day <= addDays(start, 6) ? day : undefined);
      }
    }
  });
});

describe('the sales report', () => {
  it('A bottle ordered at five past midnight counts on the new day, and its delivery on the day it came', () => {
    const lines = [{ productId: 'P101', qty: 2, amountMinor: 10_050 }];
    const rows = rowsOf(salesReport(dayAt), [
      logged('E1', 'ORDER_PLACED', '2027-03-01T18:35:00.000Z', { lines }),
      logged('E2', 'ORDER_DELIVERED', '2027-03-03T01:30:00.000Z', { lines }),
    ]);
    const none = { orderedQty: 0, orderedAmount: 0, cancelledQty: 0, cancelledAmount: 0 };
    expect(rows).toEqual([
      {
        ...none,
        day: '2027-03-02',
        productId: 'P101',
        orderedQty: 2,
        orderedAmount: 100.5,
        deliveredQty: 0,
        deliveredAmount: 0,
      },
      { ...none, day: '2027-03-03', productId: 'P101', deliveredQty: 2, deliveredAmount: 100.5 },
    ]);
  });

  it('An event that somebody logged without lines counts nothing', () => {
    expect(
      rowsOf(salesReport(dayAt), [
        logged('E1', 'ORDER_PLACED', '2027-03-02T06:00:00.000Z', { orderId: 'O1' }),
      ]),
    ).toEqual([]);
  });

  it('Events shuffled and repeated give the same figures, and the figures are the sums of the lines', () => {
    fc.assert(
      fc.property(
        lives.chain((events) => fc.tuple(fc.constant(events), disturbed(events))),
        ([events, mixed]) => {
          const rows = rowsOf(salesReport(dayAt), mixed);
          expect(rows).toEqual(rowsOf(salesReport(dayAt), events));
          for (const [type, column] of [
            ['ORDER_PLACED', 'orderedAmount'],
            ['ORDER_CANCELLED', 'cancelledAmount'],
            ['ORDER_DELIVERED', 'deliveredAmount'],
          ] as const) {
            const counted = events.filter(
              (event) => event.eventType === type && week.includes(dayOf(event.timestamp, zone)),
            );
            const minor = counted
              .flatMap((event) => event.event.lines as { amountMinor: number }[])
              .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
            expect(Math.round(rows.reduce((sum, row) => sum + row[column] * 100, 0))).toBe(minor);
          }
        },
      ),
    );
  });
});

describe('the orders report', () => {
  it('An order stands on the day it was placed at the status of its newest event, also when that came first', () => {
    const order = { orderId: 'O1', amountMinor: 5_000 };
    const rows = rowsOf(ordersReport(dayAt), [
      logged('E3', 'ORDER_PACKED', '2027-03-09T01:00:00.000Z', { ...order, status: 'PACKED' }, 3),
      logged('E1', 'ORDER_PLACED', '2027-03-02T06:00:00.000Z', { ...order, status: 'CREATED' }, 1),
      logged('E2', 'ORDER_CONFIRMED', '2027-03-02T06:01:00.000Z', { ...order, status: 'CONFIRMED' }, 2),
    ]);
    expect(rows).toEqual([{ day: '2027-03-02', status: 'PACKED', count: 1, amount: 50 }]);
  });

  it('An order placed the day before the report begins is in none of its rows', () => {
    const order = { orderId: 'O1', amountMinor: 5_000 };
    const rows = rowsOf(ordersReport(dayAt), [
      logged('E1', 'ORDER_PLACED', '2027-02-28T06:00:00.000Z', { ...order, status: 'CREATED' }, 1),
      logged('E2', 'ORDER_CONFIRMED', '2027-03-02T06:01:00.000Z', { ...order, status: 'CONFIRMED' }, 2),
    ]);
    expect(rows).toEqual([]);
  });

  it('Events shuffled and repeated give the same figures, and every order of the days counts once', () => {
    fc.assert(
      fc.property(
        lives.chain((events) => fc.tuple(fc.constant(events), disturbed(events))),
        ([events, mixed]) => {
          const rows = rowsOf(ordersReport(dayAt), mixed);
          expect(rows).toEqual(rowsOf(ordersReport(dayAt), events));
          const placed = events.filter(
            (event) => event.eventType === 'ORDER_PLACED' && week.includes(dayOf(event.timestamp, zone)),
          );
          expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(placed.length);
        },
      ),
    );
  });
});

describe('the payments report', () => {
  const card = { paymentId: 'PAY1', paymentMethod: 'CARD', amountMinor: 10_000 };
  const back = { paymentId: 'PAY1', refundId: 'R1', amountMinor: 2_500 };

  it('Money in, money refused and money back stand by day and method', () => {
    const rows = rowsOf(paymentsReport(dayAt), [
      logged('E3', 'REFUND_ISSUED', '2027-03-04T06:00:00.000Z', back),
      logged('E1', 'PAYMENT_SUCCEEDED', '2027-03-02T06:00:00.000Z', card),
      logged('E2', 'PAYMENT_FAILED', '2027-03-02T07:00:00.000Z', { ...card, paymentId: 'PAY2' }),
      logged('E2', 'PAYMENT_FAILED', '2027-03-02T07:00:00.000Z', { ...card, paymentId: 'PAY2' }),
    ]);
    const none = { failed: 0, refunded: 0, refundedAmount: 0, succeeded: 0, succeededAmount: 0 };
    expect(rows).toEqual([
      { ...none, day: '2027-03-02', paymentMethod: 'CARD', succeeded: 1, succeededAmount: 100, failed: 1 },
      { ...none, day: '2027-03-04', paymentMethod: 'CARD', refunded: 1, refundedAmount: 25 },
    ]);
  });

  it('What is paid into a balance is money in by its method; what is taken back of it is money back', () => {
    const rows = rowsOf(paymentsReport(dayAt), [
      logged('E1', 'WALLET_TOPPED_UP', '2027-03-02T06:00:00.000Z', { ...card, paymentMethod: 'UPI' }),
      logged('E2', 'TOP_UP_FAILED', '2027-03-02T06:30:00.000Z', {
        ...card,
        paymentId: 'PAY2',
        paymentMethod: 'UPI',
        reason: 'CARD_DECLINED',
      }),
      logged('E3', 'PAYMENT_SUCCEEDED', '2027-03-02T07:00:00.000Z', {
        paymentId: 'PAY3',
        paymentMethod: 'WALLET',
        amountMinor: 4_000,
      }),
      logged('E4', 'REFUND_ISSUED', '2027-03-02T08:00:00.000Z', back),
    ]);
    const day = '2027-03-02';
    expect(rows).toMatchObject([
      { day, paymentMethod: 'UPI', succeeded: 1, succeededAmount: 100, failed: 1, refundedAmount: 25 },
      { day, paymentMethod: 'WALLET', succeeded: 1, succeededAmount: 40, failed: 0, refundedAmount: 0 },
    ]);
  });

  it('A refund of an older payment waits for its method, and stands under it once that is known', () => {
    const report = paymentsReport(dayAt);
    report.take(logged('E3', 'REFUND_ISSUED', '2027-03-04T06:00:00.000Z', back));
    expect(report.unknownPayments()).toEqual(['PAY1']);
    expect(report.rows()[0]?.paymentMethod).toBe('UNKNOWN');
    report.learn('PAY1', 'UPI');
    expect(report.unknownPayments()).toEqual([]);
    expect(report.rows()).toMatchObject([{ paymentMethod: 'UPI', refunded: 1, refundedAmount: 25 }]);
  });

  it('Events shuffled and repeated give the same figures', () => {
    const event = fc.record({
      type: fc.constantFrom('PAYMENT_SUCCEEDED', 'PAYMENT_FAILED', 'REFUND_ISSUED'),
      payment: fc.integer({ min: 0, max: 5 }),
      timestamp: instants,
      amountMinor: fc.integer({ min: 1, max: 100_000 }),
    });
    const events = fc.array(event, { maxLength: 15 }).map((all) =>
      all.map(({ type, payment, timestamp, amountMinor }, i) =>
        logged(`E${i}`, type, timestamp, {
          paymentId: `PAY${payment}`,
          // A payment has one method for good.
          paymentMethod: ['CARD', 'UPI', 'COD'][payment % 3],
          amountMinor,
        }),
      ),
    );
    fc.assert(
      fc.property(
        events.chain((all) => fc.tuple(fc.constant(all), disturbed(all))),
        ([all, mixed]) => {
          const rows = rowsOf(paymentsReport(dayAt), mixed);
          expect(rows).toEqual(rowsOf(paymentsReport(dayAt), all));
          const inside = all.filter(({ timestamp }) => week.includes(dayOf(timestamp, zone)));
          const taken = inside.filter(({ eventType }) => eventType === 'PAYMENT_SUCCEEDED');
          expect(rows.reduce((sum, row) => sum + row.succeeded, 0)).toBe(taken.length);
        },
      ),
    );
  });
});

describe('a report as CSV', () => {
  it('Has a header row, also when there is nothing to tell', () => {
    expect(csvOf(['day', 'count'], [])).toBe('day,count\r\n');
    expect(csvOf(['day', 'count'], [{ day: '2027-03-01', count: 2 }])).toBe('day,count\r\n2027-03-01,2\r\n');
  });

  it('Text that a spreadsheet would run as a formula is only text, numbers stay numbers', () => {
    const names = ['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', 'Cow, "A2"'];
    const lines = csvOf(
      ['name', 'amount'],
      names.map((name) => ({ name, amount: -toMajor(50) })),
    ).split('\r\n');
    expect(lines).toEqual([
      'name,amount',
      '"\'=HYPERLINK(""x"")",-0.5',
      "'+1,-0.5",
      "'-1,-0.5",
      "'@SUM(A1),-0.5",
      '"Cow, ""A2""",-0.5',
      '',
    ]);
  });
});
