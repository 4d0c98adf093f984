import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Identity, Role, SessionClaims } from '#shared/ports/ports.ts';
import { makeIdentity as makeAwsIdentity } from '../aws/identity.ts';
import { makeIdentity } from '../local/identity.ts';
import { openPool } from './cognitoPool.ts';
import { emulated, everywhere } from './emulated.ts';

/** The machine's clock, which a test can set ahead. */
class Ahead {
  seconds = 0;
  now = () => new Date(Date.now() + this.seconds * 1000);
}

interface Opened {
  identity: Identity;
  clock: Ahead;
}

async function home(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-identity-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const clock = new Ahead();
  return { identity: await makeIdentity({ keyFile: join(folder, 'keys.json'), clock }), clock };
}

async function cognito(): Promise<Opened> {
  const clock = new Ahead();
  return { identity: makeAwsIdentity({ ...(await openPool()), clock }), clock };
}

function someone(role: Role = 'customer'): SessionClaims {
  return { userId: 'U101', role, sessionId: `SN${randomUUID().replaceAll('-', '')}` };
}

/** What every place that signs tokens promises, whichever it is. */
describe.each(everywhere([['this machine', home]], [['Cognito', cognito]]))(
  'Where %s signs',
  (_name, open) => {
    test('a session’s first token says who acts, in which role and in which session', async () => {
      const { identity } = await open();
      const began = Math.floor(Date.now() / 1000);
      const { token, sessionId, expiresIn } = await identity.open(someone());
      const claims = await identity.verify(token);
      expect(claims).toMatchObject({ userId: 'U101', role: 'customer', sessionId });
      expect(sessionId).toMatch(/^SN\w+$/);
      expect(claims?.issuedAtSeconds).toBeGreaterThanOrEqual(began);
      expect(expiresIn).toBeGreaterThanOrEqual(900);
    });

    test('the tokens of one session name the same session, and two sessions of one person are told apart', async () => {
      const { identity } = await open();
      const [phone, tablet] = [await identity.open(someone()), await identity.open(someone())];
      const { sessionId, kept } = phone;
      expect(tablet.sessionId).not.toBe(sessionId);
      for (let i = 0; i < 2; i++) {
        const { token } = await identity.issue({ ...someone(), sessionId, kept });
        expect(await identity.verify(token)).toMatchObject({ userId: 'U101', sessionId });
      }
    });

    test.each(['open', 'issue'] as const)(
      'a token (%s) is dated after what ended the ones before, also within one instant',
      async (how) => {
        const { identity, clock } = await open();
        const first = await identity.open(someone());
        const after = clock.now().toISOString();
        const claims = { ...someone(), sessionId: first.sessionId, kept: first.kept, after };
        const { token } = await identity[how](claims);
        const issuedMs = Math.round(((await identity.verify(token))?.issuedAtSeconds ?? 0) * 1000);
        expect(issuedMs).toBeGreaterThan(new Date(after).getTime());
      },
    );

    test('a token shows the role as it is now, also where nobody told of the change', async () => {
      const { identity } = await open();
      const { sessionId, kept } = await identity.open(someone('admin'));
      const { token } = await identity.issue({ ...someone('courier'), sessionId, kept });
      expect(await identity.verify(token)).toMatchObject({ role: 'courier' });
      expect(await identity.verify((await identity.open(someone('customer'))).token)).toMatchObject({
        role: 'customer',
      });
    });

    test('a token is good until its time is over, and not a second longer', async () => {
      const { identity, clock } = await open();
      const [used, unused] = [await identity.open(someone()), await identity.open(someone())];
      clock.seconds = used.expiresIn - 5;
      expect(await identity.verify(used.token)).toMatchObject({ userId: 'U101' });
      clock.seconds = used.expiresIn + 1;
      expect(await identity.verify(used.token)).toBeUndefined();
      expect(await identity.verify(unused.token)).toBeUndefined();
    });

    test('a token that was tampered with, or is none, lets nobody in', async () => {
      const { identity } = await open();
      const { token } = await identity.open(someone());
      const [head = '', body = '', signature] = token.split('.');
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
      const forged = Buffer.from(JSON.stringify({ ...claims, role: 'admin', 'cognito:groups': ['admin'] }));
      const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
      for (const bad of [
        `${head}.${forged.toString('base64url')}.${signature}`,
        `${unsigned}.${body}.`,
        `${head}.${body}.`,
        'milk',
      ]) {
        expect(await identity.verify(bad), bad).toBeUndefined();
      }
    });

    test('the public keys are told, and nothing that could sign', async () => {
      const { identity } = await open();
      await identity.open(someone());
      const { keys } = await identity.keySet();
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) expect(key).not.toHaveProperty('d');
    });

    test('a change of somebody who has never signed in, and an erasure that runs again, are harmless', async () => {
      const { identity } = await open();
      await identity.update('U7', { role: 'admin', active: false });
      await identity.update('U7', { active: true });
      await identity.open(someone());
      for (let i = 0; i < 2; i++) await identity.update('U101', { erased: true });
      expect(await identity.verify((await identity.open(someone())).token)).toMatchObject({ userId: 'U101' });
    });
  },
);

