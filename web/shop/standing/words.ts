import type { Subscription } from '../../kit/api/doors.gen.ts';

/** What a standing order brings, in words. */
export function itemsText(items: Subscription['items']): string {
  return items.map(({ productId, qty, name }) => `${qty} × ${name ?? productId}`).join(', ');
}
