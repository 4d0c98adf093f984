import type { Output } from '../../kit/api/client.ts';
import type { Tone } from '../../kit/ui/Tag.tsx';

export type Day = Output<'GET /order/calendar'>[number];
export type Line = Day['lines'][number];

/** What is told otherwise after a change of a standing order. */
export const stale = [
  'GET /order/calendar',
  'GET /order/subscriptions',
  'GET /order/receipts',
  'GET /payment/wallet',
] as const;

export const coming: readonly string[] = ['PLANNED', 'LOCKED', 'ORDERED', 'SHORT', 'DELIVERED'];

export function toneOf(status: string): Tone {
  if (status === 'DELIVERED') return 'good';
  if (coming.includes(status)) return status === 'SHORT' ? 'warn' : 'plain';
  return status === 'SKIPPED' || status === 'PAUSED' ? 'warn' : 'bad';
}
