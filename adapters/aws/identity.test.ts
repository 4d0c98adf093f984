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
    clock: { now: () => NOW },
    cognito: { ...towards(cognito.url), maxAttempts: 1 },
  });
});
afterEach(() => cognito.close());

const jimmy = {
  userId: 'U101',
  password: 'Test-1234',
  role: 'customer' as const,
};
const operations = () => cognito.asked.map(({ operation }) => operation);
const bodyOf = (operation: string) =>
  JSON.parse(cognito.asked.find((one) => one.operation === operation)?.body ?? '{}');

describe('making a login', () => {
  test("A household's login is made with its password and role, and Cognito mails nothing", async () => {
    expect(await identity.enrol(jimmy)).toEqual({});
    expect(operations()).toEqual(['AdminCreateUser', 'AdminSetUserPassword', 'AdminAddUserToGroup']);
    expect(bodyOf('AdminCreateUser')).toMatchObject({ Username: 'U101', MessageAction: 'SUPPRESS' });
    expect(bodyOf('AdminSetUserPassword')).toMatchObject({ Password: 'Test-1234', Permanent: true });
    expect(bodyOf('AdminAddUserToGroup')).toMatchObject({ GroupName: 'customer' });
  });

  test('A login without a password gets one that nobody is told, another each time', async () => {
    for (const userId of ['U102', 'U103']) {
      expect(await identity.enrol({ userId, role: 'customer' })).toEqual({});
    }
    const passwords = cognito.asked
      .filter(({ operation }) => operation === 'AdminSetUserPassword')
      .map(({ body }) => JSON.parse(body).Password as string);
    expect(new Set(passwords).size).toBe(2);
    for (const password of passwords) {
      expect(password.length).toBeGreaterThan(32);
      for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[^\w]/]) expect(password).toMatch(kind);
    }
  });

  test('It says that it gives no tokens for a login that carries no password', () => {
    expect(identity.issuesByItself).toBe(false);
  });

  test('A userId that has a login is refused, and the password of its owner stays', async () => {
    answers.AdminCreateUser = refusal('UsernameExistsException');
    await expect(identity.enrol(jimmy)).rejects.toMatchObject({ code: 'ID_TAKEN' });
    expect(operations()).toEqual(['AdminCreateUser']);
  });

  test('A password that the pool finds weak is refused before anything is made', async () => {
    answers.AdminCreateUser = refusal('InvalidPasswordException');
    await expect(identity.enrol(jimmy)).rejects.toMatchObject({ code: 'WEAK_PASSWORD' });
    expect(operations()).toEqual(['AdminCreateUser']);
  });

  test('A login that could not be finished is taken back, so that the household can try again', async () => {
    answers.AdminAddUserToGroup = refusal('TooManyRequestsException');
    await expect(identity.enrol(jimmy)).rejects.toMatchObject({ code: 'BUSY' });
    expect(operations().at(-1)).toBe('AdminDeleteUser');
  });
});

describe('checking a password', () => {
  test('The right password is right; a wrong one and an unknown person get the same answer by the same way', async () => {
    answers.AdminInitiateAuth = { body: { AuthenticationResult: { AccessToken: 'a' } } };
    expect(await identity.verifyPassword('U101', 'Test-1234', {})).toBe(true);
    answers.AdminInitiateAuth = refusal('NotAuthorizedException');
    expect(await identity.verifyPassword('U101', 'wrong', {})).toBe(false);
    expect(await identity.verifyPassword('', 'Test-1234', undefined)).toBe(false);
    expect(operations()).toEqual(['AdminInitiateAuth', 'AdminInitiateAuth', 'AdminInitiateAuth']);
    expect(JSON.parse(cognito.asked[2]?.body ?? '{}').AuthParameters.USERNAME).toBe('U-nobody');
  });

  test('A fault of Cognito is not taken for a wrong password', async () => {
    answers.AdminInitiateAuth = refusal('InternalErrorException', 500);
    await expect(identity.verifyPassword('U101', 'Test-1234', {})).rejects.toThrow();
  });
});

describe('reading a token', () => {
  const genuine = {
    token_use: 'access',
    client_id: 'functions',
    username: 'U101',
    origin_jti: 'login-1',
    'cognito:groups': ['customer'],
  };

  function sign(claims: object, { key = keys.privateKey, issuer = cognito.url, seconds = 900 } = {}) {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(issuer)
      .setIssuedAt(iat)
      .setExpirationTime(iat + seconds)
      .sign(key);
  }

  test('A genuine access token says who acts, in which role and in which login', async () => {
    const token = await sign(genuine);
    const actor = { userId: 'U101', role: 'customer', sessionId: 'login-1', issuedAtSeconds: iat };
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

describe('changing a login', () => {
  test('A courier who becomes staff is in the one group, and in no other any more', async () => {
    await identity.update('U9', { role: 'admin' });
    expect(bodyOf('AdminAddUserToGroup')).toMatchObject({ GroupName: 'admin' });
    const left = cognito.asked.filter(({ operation }) => operation === 'AdminRemoveUserFromGroup');
    expect(left.map(({ body }) => JSON.parse(body).GroupName)).toEqual(['courier', 'customer']);
  });

  test('Somebody revoked is out everywhere, and in again when staff say so', async () => {
    await identity.update('U9', { active: false });
    await identity.update('U9', { active: true });
    expect(operations()).toEqual(['AdminDisableUser', 'AdminUserGlobalSignOut', 'AdminEnableUser']);
  });

  test('An erased person has no login, also when the erasure runs again', async () => {
    await identity.update('U101', { erased: true });
    answers.AdminDeleteUser = refusal('UserNotFoundException');
    await identity.update('U101', { erased: true });
    expect(operations()).toEqual(['AdminDeleteUser', 'AdminDeleteUser']);
  });

  test('A new password replaces the old one for good, and a weak one is refused', async () => {
    expect(await identity.setPassword('U101', 'Next-1234')).toEqual({});
    expect(bodyOf('AdminSetUserPassword')).toMatchObject({ Password: 'Next-1234', Permanent: true });
    answers.AdminSetUserPassword = refusal('InvalidPasswordException');
    await expect(identity.setPassword('U101', 'weak')).rejects.toMatchObject({ code: 'WEAK_PASSWORD' });
  });

  test('A token is not to be had without a password: the login flow of Cognito is not built yet, and says so', async () => {
    const login = { userId: 'U101', role: 'customer' as const, sessionId: 'SN1' };
    await expect(identity.issue(login)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
