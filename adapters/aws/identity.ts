import { createHash, createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CognitoIdentityProviderClientConfig } from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Instant } from '#shared/domain/day.ts';
import { refuse } from '#shared/domain/problem.ts';
import type { Clock, Identity, Opened, Role, TokenClaims } from '#shared/ports/ports.ts';
import { type AccessToken, type CognitoTokens, cognitoOf, unless } from './cognito.ts';

/** Roles are groups of the pool; where somebody is in several, the first of these counts. */
const roles = ['admin', 'courier', 'customer'] as const satisfies readonly Role[];

/** Asked for when there is no such user: the pool answers as to a wrong password, in the same time. */
const NOBODY = 'U-nobody';

/** What jose says of a token that is not good; its other errors are about reaching the keys. */
const notGood = new Set([
  errors.JWTExpired.code,
  errors.JWTInvalid.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSNoMatchingKey.code,
]);

export interface CognitoAddress {
  userPoolId: string;
  clientId: string;
  /** What the pool's tokens name as their issuer. */
  issuer: string;
  /** The folder above `.well-known/jwks.json`; the issuer's unless told. */
  keysAt?: string;
  /** The installation's secret: from it follow the passwords of the logins that are ours alone. */
  secret: string;
  clock: Clock;
  cognito?: CognitoIdentityProviderClientConfig;
}

/** What a token of Cognito gives: by `decodeJwt` where it came from Cognito itself, else verified. */
type Claims = TokenClaims & { expiresAtSeconds: number };

/**
 * Cognito keeps the passwords and signs RS256 tokens. A person has up to two logins there: `U101` with its own password,
 * and `U101.direct`, by which only our functions open sessions, for whom our own store has identified (a code to the
 * telephone). Groups are roles. Contacts are not copied there: the Users row alone holds them.
 */
