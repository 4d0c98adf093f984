import type { Said } from './outbox.ts';
import type { Stop } from './stops.ts';

/** What the courier counts at a door: what of each product is left and taken back, and the money, as it is written. */
export interface Counted {
  left: Readonly<Record<string, number>>;
  empties: Readonly<Record<string, number>>;
  paidBy: 'CASH' | 'QR';
  /** As typed; where nobody typed, it is what is due. */
  cash: string | undefined;
  reference: string;
}

/** Whether nothing at all is left: then it is not delivered. */
export function nothingLeft({ items }: Pick<Stop, 'items'>, left: Counted['left']): boolean {
  return items.every(({ productId, qty }) => (left[productId] ?? qty) === 0);
}

/** An amount of money as people type it, with a comma or a point; undefined where it is none. */
export function amountOf(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/^[^\d]+/, '')
    .replace(/,(?=\d{3}\b)/g, '')
    .replace(',', '.');
  return /^\d{1,9}(\.\d{1,2})?$/.test(plain) ? Number(plain) : undefined;
}

/** What is said of a delivered stop as the API takes it; or what is wrong with the count. */
export function saidOf(
  stop: Pick<Stop, 'items' | 'paid'>,
  { left, empties, paidBy, cash, reference }: Counted,
  due: number,
  note = '',
): { said: Said; wrong?: undefined } | { said?: undefined; wrong: 'CASH' | 'REFERENCE' } {
  const wanted = new Map<string, number>();
  for (const { productId, qty } of stop.items) wanted.set(productId, (wanted.get(productId) ?? 0) + qty);
  const items = [...wanted]
    .filter(([productId, qty]) => (left[productId] ?? qty) < qty)
    .map(([productId]) => ({ productId, delivered: left[productId] ?? 0 }));
  const back = Object.entries(empties)
    .filter(([, count]) => count > 0)
    .map(([productId, count]) => ({ productId, count }));
  const said: Said = {
    ...(items.length > 0 ? { items } : {}),
    ...(back.length > 0 ? { empties: back } : {}),
    ...(note.trim() ? { proof: { note: note.trim() } } : {}),
  };
  if (stop.paid === 'BEFORE') return { said };
  const typed = cash?.trim() ? amountOf(cash) : undefined;
  if (cash?.trim() && typed === undefined) return { wrong: 'CASH' };
  const amount = typed ?? (stop.paid === 'AT_DOOR' && cash === undefined ? due : undefined);
  // At the door the sum must be said, also when nothing was given.
  if (stop.paid === 'AT_DOOR' && amount === undefined && due > 0) return { wrong: 'CASH' };
  if (amount === undefined) return { said };
  if (paidBy !== 'QR' || amount === 0) return { said: { ...said, cashCollected: amount } };
  if (!reference.trim()) return { wrong: 'REFERENCE' };
  return { said: { ...said, cashCollected: amount, paidBy, providerRef: reference.trim() } };
}
