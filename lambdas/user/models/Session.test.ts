import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '#runtime/testWorld.ts';
import {
  beginSession,
  keptOf,
  readRefreshToken,
  rotateSession,
  type Session,
  Sessions,
  secretMadeBy,
} from './Session.ts';

let t: TestWorld;
beforeAll(async () => {
  t = await testWorld();
});
afterAll(() => t?.close());

const secretOf = (refreshToken: string) => readRefreshToken(refreshToken)?.secret ?? '';
const rowOf = async (sessionId: string) => (await t.world.store.get(Sessions, { sessionId })) as Session;

async function begin(sessionId: string, kept?: string) {
  const opened = { sessionId, token: 'token', expiresIn: 900, kept };
  const { refreshToken, write } = beginSession(t.world, { userId: 'U101' }, opened);
  await t.world.store.write(write);
  return { secret: secretOf(refreshToken), row: await rowOf(sessionId) };
}

test('What the identity provider gave to renew a session is opened by the newest refresh token, and by no other', async () => {
  const kept = 'eyJjdHkiOiJKV1Qi.what-cognito-gave';
  const first = await begin('SN1', kept);
  expect(keptOf(first.row, first.secret)).toBe(kept);
  const { refreshToken, write } = rotateSession(t.world, first.row, { secret: first.secret }, kept);
  await t.world.store.write(write);
  const row = await rowOf('SN1');
  expect(keptOf(row, secretOf(refreshToken))).toBe(kept);
  expect(() => keptOf(row, first.secret)).toThrow();
  const other = await begin('SN2', kept);
  expect(() => keptOf({ ...row, sealed: other.row.sealed }, secretOf(refreshToken))).toThrow();
  expect(JSON.stringify([first.row, row, other.row])).not.toContain('cognito-gave');
});

test('A refresh that comes again opens what was kept, by the token that it made', async () => {
  const kept = 'eyJjdHkiOiJKV1Qi.what-cognito-gave';
  const { row, secret } = await begin('SN4', kept);
  const asked = { secret, retryKey: 'asked-in-a-cellar-0001' };
  const { refreshToken, write } = rotateSession(t.world, row, asked, kept);
  await t.world.store.write(write);
  const after = await rowOf('SN4');
  expect(secretMadeBy(asked, after)).toBe(secretOf(refreshToken));
  expect(keptOf(after, secretOf(refreshToken))).toBe(kept);
  expect(secretMadeBy({ secret }, after)).toBeUndefined();
  expect(secretMadeBy({ ...asked, retryKey: 'asked-in-a-cellar-0002' }, after)).toBeUndefined();
  expect(secretMadeBy(asked, { ...after, sessionId: 'SN5' })).toBeUndefined();
});

test('Where the provider wants nothing, as at home, nothing is kept', async () => {
  const { row, secret } = await begin('SN3');
  expect(row).not.toHaveProperty('sealed');
  expect(keptOf(row, secret)).toBeUndefined();
});
