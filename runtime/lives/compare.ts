import type { Refusal } from '#runtime/testDairy.ts';
import type { Day } from './model/almanac.ts';
import type { Deed, Told } from './model/house.ts';

/** What a door answers to a deed. */
export type Answer = Partial<Refusal> & {
  subscriptionId?: string;
  receipt?: { receiptId: string; monthBefore: number; monthAfter: number };
};

/** Minor units of an amount that a door shows. */
export const paise = (major: number) => Math.round(major * 100);

/**
 * How an answer differs from the model's. What was so already, because the same was asked before, is answered with the
 * receipt of then, and its months; the model only knows that it changes nothing.
 */
export function unlike(
  receipts: Set<string>,
  deed: Deed,
  answer: Answer | undefined,
  told: Told | undefined,
): string[] {
  const receiptId = answer?.receipt?.receiptId;
  const isKnown = receiptId !== undefined && receipts.has(receiptId);
  if (receiptId !== undefined) receipts.add(receiptId);
  if (!isKnown || !told) return differences('answer', saidOf(deed, answer), told);
  const changesNothing =
    'refused' in told ? told.refused === 'NOTHING_PLANNED' : told.monthBefore === told.monthAfter;
  return changesNothing ? [] : [`an old receipt ${receiptId} for what changes something`];
}

function saidOf(deed: Deed, answer: Answer | undefined): Told {
  if (answer?.code && (answer.status ?? 0) >= 400) {
    const { firstDay } = answer as { firstDay?: Day };
    return { refused: answer.code, ...(firstDay === undefined ? {} : { firstDay }) };
  }
  const isChange = deed.deed === 'SUBSCRIBE' || deed.deed === 'CHANGE';
  if (!isChange || !answer?.receipt) return { done: true };
  const { monthBefore, monthAfter } = answer.receipt;
  return { done: true, monthBefore: paise(monthBefore), monthAfter: paise(monthAfter) };
}

/** What of the code's values the model lacks, and the reverse; nothing where both are the same. */
export function differences(what: string, code: unknown, model: unknown): string[] {
  if (JSON.stringify(code) === JSON.stringify(model)) return [];
  const [ones, others] = [listed(code), listed(model)];
  const only = (some: readonly string[], rest: readonly string[]) =>
    some.filter((one) => !rest.includes(one)).join('\n         ');
  return [`${what}\n  dairy: ${only(ones, others)}\n  model: ${only(others, ones)}`];
}

function listed(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((one) => JSON.stringify(one));
}
