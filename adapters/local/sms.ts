import type { Sms } from '#shared/ports/ports.ts';

/** A single machine has no SMS carrier: text messages stay in the inbox page. */
export function makeSms(): Sms {
  return { keepsInbox: true, send: async ({ id }) => ({ ref: `inbox:${id}` }) };
}
