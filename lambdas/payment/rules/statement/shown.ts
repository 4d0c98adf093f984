import { z } from '@hono/zod-openapi';
import type { Settings } from '#shared/data/settings.ts';
import { AmountShown, type Minor, toMajor } from '#shared/domain/money.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import { type Pockets, pockets } from './accounts.ts';
import type { Statement } from './statement.ts';

const PocketsShown = onDemand(() =>
  z
    .object({
      available: AmountShown,
      deferred: AmountShown,
      promo: AmountShown,
      promoDeferred: AmountShown,
      deposits: AmountShown,
      owed: AmountShown,
    })
    .openapi('HouseholdAccounts'),
);

export const StatementShown = onDemand(() =>
  z
    .object({
      userId: z.string(),
      month: z.string(),
      from: z.string(),
      to: z.string(),
      /** Whether the month is over. */
      final: z.boolean(),
      currency: z.string(),
      timeZone: z.string(),
      opening: PocketsShown(),
      movements: z.array(
        z.object({
          at: z.string(),
          day: z.string(),
          movementId: z.string(),
          kind: z.string(),
          orderId: z.string().optional(),
          deliveryDay: z.string().optional(),
          /** What it added to each account. */
          change: PocketsShown(),
          /** What was in each after it. */
          balance: PocketsShown(),
        }),
      ),
      deliveries: z.array(
        z.object({
          day: z.string(),
          orderId: z.string().optional(),
          /** DELIVERED, the order's status, or why nothing came. */
          outcome: z.string(),
          lines: z.array(
            z.object({
              productId: z.string(),
              name: z.string(),
              qty: z.number(),
              price: AmountShown,
              amount: AmountShown,
            }),
          ),
          amount: AmountShown,
          invoiceNumber: z.string().optional(),
        }),
      ),
      /** Opening + these, delivered, refunds, withdrawals and fees taken off, is closing, all accounts together. */
      totals: z.object({
        delivered: AmountShown,
        topUps: AmountShown,
        paidForOrders: AmountShown,
        paidAtDoor: AmountShown,
        credits: AmountShown,
        refunds: AmountShown,
        withdrawals: AmountShown,
        fees: AmountShown,
        other: AmountShown,
        taxes: z.array(z.object({ name: z.string(), amount: AmountShown })),
      }),
      closing: PocketsShown(),
    })
    .openapi('Statement'),
);

/** A statement as the API shows it: major units. */
export function shownStatement(
  statement: Statement,
  { currency, timeZone }: Pick<Settings, 'currency' | 'timeZone'>,
): TypeOf<typeof StatementShown> {
  const { userId, month, from, to, final, opening, closing, lines, deliveries, totals, taxes } = statement;
  return {
    ...{ userId, month, from, to, final, currency, timeZone },
    opening: shown(opening),
    movements: lines.map(({ change, balance, ...line }) => ({
      ...line,
      change: shown(change),
      balance: shown(balance),
    })),
    deliveries: deliveries.map((entry) => ({
      ...entry,
      lines: entry.lines.map((line) => ({
        ...line,
        price: toMajor(line.price),
        amount: toMajor(line.amount),
      })),
      amount: toMajor(entry.amount),
    })),
    totals: {
      ...majors(totals),
      taxes: taxes.map(({ name, amount }) => ({ name, amount: toMajor(amount) })),
    },
    closing: shown(closing),
  };
}

function shown(amounts: Pockets): Pockets {
  const all = { ...amounts };
  for (const pocket of pockets) all[pocket] = toMajor(amounts[pocket]);
  return all;
}

function majors<K extends string>(amounts: Record<K, Minor>): Record<K, number> {
  const entries = Object.entries(amounts) as [K, Minor][];
  return Object.fromEntries(entries.map(([name, amount]) => [name, toMajor(amount)])) as Record<K, number>;
}
