import type { Order } from '#lambdas/order/models/Order.ts';
import type { Plan, Schedule } from '#lambdas/order/models/Subscription.ts';
import { availableOf } from '#lambdas/payment/models/Ledger.ts';
import type { Day, Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import { catalogue, type EventData } from '#shared/events/catalogue.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import { type Facts, type Thing, type Visit, visitOf } from './facts.ts';

/** What standing orders give reason to tell. */
export type DayOccasion =
  | {
      /** What an order run made for a household, a day and a slot, and how it is paid. */
      type: 'DAY_ORDERED';
      visit: Visit;
      items: readonly (Thing & { amountMinor: Minor })[];
      amountMinor: Minor;
      /** Taken from the prepaid balance, and what is left of that. */
      balance?: { takenMinor: Minor; leftMinor: Minor };
      cashMinor?: Minor;
      accountMinor?: Minor;
    }
  | {
      type: 'DAY_SHORT';
      day: Day;
      lines: readonly (Thing & { granted: number; reason: string })[];
    }
  | {
      /** A top-up came in time: what comes after all, and what of the balance that took. */
      type: 'DAY_COMPLETED';
      day: Day;
      items: readonly (Thing & { amountMinor: Minor })[];
      amountMinor: Minor;
    }
  | {
      type: 'SUBSCRIPTION_CREATED';
      firstDay: Day;
      /** Where it ends by itself. */
      lastDay?: Day;
      schedule?: Schedule;
      items: readonly Thing[];
      monthMinor: Minor;
      receiptId: string;
    }
  | {
      type: 'SUBSCRIPTION_CHANGED';
      action: string;
      firstDay: Day;
      monthBeforeMinor: Minor;
      monthAfterMinor: Minor;
      receiptId: string;
    }
  | { type: 'SUBSCRIPTION_ENDED'; lastDay?: Day }
  | { type: 'PAUSE_ENDING'; pausedTo: Day; firstDay: Day; cutoffAt: Instant }
  | {
      type: 'PRICE_CHANGED';
      product: string;
      fromDay: Day;
      oldPriceMinor: Minor;
      newPriceMinor: Minor;
      /** `YYYY-MM`, and what it costs of this standing order. */
      month: string;
      monthBeforeMinor: Minor;
      monthAfterMinor: Minor;
      receiptId: string;
    };

/** What an event of a standing order gives reason to tell. Throws ZodError for a malformed event. */
export function dayOccasionOf(event: DairyEvent, facts: Facts): DayOccasion | undefined {
  switch (event.eventType) {
    case 'SUBSCRIPTION_DAY_SHORT':
      return dayShort(facts);
    case 'SUBSCRIPTION_DAY_COMPLETED':
      return dayCompleted(catalogue.SUBSCRIPTION_DAY_COMPLETED.data.parse(event), facts);
    case 'SUBSCRIPTION_CREATED':
      return created(catalogue.SUBSCRIPTION_CREATED.data.parse(event), facts);
    case 'SUBSCRIPTION_CHANGED':
    case 'SUBSCRIPTION_DAY_SKIPPED':
      return changed(catalogue[event.eventType].data.parse(event));
    case 'SUBSCRIPTION_MOVED': {
      const { status, reason } = catalogue.SUBSCRIPTION_MOVED.data.parse(event);
      // Who cancels or pauses is told at once, by the change's own message.
      if (status !== 'CANCELLED' || reason !== 'ENDED') return undefined;
      return { type: 'SUBSCRIPTION_ENDED', lastDay: facts.subscription?.endDay };
    }
    case 'PAUSE_ENDING': {
      const { pausedTo, firstDay, cutoffAt } = catalogue.PAUSE_ENDING.data.parse(event);
      return { type: 'PAUSE_ENDING', pausedTo, firstDay, cutoffAt };
    }
    case 'PRICE_CHANGED': {
      const { userId: _, subscriptionId: __, productId, ...told } = catalogue.PRICE_CHANGED.data.parse(event);
      return { type: 'PRICE_CHANGED', product: facts.nameOf?.(productId) ?? productId, ...told };
    }
    default:
      return undefined;
  }
}

/** What an order run made for one household, day and slot. */
export function dayOrdered({ together = [], balance }: Facts): DayOccasion | undefined {
  const visit = visitOf(together[0]);
  if (!visit) return undefined;
  const byMethod = (method: Order['paymentMethod']) => {
    const theirs = together.filter(({ paymentMethod }) => paymentMethod === method);
    return theirs.reduce((sum, { amount }) => sum + amount, 0) || undefined;
  };
  const takenMinor = byMethod('WALLET');
  return {
    type: 'DAY_ORDERED',
    visit,
    items: together.flatMap(({ items }) =>
      items.map(({ name, qty, amount }) => ({ name, qty, amountMinor: amount })),
    ),
    amountMinor: together.reduce((sum, { amount }) => sum + amount, 0),
    balance: takenMinor ? { takenMinor, leftMinor: availableOf(balance) } : undefined,
    cashMinor: byMethod('COD'),
    accountMinor: byMethod('ACCOUNT'),
  };
}

function dayShort({ shorts = [], nameOf }: Facts): DayOccasion | undefined {
  const lines = shorts.flatMap((short) =>
    short.lines.map(({ productId, qty, granted, reason }) => ({
      name: nameOf?.(productId) ?? productId,
      qty,
      granted,
      reason,
    })),
  );
  const day = shorts[0]?.deliveryDay;
  if (day === undefined || lines.length === 0) return undefined;
  return { type: 'DAY_SHORT', day, lines };
}

function dayCompleted(
  { deliveryDay, lines, amountMinor }: EventData<'SUBSCRIPTION_DAY_COMPLETED'>,
  { nameOf }: Facts,
): DayOccasion {
  const items = lines.map(({ productId, qty, amountMinor: price }) => ({
    name: nameOf?.(productId) ?? productId,
    qty,
    amountMinor: price,
  }));
  return { type: 'DAY_COMPLETED', day: deliveryDay, items, amountMinor };
}

function created(
  { firstDayAffected, monthAfterMinor, receiptId }: EventData<'SUBSCRIPTION_CREATED'>,
  { subscription, nameOf }: Facts,
): DayOccasion {
  const plan: Plan | undefined = subscription?.plans[0];
  return {
    type: 'SUBSCRIPTION_CREATED',
    firstDay: firstDayAffected,
    lastDay: subscription?.endDay,
    schedule: plan?.schedule,
    items: (plan?.items ?? []).map(({ productId, qty }) => ({ name: nameOf?.(productId) ?? productId, qty })),
    monthMinor: monthAfterMinor,
    receiptId,
  };
}

function changed({
  action,
  firstDayAffected,
  monthBeforeMinor,
  monthAfterMinor,
  receiptId,
}: EventData<'SUBSCRIPTION_CHANGED'>): DayOccasion {
  const figures = { monthBeforeMinor, monthAfterMinor, receiptId };
  return { type: 'SUBSCRIPTION_CHANGED', action, firstDay: firstDayAffected, ...figures };
}
