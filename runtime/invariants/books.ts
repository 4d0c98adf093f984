import { DeadLetters } from '#lambdas/admin/models/DeadLetter.ts';
import { AnalyticsEvents } from '#lambdas/analytics/models/AnalyticsEvent.ts';
import { FirstDeliveries } from '#lambdas/analytics/models/FirstDelivery.ts';
import { Carts } from '#lambdas/cart/models/Cart.ts';
import { Deliveries } from '#lambdas/delivery/models/Delivery.ts';
import { Notifications } from '#lambdas/notification/models/Notification.ts';
import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import { OrderRuns } from '#lambdas/order/models/OrderRun.ts';
import { ProblemReports } from '#lambdas/order/models/ProblemReport.ts';
import { SlotPlaces } from '#lambdas/order/models/SlotPlace.ts';
import { SlotDays, Stops } from '#lambdas/order/models/Stop.ts';
import { SubscriptionDays, Subscriptions } from '#lambdas/order/models/Subscription.ts';
import { Accounts, Bills } from '#lambdas/payment/models/Account.ts';
import { BottlesTable } from '#lambdas/payment/models/Bottles.ts';
import { Disputes } from '#lambdas/payment/models/Dispute.ts';
import { InvoiceNotes, Invoices } from '#lambdas/payment/models/Invoice.ts';
import { Balances, Ledger } from '#lambdas/payment/models/Ledger.ts';
import { type Payment, Payments, paymentOf, Refunds } from '#lambdas/payment/models/Payment.ts';
import { Promos } from '#lambdas/payment/models/Promo.ts';
import { Products, StockDays } from '#lambdas/product/models/Product.ts';
import { CustomerKeys } from '#lambdas/user/models/CustomerKey.ts';
import { Emails, Phones, Users } from '#lambdas/user/models/User.ts';
import { Audit } from '#shared/data/audit.ts';
import { Meta } from '#shared/data/meta.ts';
import { Settings, SettingsTable } from '#shared/data/settings.ts';
import type { Row, Table } from '#shared/data/table.ts';
import { Outbox, type OutboxRow } from '#shared/events/event.ts';
import type { World } from '#shared/world.ts';

/** Every row that an invariant speaks of, read whole. */
export type Books = Awaited<ReturnType<typeof readBooks>>;

/** Tells one broken invariant: its number, what it is about, and what is wrong. */
export type Say = (number: `I${number}`, about: string, wrong: string) => void;

export async function readBooks(world: World) {
  const all = async <T extends Row>(table: Table<T>): Promise<T[]> => {
    const rows: T[] = [];
    for await (const row of world.store.scan(table)) rows.push(row);
    return rows;
  };
  const outbox = await all(Outbox);
  const orders = await all(Orders);
  const settingsRow = (await all(SettingsTable))[0];
  return {
    now: world.clock.now().toISOString(),
    settings: Settings.parse(settingsRow?.settings ?? {}),
    users: await all(Users),
    emails: await all(Emails),
    phones: await all(Phones),
    customerKeys: await all(CustomerKeys),
    products: await all(Products),
    stockDays: await all(StockDays),
    carts: await all(Carts),
    orders,
    subscriptions: await all(Subscriptions),
    subscriptionDays: await all(SubscriptionDays),
    orderRuns: await all(OrderRuns),
    stops: await all(Stops),
    slotDays: await all(SlotDays),
    slotPlaces: await all(SlotPlaces),
    payments: withBorn(orders, await all(Payments)),
    refunds: await all(Refunds),
    movements: await all(Ledger),
    balances: await all(Balances),
    accounts: await all(Accounts),
    bills: await all(Bills),
    disputes: await all(Disputes),
    bottles: await all(BottlesTable),
    problems: await all(ProblemReports),
    promos: await all(Promos),
    invoices: await all(Invoices),
    notes: await all(InvoiceNotes),
    deliveries: await all(Deliveries),
    notifications: await all(Notifications),
    analytics: await all(AnalyticsEvents),
    firstDeliveries: await all(FirstDeliveries),
    deadLetters: await all(DeadLetters),
    meta: await all(Meta),
    audit: await all(Audit),
    /** Each event once, without the copies that a replay of a dead letter makes. */
    outbox: outbox.filter((row) => row.onlyFor === undefined),
  };
}

/** All payments; those that follow from an order and have no row yet are as they would be written. */
function withBorn(orders: readonly Order[], rows: readonly Payment[]): Payment[] {
  const known = new Set(rows.map(({ paymentId }) => paymentId));
  const born = orders.flatMap((order) =>
    known.has(order.payment?.paymentId ?? '') ? [] : (paymentOf(order, undefined) ?? []),
  );
  return [...rows, ...born];
}

/** Things by a key, in the order they came. */
export function groupBy<T>(things: readonly T[], keyOf: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group) group.push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}

/** A sum for each key. */
export class Sums {
  readonly of = new Map<string, number>();
  add(key: string, amount: number): void {
    this.of.set(key, this.get(key) + amount);
  }
  get(key: string): number {
    return this.of.get(key) ?? 0;
  }
}

/** An outbox row's event with the fields all have. */
export function eventIn(row: OutboxRow) {
  return row.event as {
    eventId: string;
    eventType: string;
    entityId: string;
    entityVersion: number;
    status?: string;
    reason?: string;
    userId?: string;
    orderId?: string;
    payment?: { paymentId: string };
    timestamp: string;
  };
}
