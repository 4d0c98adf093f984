import { z } from '@hono/zod-openapi';

/** First letters of ids, by noun. The seed fixes U, P, C, O and D. */
export const idPrefix = {
  user: 'U',
  product: 'P',
  cart: 'C',
  order: 'O',
  delivery: 'D',
  payment: 'PAY',
  refund: 'R',
  notification: 'N',
  event: 'E',
  session: 'SN',
  audit: 'A',
  deadLetter: 'DL',
  problem: 'PR',
  subscription: 'S',
  receipt: 'RC',
} as const;

export type IdKind = keyof typeof idPrefix;

/** What an id of a noun looks like: its letter, then 1–60 letters, digits, `_` or `-`. */
export function idSchema(kind: IdKind) {
  const prefix = idPrefix[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}[A-Za-z0-9_-]{1,60}$`), {
      message: `must begin with ${prefix} and then have 1 to 60 letters, digits, "_" or "-"`,
    })
    .openapi({ example: `${prefix}101` });
}

/** The cart of a user: one a user, so its id follows from the user's (U101 → C101). */
export function cartIdOf(userId: string): string {
  return idPrefix.cart + userId.slice(idPrefix.user.length);
}

/** The id of an order's delivery attempt, from 1: O101's are D101, D101-2, D101-3 … */
export function deliveryIdOf(orderId: string, attempt: number): string {
  const base = idPrefix.delivery + orderId.slice(idPrefix.order.length);
  return attempt === 1 ? base : `${base}-${attempt}`;
}
