import type { Context } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { plusSeconds } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { ChargeOrder, ChargeResult } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import type { Balance } from './models/Ledger.ts';
import { type Payment, reconcileKeyOf } from './models/Payment.ts';
import { settleTopUp } from './models/topUp.ts';

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

export interface NewTopUp {
  userId: string;
  amount: Minor;
  paymentMethod: 'CARD' | 'UPI';
  /** A new one unless told. */
  paymentId?: string;
  automatic?: true;
}

/** A top-up that the provider is about to be asked for, as it is written down first. */
export function newTopUp(world: World, top: NewTopUp): Payment {
  const { userId, amount, paymentMethod, automatic } = top;
  const paymentId = top.paymentId ?? `PAY${world.ids.next()}`;
  const createdAt = world.clock.now().toISOString();
  return {
    paymentId,
    userId,
    amount,
    paymentMethod,
    provider: world.payments.name,
    status: 'PENDING',
    captured: 0,
    refunded: 0,
    automatic,
    createdAt,
    version: 1,
    todo: reconcileKeyOf(paymentId),
    todoAt: plusSeconds(createdAt, RECONCILE_AFTER_SECONDS),
  };
}

/** Asks the provider for a top-up that is written down, and makes its word true; `known` are the rows as they are. */
export async function chargeTopUp(
  world: World,
  context: Context,
  known: [Payment, Balance | undefined],
  how: Pick<ChargeOrder, 'token' | 'save' | 'saved'>,
) {
  const [{ paymentId, userId, amount, paymentMethod }] = known;
  const { currency } = await settingsOf(world);
  const method = paymentMethod === 'UPI' ? ('UPI' as const) : ('CARD' as const);
  const charge = { paymentId, userId, amountMinor: amount, currency, method, ...how };
  const result = await chargeProvider(world, charge);
  return settleTopUp(world, context, { paymentId, userId }, result, { known });
}
