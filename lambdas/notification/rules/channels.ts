import type { User } from '#lambdas/user/models/User.ts';
import type { Channel } from '../models/Notification.ts';
import type { Occasion } from './occasion.ts';

const deliveryBySms: readonly string[] = ['IN_TRANSIT', 'DELIVERED', 'FAILED'];

/** The channels that an occasion is told by; a text message only where it is worth a look at once. */
export function channelsOf(occasion: Occasion): readonly Channel[] {
  switch (occasion.type) {
    case 'ORDER_CONFIRMED':
    case 'ORDER_CANCELLED':
    case 'DAY_SHORT':
    case 'WALLET_LOW':
    case 'MANDATE_NOTICE':
    case 'DUNNING_STEP':
    case 'DUNNING_EXHAUSTED':
      return ['EMAIL', 'SMS'];
    case 'DELIVERY_UPDATE':
      return deliveryBySms.includes(occasion.status) ? ['EMAIL', 'SMS'] : ['EMAIL'];
    default:
      return ['EMAIL'];
  }
}

/** Messages an account or somebody's money needs; nobody can opt out of them. */
const needed: readonly string[] = [
  'WELCOME_EMAIL',
  'PASSWORD_RESET',
  'REFUND_ISSUED',
  'REFUND_RETURNED',
  'REFUND_FAILED',
  'DISPUTE',
  'BILL_ISSUED',
  'BILL_OVERDUE',
  'PROBLEM_REPORTED',
  'PROBLEM_DECIDED',
  'DELIVERY_CORRECTED',
  'BOTTLES_LOST',
  'PRICE_CHANGED',
  'AUTO_TOP_UP_SET',
  'MANDATE_NOTICE',
  'DUNNING_STEP',
  'DUNNING_EXHAUSTED',
] satisfies Occasion['type'][];

/** Whether a person takes messages of a type by a channel. */
export function wants(user: User, channel: Channel, type: string): boolean {
  const optedIn = channel === 'EMAIL' ? user.preferences?.email : user.preferences?.sms;
  return (optedIn ?? true) || (channel === 'EMAIL' && needed.includes(type));
}

/** Where a channel reaches a person: an e-mail address, or a telephone number without blanks. */
export function addressOf(user: User, channel: Channel): string | undefined {
  return (channel === 'EMAIL' ? user.email : user.phone?.replaceAll(/[ -]/g, '')) || undefined;
}

/** Whether anything may be sent to or kept of this person at all. */
export function isReachable(user: User | undefined): user is User {
  return user?.active === true && user.erasedAt === undefined;
}