describe.runIf(emulated)('Where Cognito keeps passwords', () => {
  const jimmy = { userId: 'U101', role: 'customer' as const };

  async function keeper() {
    const { identity } = await cognito();
    if (!identity.passwords) throw new Error('it keeps none');
    return { identity, passwords: identity.passwords };
  }

  test('only the right password opens; a wrong one, somebody without one and nobody get the same answer', async () => {
    const { identity, passwords } = await keeper();
    await passwords.keep({ ...jimmy, password: 'test123' });
    const opened = await passwords.open(jimmy, 'test123');
    expect(await identity.verify(opened?.token ?? '')).toMatchObject(jimmy);
    expect(await passwords.open(jimmy, 'test124')).toBeUndefined();
    expect(await passwords.open({ ...jimmy, userId: 'U102' }, 'test123')).toBeUndefined();
    expect(await passwords.open(undefined, 'test123')).toBeUndefined();
  });

  test('another password takes the place of the one before, and the same one again changes nothing', async () => {
    const { passwords } = await keeper();
    for (const password of ['test123', 'test123', 'better-than-before']) {
      await passwords.keep({ ...jimmy, password });
      expect(await passwords.open(jimmy, password)).toBeDefined();
    }
    expect(await passwords.open(jimmy, 'test123')).toBeUndefined();
  });

  test.each(['123456', '      ', ' milk and curd ', 'दूध-दही-घी', '🥛'.repeat(128), 'x'.repeat(128)])(
    'a password that another policy has let in is taken as it is: %j',
    async (password) => {
      const { passwords } = await keeper();
      await passwords.keep({ ...jimmy, password });
      expect(await passwords.open(jimmy, password)).toBeDefined();
      expect(await passwords.open(jimmy, password.trim() || 'milk')).toEqual(
        password.trim() === password ? expect.anything() : undefined,
      );
    },
  );

  test('one password typed on two keyboards stays one, and the same password of two people is kept as two', async () => {
    const { passwords } = await keeper();
    await passwords.keep({ ...jimmy, password: 'Käse-und-Milch'.normalize('NFD') });
    expect(await passwords.open(jimmy, 'Käse-und-Milch'.normalize('NFC'))).toBeDefined();
    await passwords.keep({ ...jimmy, userId: 'U102', password: 'other-milk' });
    expect(await passwords.open({ ...jimmy, userId: 'U102' }, 'Käse-und-Milch')).toBeUndefined();
  });

  test('who signs in by a code too keeps the password, and each login opens sessions of its own', async () => {
    const { identity, passwords } = await keeper();
    await passwords.keep({ ...jimmy, password: 'test123' });
    const byCode = await identity.open({ ...jimmy, sessionId: 'SN1' });
    const byPassword = await passwords.open(jimmy, 'test123');
    expect(byPassword?.sessionId).not.toBe(byCode.sessionId);
    for (const { token } of [byCode, byPassword ?? byCode]) {
      expect(await identity.verify(token)).toMatchObject(jimmy);
    }
  });

  test('a courier who is sent home has no open sessions there and opens none, until the desk takes the person back', async () => {
    const { identity, passwords } = await keeper();
    await passwords.keep({ userId: 'U9', role: 'courier', password: 'round-1' });
    const claims = { userId: 'U9', role: 'courier' as const };
    const { kept, sessionId = '' } = (await passwords.open(claims, 'round-1')) ?? {};
    await identity.update('U9', { active: false });
    expect(await passwords.open(claims, 'round-1')).toBeUndefined();
    await expect(identity.issue({ ...claims, sessionId, kept })).rejects.toMatchObject({
      code: 'SESSION_ENDED',
    });
    await identity.update('U9', { active: true, role: 'admin' });
    const back = await passwords.open({ ...claims, role: 'admin' }, 'round-1');
    expect(await identity.verify(back?.token ?? '')).toMatchObject({ role: 'admin' });
  });

  test('a session that came from a dairy without Cognito is over, as it has nothing to show', async () => {
    const { identity } = await keeper();
    await expect(identity.issue({ ...jimmy, sessionId: 'SN1' })).rejects.toMatchObject({
      code: 'SESSION_ENDED',
    });
  });
});
