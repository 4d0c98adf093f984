import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { World } from '#shared/world.ts';

/** A busy household's app makes some 30 requests at a time; one address may make 200 in 4 seconds. */
const POINTS = 200;
const SECONDS = 4;

const limiters = new WeakMap<World, { allows(address: string): Promise<boolean> }>();

/** Requests of one address in this process. Logins have limits of their own, kept in the store. */
export function limiterOf(world: World) {
  let limiter = limiters.get(world);
  if (!limiter) {
    // Loaded where requests are counted only.
    const memory = import('rate-limiter-flexible').then(
      ({ RateLimiterMemory }) => new RateLimiterMemory({ points: POINTS, duration: SECONDS }),
    );
    limiter = {
      async allows(address: string) {
        try {
          await (await memory).consume(address);
          return true;
        } catch (refused) {
          if (refused instanceof Error) throw refused;
          return false;
        }
      },
    };
    limiters.set(world, limiter);
  }
  return limiter;
}

/**
 * The caller's network address. X-Forwarded-For counts only behind a proxy of ours (TRUST_PROXY), what CloudFront says
 * only with the secret that it shares with us: the API can be called past it.
 */
export function addressOf(world: World, c: Context): string {
  if (isByOurEdge(world, c.req.header('x-milkfloat-edge'))) {
    const viewer = c.req.header('x-milkfloat-viewer');
    if (viewer) return viewer;
  }
  if (world.config.trustProxy) {
    const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
    if (forwarded) return forwarded;
  }
  const env = c.env as {
    incoming?: { socket?: { remoteAddress?: string } };
    requestContext?: { http?: { sourceIp?: string } };
  };
  return env?.incoming?.socket?.remoteAddress ?? env?.requestContext?.http?.sourceIp ?? '';
}

function isByOurEdge({ config: { edgeSecret } }: World, shown: string | undefined): boolean {
  if (!edgeSecret || !shown) return false;
  // In bytes: a header of as many characters may be longer.
  const [given, expected] = [Buffer.from(shown), Buffer.from(edgeSecret)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
