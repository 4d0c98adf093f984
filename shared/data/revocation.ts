import type { Instant } from '#shared/domain/day.ts';
import type { TokenClaims } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { Cached } from './cached.ts';
import { Meta, type MetaRow } from './meta.ts';
import { StoreError } from './wire.ts';

const key = { metaId: 'revocations' };
const caches = new WeakMap<World, Cached<NonNullable<MetaRow['instants']>>>();

function cacheOf(world: World) {
  let cache = caches.get(world);
  if (!cache) {
    cache = new Cached(async () => (await world.store.get(Meta, key))?.instants ?? {}, world.clock);
    caches.set(world, cache);
  }
  return cache;
}

/**
 * Whether the token was made before its user or session was revoked. Access tokens live 15 minutes, so the
 * one row of revocations stays small; a process sees its own revocations at once, others' within 2 s.
 */
export async function isRevoked(world: World, claims: TokenClaims): Promise<boolean> {
  const held = cacheOf(world).get();
  const instants = held instanceof Promise ? await held : held;
  const since = instants[claims.userId];
  if (since !== undefined && Math.round(claims.issuedAtSeconds * 1000) <= new Date(since).getTime())
    return true;
  return instants[claims.sessionId] !== undefined;
}

/** Voids the access tokens of a user that were issued until an instant, or all of one session. */
export async function revokeTokens(world: World, userOrSessionId: string, since: Instant): Promise<void> {
  const now = world.clock.now();
  const held = (await world.store.get(Meta, key))?.instants;
  if (!held) {
    await world.store
      .repeat('PutItem', {
        TableName: Meta.name,
        Item: { metaId: { S: key.metaId }, instants: { M: {} } },
        ConditionExpression: 'attribute_not_exists(metaId)',
      })
      .catch((error: unknown) => {
        if (!(error instanceof StoreError) || error.name !== 'ConditionalCheckFailedException') throw error;
      });
  }
  const gone = Object.keys(held ?? {}).filter(
    (id) => id !== userOrSessionId && new Date(held?.[id] ?? 0).getTime() < now.getTime() - 3_600_000,
  );
  const names = Object.fromEntries(gone.slice(0, 50).map((id, i) => [`#g${i}`, id]));
  const removes = Object.keys(names).map((token) => `instants.${token}`);
  await world.store.repeat('UpdateItem', {
    TableName: Meta.name,
    Key: { metaId: { S: key.metaId } },
    UpdateExpression: `SET instants.#id = :since${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
    ExpressionAttributeNames: { '#id': userOrSessionId, ...names },
    ExpressionAttributeValues: { ':since': { S: since } },
  });
  cacheOf(world).forget();
}
