import type { ChargeOrder, ChargeResult } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';

/** How long a provider has to tell the end of a charge by itself before it is asked. */
export const RECONCILE_AFTER_SECONDS = 60;

/** Asks the provider for money that a row says it is asked for; one that does not answer is asked again later. */
export async function chargeProvider(world: World, charge: ChargeOrder): Promise<ChargeResult> {
  // Nothing to take: no provider accepts a charge of nought.
  if (charge.amountMinor === 0) return { state: 'SUCCEEDED', amountMinor: 0 };
  try {
    return await world.payments.charge(charge);
  } catch (error) {
    world.log.warn('payment provider did not answer', { paymentId: charge.paymentId, reason: String(error) });
    return { state: 'UNKNOWN' };
  }
}
