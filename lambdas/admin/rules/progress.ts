import type { Delivery } from '#lambdas/delivery/models/Delivery.ts';

/** How far a courier's round is: every delivery is done, failed or open. */
export interface Progress {
  planned: number;
  done: number;
  failed: number;
  /** Fetched and on the way, of those that are open. */
  onTheWay: number;
  open: number;
}

/** Whether a delivery belongs to the day's work: what was cancelled before it was fetched does not. */
export const isPlanned = ({ status, reason }: Delivery): boolean =>
  status !== 'FAILED' || reason !== 'ORDER_CANCELLED';

export function progressOf(round: readonly Delivery[]): Progress {
  const progress: Progress = { planned: 0, done: 0, failed: 0, onTheWay: 0, open: 0 };
  for (const { status } of round.filter(isPlanned)) {
    progress.planned++;
    if (status === 'DELIVERED') progress.done++;
    else if (status === 'FAILED') progress.failed++;
    else progress.open++;
    if (status === 'PICKED_UP' || status === 'IN_TRANSIT') progress.onTheWay++;
  }
  return progress;
}
