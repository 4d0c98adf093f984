import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
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
import type { Clock, Identity, Role, TokenClaims } from '#shared/ports/ports.ts';

const TOKEN_SECONDS = 900;
const ROTATE_AFTER_DAYS = 30;
const ISSUER = 'milkfloat';
const DAY_MS = 86_400_000;

/** OWASP's second choice for argon2id: 19 MiB, two passes, one lane; 20–30 ms here. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const argon = promisify(argon2);

interface StoredKey {
  createdAt: string;
  private: JWK;
}

/** ES256 tokens with a key set in one file that only its owner can read, and argon2id password hashes. */
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

  return {
    issuesByItself: true,

    enrol: async ({ password }) => (password === undefined ? {} : { passwordHash: await hash(password) }),
    setPassword: async (_userId, password) => ({ passwordHash: await hash(password) }),

    async verifyPassword(_userId, password, credentials) {
      const known = credentials?.passwordHash;
      const matches = await matchesHash(password, known ?? NOBODY);
      return known !== undefined && matches;
    },

    async issue({ userId, role, sessionId, after }) {
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
    },

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

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  // NFKC, so that one password typed on two keyboards stays one (RFC 8265).
  return argon('argon2id', { message: password.normalize('NFKC'), nonce: salt, ...cost });
}

/** A hash in the PHC string format. */
async function hash(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derive(password, salt);
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(salt)}$${text(tag)}`;
}

async function matchesHash(password: string, phc: string): Promise<boolean> {
  const [, , , , salt, tag] = phc.split('$');
  const expected = Buffer.from(tag ?? '', 'base64');
  const actual = await derive(password, Buffer.from(salt ?? '', 'base64'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Compared against when there is no such user, so that the answer takes as long. No password gives this tag. */
const NOBODY = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
