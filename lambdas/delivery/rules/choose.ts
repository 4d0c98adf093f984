import { hash32 } from '#shared/domain/shard.ts';

/**
 * The courier for a stop: highest random weight (Thaler and Ravishankar's rendezvous hashing). One stop always
 * gets the same courier, stops spread evenly, and a courier who comes or goes moves only their own share.
 */
export function chooseCourier(stop: string, courierIds: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestWeight = -1;
  for (const courierId of courierIds) {
    const weight = hash32(`${courierId}\n${stop}`);
    if (weight > bestWeight || (weight === bestWeight && courierId < (best ?? ''))) {
      best = courierId;
      bestWeight = weight;
    }
  }
  return best;
}