export function makeIdentity(address: CognitoAddress): Identity {
  const { clientId, issuer, keysAt = issuer, secret, clock } = address;
  const cognito = cognitoOf(address);
  const keys = createRemoteJWKSet(new URL(`${keysAt}/.well-known/jwks.json`));
  const verified = new LRUCache<string, Claims>({ max: 10_000 });

  /** Makes sure that a token shows the role as it is now and is dated after what ended the ones before. */
  async function settle(
    username: string,
    { role, after }: { role: Role; after?: Instant },
    { refreshToken, ...first }: CognitoTokens,
  ): Promise<Opened> {
    let tokens: AccessToken | undefined = first;
    for (let tries = 1; tokens; tries++) {
      const claims = claimsOf(decodeJwt(tokens.token), clientId);
      const ends = after === undefined ? 0 : new Date(after).getTime();
      const isLater = claims !== undefined && claims.issuedAtSeconds * 1000 > ends;
      if (claims?.role === role && isLater) {
        return { ...tokens, sessionId: claims.sessionId, kept: refreshToken };
      }
      if (tries === 4) throw refuse('BUSY', undefined, { retryAfterSeconds: 1 });
      if (claims?.role !== role) await putIntoGroup(username, role);
      // Cognito dates tokens in whole seconds.
      else await sleep(Math.min(1_000, Math.max(20, ends + 1_000 - clock.now().getTime())));
      tokens = await cognito.renew(refreshToken);
    }
    throw refuse('SESSION_ENDED');
  }

  async function putIntoGroup(username: string, role: Role): Promise<void> {
    await cognito.join(username, role);
    for (const other of roles.filter((group) => group !== role)) await cognito.leave(username, other);
  }

  async function make(username: string, password: string, role: Role): Promise<void> {
    await cognito.make(username, password);
    await cognito.join(username, role);
  }

  return {
    passwords: {
      keep: ({ userId, role, password }) => make(userId, keptAs(userId, password), role),

      async open(claims, password) {
        const username = claims?.userId ?? NOBODY;
        const tokens = await cognito.logIn(username, keptAs(username, password));
        return claims && tokens && settle(username, claims, tokens);
      },
    },

    async open(claims) {
      const username = directLoginOf(claims.userId);
      const password = directPasswordOf(claims.userId, secret);
      let tokens = await cognito.logIn(username, password);
      if (!tokens) {
        // The first time, and after a change of the secret.
        await make(username, password, claims.role);
        tokens = await cognito.logIn(username, password);
      }
      if (!tokens) throw refuse('BUSY', undefined, { retryAfterSeconds: 1 });
      return settle(username, claims, tokens);
    },

    async issue({ kept, ...claims }) {
      const tokens = kept === undefined ? undefined : await cognito.renew(kept);
      if (!tokens || kept === undefined) throw refuse('SESSION_ENDED');
      const username = String(decodeJwt(tokens.token).username);
      const { token, expiresIn } = await settle(username, claims, { ...tokens, refreshToken: kept });
      return { token, expiresIn };
    },

    async verify(token) {
      const nowSeconds = clock.now().getTime() / 1000;
      const seen = verified.get(token);
      if (seen) return seen.expiresAtSeconds > nowSeconds ? seen : undefined;
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: ['RS256'],
          issuer,
          currentDate: clock.now(),
          requiredClaims: ['exp', 'iat', 'client_id', 'token_use', 'username', 'origin_jti'],
        });
        const claims = claimsOf(payload, clientId);
        if (claims) verified.set(token, claims);
        return claims;
      } catch (error) {
        if (error instanceof errors.JOSEError && notGood.has(error.code)) return undefined;
        throw refuse('UNAVAILABLE', undefined, { retryAfterSeconds: 1, cause: error });
      }
    },

    async keySet() {
      if (!keys.fresh) await keys.reload();
      return { keys: (keys.jwks()?.keys ?? []) as Record<string, unknown>[] };
    },

    async update(userId, { role, active, erased }) {
      // Who has no login there yet gets one by its first use, as its row is then.
      const ifThere = (change: () => Promise<void>) => unless(['UserNotFoundException'], change);
      if (erased) {
        for (const username of [userId, directLoginOf(userId)]) await ifThere(() => cognito.remove(username));
        return;
      }
      if (role) await ifThere(() => putIntoGroup(userId, role));
      if (active === true) await ifThere(() => cognito.enable(userId));
      if (active === false) await ifThere(() => cognito.disable(userId));
    },
  };
}

/**
 * What Cognito keeps of a password: always of a form that every policy takes, so that people who come from a dairy with
 * another policy keep theirs, and never the text itself. Our own policy is asked when a password is set. NFKC, so that
 * one password typed on two keyboards stays one (RFC 8265).
 */
function keptAs(userId: string, password: string): string {
  return strong(createHash('sha256').update(`${userId}\n${password.normalize('NFKC')}`));
}

function directLoginOf(userId: string): string {
  return `${userId}.direct`;
}

function directPasswordOf(userId: string, secret: string): string {
  return strong(createHmac('sha256', secret).update(`direct login\n${userId}`));
}

/** Of every kind of character that a pool can ask for. */
function strong(hash: { digest(encoding: 'base64url'): string }): string {
  return `Aa1!${hash.digest('base64url')}`;
}

/** The claims of a token of the pool, when it is an access token of our client and its user has a role. */
function claimsOf(payload: JWTPayload, clientId: string): Claims | undefined {
  if (payload.token_use !== 'access' || payload.client_id !== clientId) return undefined;
  const groups = Array.isArray(payload['cognito:groups']) ? payload['cognito:groups'] : [];
  const role = roles.find((group) => groups.includes(group));
  if (!role) return undefined;
  return {
    userId: String(payload.username).split('.')[0] as string,
    role,
    // All tokens that descend from one login share it; so it names the session in our rows too.
    sessionId: `SN${String(payload.origin_jti).replaceAll('-', '')}`,
    issuedAtSeconds: payload.iat as number,
    expiresAtSeconds: payload.exp as number,
  };
}
