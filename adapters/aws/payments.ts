import type { ChargeResult, PaymentProvider } from '#shared/ports/ports.ts';

const refused: ChargeResult = { state: 'FAILED', reason: 'NO_PROVIDER' };

/** A dairy without a card provider: cash at the door works, every card or UPI charge is declined. */
export function makePayments(): PaymentProvider {
  return {
    name: 'none',
    charge: async () => refused,
    findCharge: async () => refused,
    cancelCharge: async () => refused,
    refund: async () => refused,
    findRefund: async () => refused,
    // Nobody can sign for a provider that does not exist.
    readWebhook: async () => undefined,
  };
}
