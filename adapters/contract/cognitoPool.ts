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

/** A user pool as `infra/identity.ts` makes it, in the emulated Cognito, and the verbs that it was asked for since. */
export async function openPool() {
  const { url, verbs, close } = await listenIn(emulated ?? '');
  const client = new CognitoIdentityProviderClient(towards(url));
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
  verbs.clear();
  const { region } = towards(url);
  const address = {
    userPoolId,
    clientId: UserPoolClient?.ClientId ?? '',
    issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    keysAt: `${url}/${userPoolId}`,
    secret: 's'.repeat(64),
    cognito: towards(url),
  } satisfies Omit<CognitoAddress, 'clock'>;
  return { address, client, verbs, close };
}

/** Hands every request on, and writes down which verb it asks for. */
async function listenIn(endpoint: string) {
  const verbs = new Set<string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') verbs.add(target.split('.').at(-1) ?? '');
    const headers = Object.entries(request.headers).filter(
      ([name]) => !['host', 'connection', 'content-length', 'transfer-encoding', 'expect'].includes(name),
    );
    const answer = await fetch(`${endpoint}${request.url}`, {
      method: request.method,
      headers: headers as [string, string][],
      body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
    });
    const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.1';
    response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    verbs,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
