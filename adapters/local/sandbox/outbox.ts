import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, Log } from '#shared/ports/ports.ts';
import { SIGNATURE_HEADER, signWebhook, type Webhook } from './signature.ts';

const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 500;
const ANSWER_WITHIN_MS = 10_000;
const AT_ONCE = 32;
const MAX_READY = 50_000;
/** The longest wait after a restart; a clock set back in between must not hold a webhook for hours. */
const MAX_WAIT_MS = 5000;

interface Parcel {
  webhook: Webhook;
  tries: number;
  /** Copies that no one has taken yet. */
  copies: number;
}

interface OutboxOptions {
  secret: string;
  clock: Clock;
  log: Log;
  /** Told once a webhook needs no more sending: it was taken, or given up. */
  onDone(id: string): void;
}

/**
 * Sends webhooks when their time comes and again until they are taken, a few at once. What is ready before there is
 * an address waits for it. No timer keeps the process alive.
 */
export function makeOutbox({ secret, clock, log, onDone }: OutboxOptions) {
  const timers = new Map<Parcel, NodeJS.Timeout>();
  const ready = new Set<Parcel>();
  const closing = new AbortController();
  let address: string | undefined;
  let running = 0;

  function after(ms: number, parcel: Parcel): void {
    if (closing.signal.aborted) return;
    const timer = setTimeout(() => {
      timers.delete(parcel);
      makeReady(parcel);
    }, ms);
    timers.set(parcel, timer.unref());
  }

  function makeReady(parcel: Parcel): void {
    ready.add(parcel);
    sendReady();
    const [oldest] = ready.size > MAX_READY ? ready : [];
    if (oldest) {
      ready.delete(oldest);
      giveUp(oldest, 'too many wait');
    }
  }

  function sendReady(): void {
    if (address === undefined) return;
    for (const parcel of ready) {
      if (running >= AT_ONCE) return;
      ready.delete(parcel);
      running += 1;
      void attempt(parcel, address).finally(() => {
        running -= 1;
        if (!closing.signal.aborted) sendReady();
      });
    }
  }

  /** One try of all copies left. */
  async function attempt(parcel: Parcel, url: string): Promise<void> {
    const body = JSON.stringify(parcel.webhook.message);
    const taken = await Promise.all(Array.from({ length: parcel.copies }, () => post(url, body)));
    if (closing.signal.aborted) return;
    parcel.tries += 1;
    parcel.copies = taken.filter((ok) => !ok).length;
    if (parcel.copies === 0) onDone(parcel.webhook.message.id);
    else if (parcel.tries < MAX_TRIES) after(FIRST_PAUSE_MS * 2 ** (parcel.tries - 1), parcel);
    else giveUp(parcel, 'not taken');
  }

  function giveUp({ webhook: { message }, tries }: Parcel, reason: string): void {
    log.warn('sandbox webhook given up', {
      id: message.id,
      reference: message.data.reference,
      tries,
      reason,
    });
    onDone(message.id);
  }

  /** Whether the receiver took it. Any failure of the network is a no: that is what the next try is for. */
  async function post(url: string, body: string): Promise<boolean> {
    const signature = signWebhook(secret, body, clock.now());
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      await response.text(); // Read, so that the connection can be used again.
      return response.ok;
    } catch (error) {
      if (!closing.signal.aborted) log.warn('sandbox webhook not sent', { reason: causeOf(error) });
      return false;
    }
  }

  return {
    plan(webhook: Webhook): void {
      const waitMs = webhook.sendAtMs - clock.now().getTime();
      after(Math.min(Math.max(waitMs, 0), MAX_WAIT_MS), { webhook, tries: 0, copies: webhook.copies });
    },
    /** Sends at once what is due by the clock, which may have been moved, and waits until nothing is on its way. */
    async catchUp(withinMs: number): Promise<void> {
      const nowMs = clock.now().getTime();
      for (const [parcel, timer] of timers) {
        if (parcel.webhook.sendAtMs > nowMs) continue;
        clearTimeout(timer);
        timers.delete(parcel);
        makeReady(parcel);
      }
      // Without an address nothing can go.
      for (let waitedMs = 0; running > 0 && waitedMs < withinMs; waitedMs += 5) await pause(5);
    },
    /** Drops what is planned about a charge or refund; answers the ids. */
    forget(reference: string): string[] {
      const dropped = [...timers.keys(), ...ready].filter(
        ({ webhook }) => webhook.message.data.reference === reference,
      );
      for (const parcel of dropped) {
        clearTimeout(timers.get(parcel));
        timers.delete(parcel);
        ready.delete(parcel);
      }
      return dropped.map(({ webhook }) => webhook.message.id);
    },
    deliverTo(url: string): void {
      address = new URL(url).href;
      sendReady();
    },
    close(): void {
      closing.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      ready.clear();
    },
  };
}

function causeOf(error: unknown): string {
  return String(error instanceof Error && error.cause ? error.cause : error);
}
