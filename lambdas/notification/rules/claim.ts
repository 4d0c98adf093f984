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
  return type === 'PASSWORD_RESET';
}

const MOST_TRIES = 6;

/** When a held message whose sending failed is tried again, in seconds; undefined: no more. */
export function retryAfterSeconds(failedTries: number): number | undefined {
  return failedTries < MOST_TRIES ? 60 * 2 ** (failedTries - 1) : undefined;
}
