import type { Day } from '#shared/domain/day.ts';
import type { Subscription } from '../models/Subscription.ts';

/**
 * Whether nothing can come of a subscription any more: it has ended, every day up to its end is dealt with, and none of
 * its orders is open. `closedDay` is the last day up to which every slot is closed; that a later day of it had its run
 * says nothing of those before, which may lock after it.
 */
export function isOver(subscription: Omit<Subscription, 'version'>, closedDay: Day): boolean {
  const { status, endDay = '', startDay, openOrders = 0 } = subscription;
  const dealtWith = endDay < startDay || endDay <= closedDay;
  return status === 'CANCELLED' && dealtWith && openOrders === 0;
}
