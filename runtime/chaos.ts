import { createHmac } from 'node:crypto';
import { signWebhook } from '#adapters/local/payments.ts';
import { paymentLambda } from '#lambdas/payment/paymentRoutes.ts';
import { timers } from '#shared/events/timers.ts';
import { appOf } from '#shared/http/serve.ts';
import type { ProviderState } from '#shared/ports/ports.ts';
import type { TestWorld } from './testWorld.ts';

/** An answer of a direct call, which may be a refusal. */
export interface Said {
  code?: string;
  status?: number | string;
  orderId?: string;
  paymentId?: string;
  [more: string]: unknown;
}

const again = new Set(['BUSY', 'UNAVAILABLE', 'INTERNAL']);

/** Whether an answer is a refusal or a fault. */
export function isRefusal(said: Said): boolean {
  return said.code !== undefined && typeof said.status === 'number';
}

/** Calls as a patient household does: what is busy is tried again. Answers the last word and all codes met. */
export async function insist(
  call: () => Promise<Said>,
  { tries = 30 }: { tries?: number } = {},
): Promise<{ said: Said; met: string[] }> {
  const met: string[] = [];
  for (let i = 1; ; i++) {
    const said = await call();
    if (isRefusal(said)) met.push(String(said.code));
    if (!isRefusal(said) || !again.has(String(said.code)) || i >= tries) return { said, met };
    await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
  }
}

/** Runs every timer once, as the scheduler does; answers what failed. */
export async function runTimers(world: Pick<TestWorld, 'handlerOf'>): Promise<string[]> {
  const failed: string[] = [];
  for (const { lambda, timer } of timers) {
    const event = { source: 'milkfloat.timer', 'detail-type': 'Scheduled Event', detail: { timer } };
    await world
      .handlerOf(lambda)(event)
      .catch((error: unknown) => failed.push(`${timer}: ${String(error)}`));
  }
  return failed;
}

interface Webhook {
  type: 'charge' | 'refund';
  reference: string;
  state: Exclude<ProviderState, 'UNKNOWN'>;
  amountMinor: number;
  currency?: string;
}

/** The payment provider's voice: signed webhooks through the HTTP door. Answers the HTTP status. */
export function providerOf({ world }: Pick<TestWorld, 'world'>): (webhook: Webhook) => Promise<number> {
  const app = appOf(world, paymentLambda.doors);
  const secret = createHmac('sha256', world.config.secret).update('sandbox').digest('hex');
  return async ({ type, ...data }) => {
    const now = world.clock.now();
    const body = JSON.stringify({
      id: `evt_${type}_${data.reference}`,
      type,
      data: { providerRef: 'sbx_test', currency: 'INR', ...data },
      createdAt: now.toISOString(),
    });
    const headers = {
      'content-type': 'application/json',
      'sandbox-signature': signWebhook(secret, body, now),
    };
    const response = await app.request('/payment/webhook', { method: 'POST', headers, body });
    await response.text();
    return response.status;
  };
}

/** Calls all at once and answers every word. */
export function together<T>(count: number, call: (i: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => call(i)));
}
