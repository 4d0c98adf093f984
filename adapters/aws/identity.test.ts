import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Identity } from '#shared/ports/ports.ts';
import { makeIdentity } from './identity.ts';
import { type Asked, refusal, standIn, type Told, towards } from './testing.ts';

const keys = await generateKeyPair('RS256');
const strangers = await generateKeyPair('RS256');
const NOW = new Date('2027-01-04T04:30:00Z');
const iat = NOW.getTime() / 1000;

let cognito: Awaited<ReturnType<typeof standIn>>;
let identity: Identity;
let answers: Record<string, Told>;
let keysAway: boolean;

beforeEach(async () => {
  answers = {};
  keysAway = false;
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  cognito = await standIn(({ operation }: Asked) => {
    if (!operation.startsWith('GET')) return answers[operation] ?? {};
    return keysAway
      ? { status: 500 }
      : { body: { keys: [jwk] }, headers: { 'content-type': 'application/json' } };
  });
  identity = makeIdentity({
    userPoolId: 'pool',
    clientId: 'functions',
    issuer: cognito.url,
    secret: 's'.repeat(64),
    clock: { now: () => NOW },
    cognito: { ...towards(cognito.url), maxAttempts: 1 },
  });
});
afterEach(() => cognito.close());

const jimmy = { userId: 'U101', role: 'customer' as const };
const operations = () => cognito.asked.map(({ operation }) => operation);
const bodyOf = (operation: string) =>
  JSON.parse(cognito.asked.find((one) => one.operation === operation)?.body ?? '{}');

function sign(claims: object, { key = keys.privateKey, issuer = cognito.url, seconds = 900 } = {}) {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setIssuer(issuer)
    .setIssuedAt(iat)
    .setExpirationTime(iat + seconds)
    .sign(key);
}

const genuine = {
  token_use: 'access',
  client_id: 'functions',
  username: 'U101',
  origin_jti: 'login-1',
  'cognito:groups': ['customer'],
};
const keeper = () => {
  if (!identity.passwords) throw new Error('it keeps no passwords');
  return identity.passwords;
};

describe('asking Cognito', () => {
  test('It mails nothing, and never sees a password as it was typed', async () => {
    await keeper().keep({ ...jimmy, password: 'Test-1234' });
    expect(operations()).toEqual(['AdminCreateUser', 'AdminSetUserPassword', 'AdminAddUserToGroup']);
    expect(bodyOf('AdminCreateUser')).toMatchObject({ Username: 'U101', MessageAction: 'SUPPRESS' });
    expect(JSON.stringify(cognito.asked)).not.toContain('Test-1234');
    const { Password, Permanent } = bodyOf('AdminSetUserPassword');
    for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[^\w]/, /^\S{8,99}$/]) expect(Password).toMatch(kind);
    expect(Permanent).toBe(true);
  });

  test('For somebody unknown it asks the same as for a wrong password', async () => {
    answers.AdminInitiateAuth = refusal('NotAuthorizedException');
    expect(await keeper().open(jimmy, 'wrong')).toBeUndefined();
    expect(await keeper().open(undefined, 'wrong')).toBeUndefined();
    expect(operations()).toEqual(['AdminInitiateAuth', 'AdminInitiateAuth']);
    const [known, unknown] = cognito.asked.map(({ body }) => JSON.parse(body).AuthParameters);
    expect(unknown.USERNAME).toBe('U-nobody');
    expect(unknown.PASSWORD).toHaveLength(known.PASSWORD.length);
  });

  test('A login that was left half made opens nothing', async () => {
    answers.AdminInitiateAuth = { body: { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's' } };
    expect(await keeper().open(jimmy, 'Test-1234')).toBeUndefined();
  });

  test('A fault of Cognito is not taken for a wrong password, and a throttle is told as such', async () => {
    answers.AdminInitiateAuth = refusal('InternalErrorException', 500);
    await expect(keeper().open(jimmy, 'Test-1234')).rejects.toThrow(/InternalError/);
    answers.AdminInitiateAuth = refusal('TooManyRequestsException');
    await expect(keeper().open(jimmy, 'Test-1234')).rejects.toMatchObject({ code: 'BUSY' });
    answers.AdminSetUserPassword = refusal('TooManyRequestsException');
    await expect(keeper().keep({ ...jimmy, password: 'Test-1234' })).rejects.toMatchObject({ code: 'BUSY' });
  });

  test('A token that cannot be dated after what ended the ones before is not given out', async () => {
    const AuthenticationResult = { AccessToken: await sign(genuine), RefreshToken: 'r', ExpiresIn: 900 };
    answers.AdminInitiateAuth = { body: { AuthenticationResult } };
    expect(await keeper().open(jimmy, 'Test-1234')).toMatchObject({ expiresIn: 900, kept: 'r' });
    const refused = keeper().open({ ...jimmy, after: NOW.toISOString() }, 'Test-1234');
    await expect(refused).rejects.toMatchObject({ code: 'BUSY' });
  });
});

describe('reading a token', () => {
  test('A genuine access token says who acts, in which role and in which login', async () => {
    const token = await sign(genuine);
    const actor = { userId: 'U101', role: 'customer', sessionId: 'SNlogin1', issuedAtSeconds: iat };
    expect(await identity.verify(token)).toMatchObject(actor);
    expect(await identity.verify(token)).toMatchObject(actor);
    expect((await identity.keySet()).keys).toHaveLength(1);
    expect(operations()).toEqual(['GET /.well-known/jwks.json']);
  });

  test.each([
    ['one that has expired', () => sign(genuine, { seconds: -1 })],
    ['one of another pool', () => sign(genuine, { issuer: 'https://elsewhere.example' })],
    ['one that a stranger has signed', () => sign(genuine, { key: strangers.privateKey })],
    ['an id token', () => sign({ ...genuine, token_use: 'id' })],
    ['one that another client asked for', () => sign({ ...genuine, client_id: 'website' })],
    ['one of somebody without a role', () => sign({ ...genuine, 'cognito:groups': [] })],
    ['something else altogether', async () => 'milk'],
  ])('%s lets nobody in', async (_which, make) => {
    expect(await identity.verify(await make())).toBeUndefined();
  });

  test('While the keys cannot be had nobody is turned away as a forger: the answer is to come again', async () => {
    keysAway = true;
    await expect(identity.verify(await sign(genuine))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
