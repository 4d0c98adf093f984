import { Settings } from '#shared/data/settings.ts';
import type { Day } from '#shared/domain/day.ts';
import type { Plan, Subscription } from '../models/Subscription.ts';
import { plannedDays } from './plannedDays.ts';

/** The dairy's settings with some of them set, for tests of rules. */
export function settingsWith(some: Partial<Settings> = {}): Settings {
  return Settings.parse(some);
}

/** A plan of two litres of cow milk every morning, with some of its terms set. */
export function planFrom(from: Day, some: Partial<Plan> = {}): Plan {
  return {
    from,
    anchor: from,
    items: [{ productId: 'P101', qty: 2 }],
    schedule: { type: 'DAILY' },
    slotId: 'MORNING',
    paymentMethod: 'COD',
    ...some,
  };
}

/** A standing order of one plan, with some of its fields set. */
export function standingOrder(plan: Plan, some: Partial<Subscription> = {}): Subscription {
  return {
    subscriptionId: 'S101',
    userId: 'U101',
    status: 'ACTIVE',
    plans: [plan],
    startDay: plan.from,
    skips: [],
    pauses: [],
    oneOffs: [],
    placedBy: 'U101',
    through: 'SELF',
    createdAt: '2027-01-04T04:30:00.000Z',
    version: 1,
    runKey: 'RUN#0',
    runOrder: 'U101#S101',
    ...some,
  };
}

/** What each day has: `P101 2`, or with the state where it is not due. */
export function linesOf(
  subscription: Subscription,
  settings: Settings,
  from: Day,
  to: Day,
): Record<Day, string[]> {
  return Object.fromEntries(
    plannedDays(subscription, settings, from, to).map(({ day, lines }) => [
      day,
      lines.map(({ productId, qty, state }) => `${productId} ${qty}${state === 'DUE' ? '' : ` ${state}`}`),
    ]),
  );
}
