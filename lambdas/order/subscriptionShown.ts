import type { Catalogue } from '#lambdas/product/models/catalogue.ts';
import type { Settings } from '#shared/data/settings.ts';
import { slotOn } from '#shared/data/slot.ts';
import { addDays, type Day, dayOf, type Instant, laterDay } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import type { Plan, Receipt, Subscription } from './models/Subscription.ts';
import { plannedDays } from './rules/plannedDays.ts';
import { planOn } from './rules/schedule.ts';

/** How far ahead a schedule is looked at for its next delivery. */
const NEXT_WITHIN_DAYS = 100;

/** The next day with a delivery: today while its slot is open, or a later one. */
export function nextDelivery(subscription: Subscription, settings: Settings, now: Instant): Day | undefined {
  const today = dayOf(now, settings.timeZone);
  const from = laterDay(today, subscription.startDay);
  return plannedDays(subscription, settings, from, addDays(from, NEXT_WITHIN_DAYS)).find(
    ({ day, slotId, lines }) => {
      const window = settings.slots.find((slot) => slot.slotId === slotId);
      const over = !window || slotOn(window, day, settings.timeZone).endsAt <= now;
      return !over && lines.some(({ state }) => state === 'DUE');
    },
  )?.day;
}

/** A subscription as the API shows it: its terms now, those that are to come, and the next delivery. */
export function shownSubscription(
  subscription: Subscription,
  settings: Settings,
  catalogue: Catalogue,
  now: Instant,
) {
  const { subscriptionId, userId, status, startDay, endDay, skips, pauses, oneOffs, createdAt } =
    subscription;
  const today = dayOf(now, settings.timeZone);
  const plan = planOn(subscription.plans, laterDay(today, startDay)) ?? (subscription.plans[0] as Plan);
  const coming = subscription.plans.filter(({ from }) => from > plan.from);
  return {
    subscriptionId,
    userId,
    status,
    ...shownPlan(plan, catalogue),
    startDate: startDay,
    endDate: endDay,
    endReason: status === 'CANCELLED' ? subscription.endReason : undefined,
    nextDelivery: status === 'CANCELLED' ? undefined : nextDelivery(subscription, settings, now),
    skips: skips.filter((day) => day >= today),
    pauses: pauses.filter(({ to }) => to === undefined || to >= today),
    oneOffs: oneOffs.filter(({ day }) => day >= today),
    comingChanges: coming.map((next) => ({ from: next.from, ...shownPlan(next, catalogue) })),
    placedBy: subscription.placedBy,
    through: subscription.through,
    createdAt,
  };
}

function shownPlan({ items, schedule, slotId, address, paymentMethod }: Plan, catalogue: Catalogue) {
  return {
    items: items.map((item) => ({ ...item, name: catalogue.byId.get(item.productId)?.product.name })),
    schedule,
    slot: slotId,
    address,
    paymentMethod,
  };
}

/** A receipt as the API shows it; its amounts are a forecast. */
export function shownReceipt(receipt: Receipt) {
  const { change: _, lines, monthBefore, monthAfter, next30Before, next30After, ...rest } = receipt;
  return {
    ...rest,
    lines: lines.map(({ amountBefore, amountAfter, ...line }) => ({
      ...line,
      amountBefore: toMajor(amountBefore),
      amountAfter: toMajor(amountAfter),
    })),
    monthBefore: toMajor(monthBefore),
    monthAfter: toMajor(monthAfter),
    next30Before: toMajor(next30Before),
    next30After: toMajor(next30After),
    forecast: true,
  };
}
