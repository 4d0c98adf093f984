import { z } from '@hono/zod-openapi';
import type { Decision } from '#shared/data/commit.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, type Write } from '#shared/data/write.ts';
import { epochSeconds, plusSeconds } from '#shared/domain/day.ts';
import { onDemand } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

/** A provider may send a message again for days; ours are kept a good while longer. */
const KEPT_SECONDS = 90 * 86_400;

/** A provider's message whose effect was written: claimed in the same transaction, so that it has one. */
const ProviderEvent = onDemand(() =>
  z.object({
    /** `<provider>#<its event's id>` */
    providerEventId: z.string(),
    at: z.string(),
    expiresAtSeconds: z.number().int(),
  }),
);
export const ProviderEvents = defineTable('ProviderEvents', ProviderEvent, {
  hash: 'providerEventId',
  expires: true,
});

/** What is read to see whether a provider's message was taken before; nothing is found where none led here. */
export const seenAsk = (claim: string | undefined) =>
  ({ table: ProviderEvents, key: { providerEventId: claim ?? 'none' } }) as const;

/** A decision that a provider's message led to, together with its claim; one that changes nothing claims nothing. */
export function claiming<A>(world: World, claim: string | undefined, decision: Decision<A>): Decision<A> {
  if (!claim || decision.writes.length === 0) return decision;
  return { ...decision, writes: [...decision.writes, claimWrite(world, claim)] };
}

/** The claim alone, which must be the first of its name. */
export function claimWrite(world: World, claim: string): Write {
  const now = world.clock.now();
  return create(ProviderEvents, {
    providerEventId: claim,
    at: now.toISOString(),
    expiresAtSeconds: epochSeconds(plusSeconds(now, KEPT_SECONDS)),
  });
}
