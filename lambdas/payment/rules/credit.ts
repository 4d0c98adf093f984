import { createHash } from 'node:crypto';

/** One reason, however it is spelt or spaced, in whatever script, credits an order once. */
export function creditCauseOf(reason: string): string {
  const words = reason.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [reason];
  return `CREDIT-${createHash('sha256').update(words.join(' ')).digest('base64url').slice(0, 16)}`;
}

/** Whether a refund's cause is a credit for a problem, as against goods that did not come or money that paid nothing. */
export const isCredit = (cause: string): boolean => cause.startsWith('CREDIT-');
