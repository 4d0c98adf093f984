import type Stripe from 'stripe';
import type { Clock, Trace } from '#shared/ports/ports.ts';
import { isMissing } from './errors.ts';

/** How far Stripe's clock and ours may be apart, and how long after its row is written a charge is asked for. */
const AROUND_SECONDS = 10 * 60;
/** Where nothing is known of the time. */
const LOOK_BACK_SECONDS = 48 * 3600;
/** A request of ours is over by then, answered or not; see docs/decisions/0011-stripe.md. */
const CERTAIN_AFTER_SECONDS = 90;
const PAGE = 100;
const MOST = 5000;

/** What was found; ABSENT: it is certain that there is none; UNSURE: there may be one, or may come to be. */
export type Found<T> = T | 'ABSENT' | 'UNSURE';

/** The intent of one of our payments. */
export async function findIntent(
  stripe: Stripe,
  clock: Clock,
  paymentId: string,
  { providerRef, createdAt }: Trace,
): Promise<Found<Stripe.PaymentIntent>> {
  const isOurs = ({ metadata }: Stripe.PaymentIntent) => metadata.paymentId === paymentId;
  const expand = ['data.payment_method'];
  if (providerRef) {
    const intent = await orMissing(
      stripe.paymentIntents.retrieve(providerRef, { expand: ['payment_method'] }),
    );
    return intent && isOurs(intent) ? intent : 'ABSENT';
  }
  const created = timesOf(clock, createdAt);
  const found = await firstOf(stripe.paymentIntents.list({ created, limit: PAGE, expand }), isOurs);
  return found === 'ABSENT' && isYoung(clock, createdAt) ? 'UNSURE' : found;
}

/** The refund of one of ours; among those of its charge where that is known. */
export async function findRefundOf(
  stripe: Stripe,
  clock: Clock,
  refundId: string,
  { providerRef, createdAt, chargeRef }: Trace & { chargeRef?: string },
): Promise<Found<Stripe.Refund>> {
  const isOurs = ({ metadata }: Stripe.Refund) => metadata?.refundId === refundId;
  if (providerRef) {
    const refund = await orMissing(stripe.refunds.retrieve(providerRef));
    return refund && isOurs(refund) ? refund : 'ABSENT';
  }
  if (!chargeRef) {
    // A refund may be asked for again days after its row was written: there is no end to look until.
    const { gte } = timesOf(clock, createdAt);
    return firstOf(stripe.refunds.list({ created: { gte }, limit: PAGE }), isOurs);
  }
  const ofCharge = stripe.refunds.list({ payment_intent: chargeRef, limit: PAGE });
  return (await orMissing(firstOf(ofCharge, isOurs))) ?? 'ABSENT';
}

function timesOf(clock: Clock, createdAt: string | undefined): { gte: number; lte?: number } {
  const now = Math.floor(clock.now().getTime() / 1000);
  if (!createdAt) return { gte: now - LOOK_BACK_SECONDS };
  const seconds = Math.floor(Date.parse(createdAt) / 1000);
  return { gte: seconds - AROUND_SECONDS, lte: seconds + AROUND_SECONDS };
}

/** Whether a request for it may still be on its way. */
function isYoung(clock: Clock, createdAt: string | undefined): boolean {
  if (!createdAt) return true;
  return clock.now().getTime() - Date.parse(createdAt) < CERTAIN_AFTER_SECONDS * 1000;
}

async function firstOf<T>(pages: AsyncIterable<T>, isOurs: (one: T) => boolean): Promise<Found<T>> {
  let seen = 0;
  for await (const one of pages) {
    if (isOurs(one)) return one;
    if (++seen >= MOST) return 'UNSURE';
  }
  return 'ABSENT';
}

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
