import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { instantAfter } from '#shared/domain/day.ts';
import type { Clock, Identity, Issued, Role, SessionClaims, TokenClaims } from '#shared/ports/ports.ts';

const TOKEN_SECONDS = 900;
const ROTATE_AFTER_DAYS = 30;
const ISSUER = 'milkfloat';
const DAY_MS = 86_400_000;

interface StoredKey {
  createdAt: string;
  private: JWK;
}

/** ES256 tokens with a key set in one file that only its owner can read. Passwords are hashes in the Users rows. */
export async function makeIdentity({ keyFile, clock }: { keyFile: string; clock: Clock }): Promise<Identity> {
  let stored = readKeys(keyFile);
  let signing = await prepare();
  const verified = new LRUCache<string, TokenClaims & { expiresAtSeconds: number }>({ max: 10_000 });

  /** Makes a key when the newest is old, and drops keys that no live token can need. */
  async function prepare() {
    const now = clock.now().getTime();
    const newest = stored[0];
    if (!newest || now - new Date(newest.createdAt).getTime() > ROTATE_AFTER_DAYS * DAY_MS) {
      stored = [{ createdAt: clock.now().toISOString(), private: await newKey() }, ...stored].slice(0, 2);
      writeKeys(keyFile, stored);
    }
    const first = stored[0] as StoredKey;
    return {
      checkedAt: now,
      kid: first.private.kid as string,
      key: await importJWK(first.private, 'ES256'),
      set: createLocalJWKSet({ keys: publicKeys(stored) }),
    };
  }

  async function current() {
    if (Math.abs(clock.now().getTime() - signing.checkedAt) > DAY_MS) signing = await prepare();
    return signing;
  }

  async function issue({ userId, role, sessionId, after }: SessionClaims): Promise<Issued> {
    const { kid, key } = await current();
    const now = clock.now();
    const issuedMs = new Date(instantAfter(now, after)).getTime();
    const token = await new SignJWT({ role, sid: sessionId, ms: issuedMs % 1000 })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setIssuedAt(Math.floor(issuedMs / 1000))
      .setExpirationTime(Math.floor(now.getTime() / 1000) + TOKEN_SECONDS)
      .sign(key);
    return { token, expiresIn: TOKEN_SECONDS };
  }

  return {
    open: async (claims) => ({ ...(await issue(claims)), sessionId: claims.sessionId }),
    issue,

    async verify(token) {
      const nowSeconds = clock.now().getTime() / 1000;
      const seen = verified.get(token);
      if (seen) return seen.expiresAtSeconds > nowSeconds ? seen : undefined;
      try {
        const { set } = await current();
        const { payload } = await jwtVerify(token, set, {
          algorithms: ['ES256'],
          issuer: ISSUER,
          typ: 'at+jwt',
          currentDate: clock.now(),
          requiredClaims: ['sub', 'exp', 'iat', 'sid', 'role'],
        });
        const claims = {
          userId: payload.sub as string,
          role: payload.role as Role,
          sessionId: payload.sid as string,
          issuedAtSeconds: (payload.iat as number) + Number(payload.ms ?? 0) / 1000,
          expiresAtSeconds: payload.exp as number,
        };
        verified.set(token, claims);
        return claims;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },

    keySet: async () => {
      await current();
      return { keys: publicKeys(stored) as Record<string, unknown>[] };
    },

    // Role, activity and erasure are read from the Users row here; there is no second place to tell.
    update: async () => undefined,
  };
}

function readKeys(keyFile: string): StoredKey[] {
  try {
    return JSON.parse(readFileSync(keyFile, 'utf8')) as StoredKey[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(
      `${keyFile} cannot be read; restore it from a backup, or delete it to end all access tokens`,
      {
        cause: error,
      },
    );
  }
}

function writeKeys(keyFile: string, keys: readonly StoredKey[]): void {
  const half = `${keyFile}.part`;
  writeFileSync(half, JSON.stringify(keys, null, 2), { mode: 0o600, flush: true });
  renameSync(half, keyFile);
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' };
}

function publicKeys(keys: readonly StoredKey[]): JWK[] {
  return keys.map(({ private: { d: _secret, ...shown } }) => shown as JWK);
}
