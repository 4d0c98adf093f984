import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { CognitoAddress } from '../aws/identity.ts';
import { towards } from '../aws/testing.ts';
import { emulated } from './emulated.ts';

/** A user pool as `infra/identity.ts` makes it, in the emulated Cognito. */
export async function openPool() {
  const there = towards(emulated ?? '');
  const client = new CognitoIdentityProviderClient(there);
  const { UserPool } = await client.send(
    new CreateUserPoolCommand({
      PoolName: 'milkfloat',
      Policies: {
        PasswordPolicy: {
          MinimumLength: 8,
          RequireLowercase: true,
          RequireUppercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
        },
      },
    }),
  );
  const userPoolId = UserPool?.Id ?? '';
  for (const GroupName of ['admin', 'courier', 'customer']) {
    await client.send(new CreateGroupCommand({ UserPoolId: userPoolId, GroupName }));
  }
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({ UserPoolId: userPoolId, ClientName: 'functions' }),
  );
  return {
    userPoolId,
    clientId: UserPoolClient?.ClientId ?? '',
    issuer: `https://cognito-idp.${there.region}.amazonaws.com/${userPoolId}`,
    keysAt: `${there.endpoint}/${userPoolId}`,
    secret: 's'.repeat(64),
    cognito: there,
  } satisfies Omit<CognitoAddress, 'clock'>;
}

/** A way to the emulated Cognito that tells each verb that is asked for. */
export async function listenIn(hear: (verb: string) => void) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') hear(target.split('.').at(-1) ?? '');
    const headers = Object.entries(request.headers).filter(
      ([name]) => !['host', 'connection', 'content-length', 'transfer-encoding', 'expect'].includes(name),
    );
    const answer = await fetch(`${emulated}${request.url}`, {
      method: request.method,
      headers: headers as [string, string][],
      body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
    });
    const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.1';
    response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    cognito: towards(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
