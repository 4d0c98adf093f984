import type {
  CognitoIdentityProviderClient,
  CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import { refuse } from '#shared/domain/problem.ts';
import type { Role } from '#shared/ports/ports.ts';
import { once } from '../once.ts';

type Sdk = typeof import('./sdk/cognito.ts');
type Client = CognitoIdentityProviderClient;

/** What Cognito says where a password or token is not right, or the user unknown, shut, locked or to choose anew. */
const wrong = ['NotAuthorizedException', 'UserNotFoundException', 'PasswordResetRequiredException'];

export interface AccessToken {
  token: string;
  /** Seconds. */
  expiresIn: number;
}

export interface CognitoTokens extends AccessToken {
  refreshToken: string;
}

/** The few verbs of Cognito's admin API that the dairy uses, on one pool and one client. */
export function cognitoOf(address: {
  userPoolId: string;
  clientId: string;
  cognito?: CognitoIdentityProviderClientConfig;
}) {
  const load = once(async () => {
    const sdk = await import('./sdk/cognito.ts');
    return { sdk, client: new sdk.CognitoIdentityProviderClient(address.cognito ?? {}) };
  });
  const of = (username: string) => ({ UserPoolId: address.userPoolId, Username: username });

  async function send<T>(run: (client: Client, sdk: Sdk) => Promise<T>): Promise<T> {
    const { sdk, client } = await load();
    return run(client, sdk).catch((error: unknown) => {
      throw meaningOf(error);
    });
  }

  /** Without a result Cognito asks for another password: a login that was left half made. */
  async function authenticate(flow: 'ADMIN_USER_PASSWORD_AUTH' | 'REFRESH_TOKEN_AUTH', ask: AuthParameters) {
    const request = { UserPoolId: address.userPoolId, ClientId: address.clientId, AuthFlow: flow };
    const answer = await unless(wrong, () =>
      send((client, sdk) =>
        client.send(new sdk.AdminInitiateAuthCommand({ ...request, AuthParameters: ask })),
      ),
    );
    return answer?.AuthenticationResult;
  }

  return {
    /** Tokens for a right password. */
    async logIn(username: string, password: string): Promise<CognitoTokens | undefined> {
      const ask = { USERNAME: username, PASSWORD: password };
      const found = await authenticate('ADMIN_USER_PASSWORD_AUTH', ask);
      return found && { ...accessOf(found), refreshToken: found.RefreshToken ?? '' };
    },

    /** The next access token for a refresh token that is good still. */
    async renew(refreshToken: string): Promise<AccessToken | undefined> {
      const found = await authenticate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: refreshToken });
      return found && accessOf(found);
    },

    /** Makes a login with a password, or gives one that is there this password; mails nothing. */
    async make(username: string, password: string): Promise<void> {
      const login = { ...of(username), TemporaryPassword: password, MessageAction: 'SUPPRESS' as const };
      await unless(['UsernameExistsException'], () =>
        send((client, sdk) => client.send(new sdk.AdminCreateUserCommand(login))),
      );
      const lasting = { ...of(username), Password: password, Permanent: true };
      await send((client, sdk) => client.send(new sdk.AdminSetUserPasswordCommand(lasting)));
    },

    /** Into the group of a role. */
    async join(username: string, role: Role): Promise<void> {
      const ask = { ...of(username), GroupName: role };
      await send((client, sdk) => client.send(new sdk.AdminAddUserToGroupCommand(ask)));
    },

    /** Out of the group of a role. */
    async leave(username: string, role: Role): Promise<void> {
      const ask = { ...of(username), GroupName: role };
      await send((client, sdk) => client.send(new sdk.AdminRemoveUserFromGroupCommand(ask)));
    },

    async enable(username: string): Promise<void> {
      await send((client, sdk) => client.send(new sdk.AdminEnableUserCommand(of(username))));
    },

    /** Refuses a login everything, and ends what it has open. */
    async disable(username: string): Promise<void> {
      await send((client, sdk) => client.send(new sdk.AdminDisableUserCommand(of(username))));
      await send((client, sdk) => client.send(new sdk.AdminUserGlobalSignOutCommand(of(username))));
    },

    async remove(username: string): Promise<void> {
      await send((client, sdk) => client.send(new sdk.AdminDeleteUserCommand(of(username))));
    },
  };
}

type AuthParameters = Record<string, string>;

function accessOf({ AccessToken = '', ExpiresIn = 0 }): AccessToken {
  return { token: AccessToken, expiresIn: ExpiresIn };
}

/** What `run` answers; undefined where it fails with one of these errors. */
export async function unless<T>(names: readonly string[], run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  }
}

/** Cognito's refusals in our words; what is none of them is a fault and stays as it is. */
function meaningOf(error: unknown): unknown {
  const { name } = error as { name?: string };
  if (name === 'TooManyRequestsException' || name === 'LimitExceededException') {
    return refuse('BUSY', undefined, { retryAfterSeconds: 1, cause: error });
  }
  return error;
}
