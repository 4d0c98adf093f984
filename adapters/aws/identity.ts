import { randomBytes } from 'node:crypto';
import type { CognitoIdentityProviderClientConfig } from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { refuse } from '#shared/domain/problem.ts';
import type { Clock, Identity, Role, TokenClaims } from '#shared/ports/ports.ts';
import { once } from '../once.ts';

/** Roles are groups of the pool; where somebody is in several, the first of these counts. */
const roles = ['admin', 'courier', 'customer'] as const satisfies readonly Role[];

/** Asked for when there is no such user: the pool answers as to a wrong password, in the same time. */
const NOBODY = 'U-nobody';

/** What Cognito says where a password is not right, or the user unknown, disabled or locked for a while. */
const wrong = new Set(['NotAuthorizedException', 'UserNotFoundException']);

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
  /** The pool's issuer URL; its keys are below it. */
  issuer: string;
  clock: Clock;
  cognito?: CognitoIdentityProviderClientConfig;
}

/**
 * Cognito keeps the passwords and signs RS256 tokens; username = userId, groups = roles. Contacts are not copied
 * there: the Users row alone holds them.
 */
export function makeIdentity({
  userPoolId,
  clientId,
  issuer,
  clock,
  cognito = {},
}: CognitoAddress): Identity {
  const load = once(async () => {
    const sdk = await import('@aws-sdk/client-cognito-identity-provider');
    return { sdk, client: new sdk.CognitoIdentityProviderClient(cognito) };
  });
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const verified = new LRUCache<string, TokenClaims & { expiresAtSeconds: number }>({ max: 10_000 });
  const of = (userId: string) => ({ UserPoolId: userPoolId, Username: userId });

  async function setPermanent(userId: string, password: string): Promise<void> {
    const { sdk, client } = await load();
    const ask = { ...of(userId), Password: password, Permanent: true };
    await client.send(new sdk.AdminSetUserPasswordCommand(ask));
  }

  return {
    issuesByItself: false,

    async enrol({ userId, password = nobodysPassword(), role }) {
      const { sdk, client } = await load();
      try {
        // As the temporary password it is checked against the policy before anything is made.
        const login = { ...of(userId), TemporaryPassword: password, MessageAction: 'SUPPRESS' as const };
        await client.send(new sdk.AdminCreateUserCommand(login));
      } catch (error) {
        // Never go on here: to set the password of a login that exists would hand it over.
        if (error instanceof sdk.UsernameExistsException)
          throw refuse('ID_TAKEN', undefined, { cause: error });
        throw meaningOf(error);
      }
      try {
        await setPermanent(userId, password);
        await client.send(new sdk.AdminAddUserToGroupCommand({ ...of(userId), GroupName: role }));
      } catch (error) {
        await client.send(new sdk.AdminDeleteUserCommand(of(userId)));
        throw meaningOf(error);
      }
      return {};
    },

    async verifyPassword(userId, password, credentials) {
      const { sdk, client } = await load();
      const ask = new sdk.AdminInitiateAuthCommand({
        UserPoolId: userPoolId,
        ClientId: clientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: credentials ? userId : NOBODY, PASSWORD: password },
      });
      try {
        const answer = await client.send(ask);
        return credentials !== undefined && answer.AuthenticationResult !== undefined;
      } catch (error) {
        if (error instanceof Error && wrong.has(error.name)) return false;
        throw meaningOf(error);
      }
    },

    async setPassword(userId, password) {
      await setPermanent(userId, password).catch((error: unknown) => {
        throw meaningOf(error);
      });
      return {};
    },

    // Cognito gives tokens for a password or for a refresh token of its own, and this call carries neither.
    issue: async () => {
      throw refuse(
        'UNAVAILABLE',
        'Logging in on AWS needs the login flow of Cognito, which is not built yet.',
      );
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
      const { sdk, client } = await load();
      if (erased) {
        await client.send(new sdk.AdminDeleteUserCommand(of(userId))).catch((error: unknown) => {
          if (!(error instanceof sdk.UserNotFoundException)) throw error;
        });
        return;
      }
      if (role) {
        await client.send(new sdk.AdminAddUserToGroupCommand({ ...of(userId), GroupName: role }));
        for (const other of roles.filter((group) => group !== role)) {
          await client.send(new sdk.AdminRemoveUserFromGroupCommand({ ...of(userId), GroupName: other }));
        }
      }
      if (active === true) await client.send(new sdk.AdminEnableUserCommand(of(userId)));
      if (active === false) {
        await client.send(new sdk.AdminDisableUserCommand(of(userId)));
        await client.send(new sdk.AdminUserGlobalSignOutCommand(of(userId)));
      }
    },
  };
}

/** One that nobody is told, of every kind of character that a pool can ask for. */
function nobodysPassword(): string {
  return `Aa1!${randomBytes(24).toString('base64url')}`;
}

/** The claims of a genuine token of the pool, when it is an access token of our client and its user has a role. */
function claimsOf(
  payload: JWTPayload,
  clientId: string,
): (TokenClaims & { expiresAtSeconds: number }) | undefined {
  if (payload.token_use !== 'access' || payload.client_id !== clientId) return undefined;
  const groups = Array.isArray(payload['cognito:groups']) ? payload['cognito:groups'] : [];
  const role = roles.find((group) => groups.includes(group));
  if (!role) return undefined;
  return {
    userId: String(payload.username),
    role,
    // All tokens that descend from one login share it.
    sessionId: String(payload.origin_jti),
    issuedAtSeconds: payload.iat as number,
    expiresAtSeconds: payload.exp as number,
  };
}

/** Cognito's refusals in our words; what is none of them is a fault and stays as it is. */
function meaningOf(error: unknown): unknown {
  const { name } = error as { name?: string };
  if (name === 'InvalidPasswordException') return refuse('WEAK_PASSWORD', undefined, { cause: error });
  if (name === 'TooManyRequestsException' || name === 'LimitExceededException') {
    return refuse('BUSY', undefined, { retryAfterSeconds: 1, cause: error });
  }
  return error;
}
