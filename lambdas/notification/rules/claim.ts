import type { Instant } from '#shared/domain/day.ts';
import { CLAIM_SECONDS, type Notification } from '../models/Notification.ts';

/**
 * What is to be done with a message that is about to be sent. CLAIM: take it. MINE: this very attempt holds it
 * already. DONE: nothing. LATER: somebody is sending it. LOST: whoever sent it never said how it ended.
 */
export type Fate = 'CLAIM' | 'MINE' | 'DONE' | 'LATER' | 'LOST';

/** For an event that came, perhaps again. What waits for the clock is left to the clock. */
export function fateOfEvent(row: Notification | undefined, claimId: string, now: Instant): Fate {
  if (!row) return 'CLAIM';
  if (row.status === 'SENDING') return fateOfClaim(row, claimId, now);
  return row.status === 'FAILED' && !row.todo ? 'CLAIM' : 'DONE';
}

/** For a message that the index says is due; its row decides. */
export function fateOfDue(row: Notification | undefined, claimId: string, now: Instant): Fate {
  if (!row?.todo) return 'DONE';
  if (row.status === 'SENDING') return fateOfClaim(row, claimId, now);
  const waits = row.status === 'QUEUED' || row.status === 'FAILED';
  return waits && (row.sendAfter ?? '') <= now ? 'CLAIM' : 'DONE';
}

function fateOfClaim(row: Notification, claimId: string, now: Instant): Fate {
  if (row.claimId === claimId) return 'MINE';
  // A clock that was set back must not make a claim last for hours.
  const ageMs = Math.abs(new Date(now).getTime() - new Date(row.claimedAt ?? 0).getTime());
  if (ageMs < CLAIM_SECONDS * 1000) return 'LATER';
  return isRepeatable(row.type) ? 'CLAIM' : 'LOST';
}

/** A message that does no harm when it arrives twice, and does when it does not arrive. */
export function isRepeatable(type: string): boolean {
  return type === 'PASSWORD_RESET' || type === 'SIGN_IN_CODE';
}

/** Tries of an event's queue, a moment apart; then the message waits for the timer. */
const QUICK_TRIES = 3;
/** With the waits below some ten hours in all: a mail server may be down for a night. */
const MOST_TRIES = 15;
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * When a message whose sending failed is tried again by the timer, in seconds. 'AT_ONCE': its queue brings it again;
 * undefined: no more.
 */
export function retryAfterSeconds(
  failedTries: number,
  again: 'QUEUE' | 'CLOCK',
): number | 'AT_ONCE' | undefined {
  if (again === 'QUEUE' && failedTries < QUICK_TRIES) return 'AT_ONCE';
  if (failedTries >= MOST_TRIES) return undefined;
  return Math.min(LONGEST_WAIT_SECONDS, 60 * 2 ** Math.max(0, failedTries - QUICK_TRIES));
}
