import type { Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';

/** A line of a household's day that is to be paid from its prepaid balance. */
export interface LineToPay {
  subscriptionId: string;
  /** When the subscription was made. */
  createdAt: Instant;
  /** Where the line stands in its subscription. */
  position: number;
  amountMinor: Minor;
}

/** What a household can pay with, and the dairy's setting for a balance that is short. */
export interface Means {
  availableMinor: Minor;
  /** LINES: the whole lines that can be paid. NONE: all or nothing. GRACE: LINES, with debt up to a limit. */
  policy: 'LINES' | 'NONE' | 'GRACE';
  /** Of GRACE: how much more the household may owe. */
  graceLeftMinor: Minor;
}

/** The lines that are paid, by their index, and what of them the household then owes. */
export interface Funded {
  paid: Set<number>;
  owedMinor: Minor;
}

/**
 * Decides which lines of one household's day its money pays: the oldest subscription's first, each in item order. A
 * line that does not fit is passed over, and a later one may still fit.
 */
export function fund(lines: readonly LineToPay[], means: Means): Funded {
  const availableMinor = Math.max(0, means.availableMinor);
  const graceMinor = means.policy === 'GRACE' ? Math.max(0, means.graceLeftMinor) : 0;
  const totalMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const paid = new Set<number>();
  if (means.policy === 'NONE' && totalMinor > availableMinor) return { paid, owedMinor: 0 };
  let leftMinor = availableMinor + graceMinor;
  for (const [index, { amountMinor }] of [...lines.entries()].sort(([, a], [, b]) => byAge(a, b))) {
    if (amountMinor > leftMinor) continue;
    paid.add(index);
    leftMinor -= amountMinor;
  }
  return { paid, owedMinor: Math.max(0, graceMinor - leftMinor) };
}

function byAge(a: LineToPay, b: LineToPay): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  if (a.subscriptionId !== b.subscriptionId) return a.subscriptionId < b.subscriptionId ? -1 : 1;
  return a.position - b.position;
}
