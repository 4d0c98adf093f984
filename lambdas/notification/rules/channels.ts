import { mailOf, type User } from '#lambdas/user/models/User.ts';
import type { Channel } from '../models/Notification.ts';
import type { Occasion } from './occasion.ts';

const deliveryBySms: readonly string[] = ['IN_TRANSIT', 'DELIVERED', 'FAILED'];

/** What comes every day, or has told by text message what is worth one; and what needs the address it was asked for with. */
const byLetterOnly: readonly Occasion['type'][] = ['DAY_ORDERED', 'DELIVERY_UPDATE', 'PASSWORD_RESET'];

/**
 * The channels that an occasion is told by: a text message where it is worth a look at once. Who has no e-mail address,
 * or one that takes no mail, gets by text message also what comes by letter else, but for what comes every day.
 */
export function channelsOf(
  occasion: Occasion,
  user: Pick<User, 'email' | 'mailStopped'>,
): readonly Channel[] {
  const channels = usualChannels(occasion);
  return mailOf(user) !== undefined || byLetterOnly.includes(occasion.type) ? channels : ['SMS'];
}

function usualChannels(occasion: Occasion): readonly Channel[] {
  switch (occasion.type) {
    case 'ORDER_CONFIRMED':
    case 'ORDER_CANCELLED':
    case 'DAY_SHORT':
    case 'WALLET_LOW':
    case 'MANDATE_NOTICE':
    case 'DUNNING_STEP':
    case 'DUNNING_EXHAUSTED':
      return ['EMAIL', 'SMS'];
    case 'SIGN_IN_CODE':
      return ['SMS'];
    case 'DELIVERY_UPDATE':
      return deliveryBySms.includes(occasion.status) ? ['EMAIL', 'SMS'] : ['EMAIL'];
    default:
      return ['EMAIL'];
  }
}

/**
 * Messages an account or somebody's money needs; nobody can opt out of them by e-mail, or by text message where
 * there is no e-mail address.
 */
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

/** Whoever asked for it waits for it. */
const asked = 'SIGN_IN_CODE' satisfies Occasion['type'];

/** Whether a person takes messages of a type by a channel. */
export function wants(user: User, channel: Channel, type: string): boolean {
  const optedIn = channel === 'EMAIL' ? user.preferences?.email : user.preferences?.sms;
  if (optedIn ?? true) return true;
  if (type === asked) return true;
  return needed.includes(type) && (channel === 'EMAIL' || mailOf(user) === undefined);
}

/** Where a channel reaches a person: an e-mail address, or a telephone number without blanks. */
export function addressOf(user: User, channel: Channel): string | undefined {
  return channel === 'EMAIL' ? mailOf(user) : user.phone?.replaceAll(/[ -]/g, '') || undefined;
}

/** Whether anything may be sent to or kept of this person at all. */
export function isReachable(user: User | undefined): user is User {
  return user?.active === true && user.erasedAt === undefined;
}
