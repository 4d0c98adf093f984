import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Refusal, type TestDairy, testDairy } from '#runtime/testDairy.ts';
import { type HttpEventOptions, httpEvent } from '#runtime/testEvents.ts';
import type { Actor } from '#shared/ports/ports.ts';
import { Deliveries } from './models/Delivery.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

const JPEG = 'ffd8ffe000104a46494600010100';
/** A photo of one colour or another: different bytes under the same head. */
const photoOf = (colour: number) =>
  Buffer.concat([Buffer.from(JPEG, 'hex'), Buffer.alloc(200, colour)]).toString('base64');

async function assigned(own: TestDairy = dairy, household: Actor = own.household): Promise<string> {
  const placed = await own.order({}, household);
  await own.pay(placed, {}, household);
  await own.settle();
  return (await own.orderRow(placed.orderId)).deliveryId ?? '';
}
const send = (deliveryId: string, more: object = {}, actor: Actor = dairy.courier) =>
  dairy.call<{ photo: string } & Refusal>(
    'delivery',
    'addDeliveryPhoto',
    { deliveryId, contentType: 'image/jpeg', data: photoOf(1), ...more },
    actor,
  );
const files = (own: TestDairy = dairy) => {
  try {
    return readdirSync(join(own.folder, 'files', 'proofs'));
  } catch {
    return [];
  }
};
const row = (deliveryId: string) => dairy.world.store.get(Deliveries, { deliveryId });

async function http(method: string, options: HttpEventOptions, { userId, role }: Actor) {
  const { token } = await dairy.world.identity.issue({ userId, role, sessionId: `SN${userId}` });
  const answer = await dairy.handlerOf('delivery')(
    httpEvent(method, '/delivery/photo', { token, ...options }),
  );
  return answer as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
    isBase64Encoded: boolean;
  };
}
const look = (deliveryId: string, actor: Actor, photo?: string) =>
  http('GET', { query: { deliveryId, ...(photo ? { photo } : {}) } }, actor);

describe('A photo of the door', () => {
  test('Is kept under a name that goes into the proof, and shown to household, courier and desk', async () => {
    const deliveryId = await assigned();
    const { photo } = await send(deliveryId);
    expect(photo).toMatch(new RegExp(`^${deliveryId}-[\\w-]{43}\\.jpg$`));
    for (const status of ['PICKED_UP', 'IN_TRANSIT']) await dairy.move(deliveryId, status);
    await dairy.move(deliveryId, 'DELIVERED', { proof: { photo } });
    for (const actor of [dairy.household, dairy.courier, dairy.admin]) {
      const seen = await look(deliveryId, actor);
      expect(seen).toMatchObject({ statusCode: 200, isBase64Encoded: true, body: photoOf(1) });
      expect(seen.headers).toMatchObject({
        'content-type': 'image/jpeg',
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-cache',
        vary: 'authorization',
      });
      expect(seen.headers['content-security-policy']).toContain('sandbox');
    }
    const named = await look(deliveryId, dairy.household, photo);
    expect(named.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect((await row(deliveryId))?.version).toBe(4);
  });

  test('Is nothing that another household, another courier or a stranger finds, sends or guesses', async () => {
    const deliveryId = await assigned();
    const { photo } = await send(deliveryId);
    const others: Actor[] = [
      { userId: 'Uother', role: 'courier' },
      { userId: 'U102', role: 'customer' },
    ];
    for (const actor of others) {
      expect(await look(deliveryId, actor, photo)).toMatchObject({ statusCode: 404 });
      expect(JSON.parse((await look(deliveryId, actor, photo)).body).detail).toBe(
        `There is no delivery ${deliveryId}.`,
      );
    }
    const before = files();
    expect(await send(deliveryId, { data: photoOf(9) }, others[0])).toMatchObject({ status: 404 });
    expect(await send(deliveryId, {}, dairy.household)).toMatchObject({ status: 403 });
    expect(await send('D404')).toMatchObject({ status: 404 });
    expect(files()).toEqual(before);
  });

  test('A proof that names what is no photo of this delivery shows nothing', async () => {
    const mine = await assigned();
    const theirs = await assigned();
    const { photo } = await send(theirs, { data: photoOf(3) });
    const moves = { PICKED_UP: photo, IN_TRANSIT: '../images/cow-milk.svg', DELIVERED: 'proof.jpg' };
    for (const [status, name] of Object.entries(moves)) {
      await dairy.move(mine, status, { proof: { photo: name } });
      expect((await row(mine))?.proof).toEqual({ photo: name });
      expect(await look(mine, dairy.admin)).toMatchObject({ statusCode: 404 });
      expect(await look(mine, dairy.admin, name)).toMatchObject({ statusCode: 404 });
    }
    expect(await look(theirs, dairy.admin, photo)).toMatchObject({ statusCode: 200 });
    expect(await look(theirs, dairy.admin)).toMatchObject({ statusCode: 404 });
  });

  test('That is sent again, with its key or without, is one file; a key for another photo is refused', async () => {
    const deliveryId = await assigned();
    const count = files().length;
    const headers = { 'idempotency-key': 'photo-1' };
    const body = { deliveryId, contentType: 'image/jpeg', data: photoOf(5) };
    const [first, second] = [
      await http('POST', { body, headers }, dairy.courier),
      await http('POST', { body, headers }, dairy.courier),
    ];
    expect(first).toMatchObject({ statusCode: 201 });
    expect(second.body).toBe(first.body);
    expect(await send(deliveryId, { data: photoOf(5) })).toEqual(JSON.parse(first.body));
    const other = await http('POST', { body: { ...body, data: photoOf(6) }, headers }, dairy.courier);
    expect(JSON.parse(other.body)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(files()).toHaveLength(count + 1);
    expect((await row(deliveryId))?.photos).toEqual([JSON.parse(first.body).photo]);
  });

  test('There are five of a delivery at most, also when many come at once', async () => {
    const deliveryId = await assigned();
    const count = files().length;
    const sent = await Promise.all(
      Array.from({ length: 8 }, (_, i) => send(deliveryId, { data: photoOf(20 + i) })),
    );
    const kept = sent.filter(({ photo }) => photo !== undefined);
    const known = (await row(deliveryId))?.photos ?? [];
    expect(kept.map(({ photo }) => photo).sort()).toEqual([...known].sort());
    expect(known.length).toBeLessThanOrEqual(5);
    for (const { code } of sent.filter(({ photo }) => photo === undefined))
      expect(['TOO_MANY_PHOTOS', 'BUSY']).toContain(code);
    expect(files()).toHaveLength(count + known.length);
    for (let i = known.length; i < 5; i++) await send(deliveryId, { data: photoOf(40 + i) });
    expect(await send(deliveryId, { data: photoOf(60) })).toMatchObject({
      status: 409,
      code: 'TOO_MANY_PHOTOS',
    });
    // One that is there already needs no room.
    const full = (await row(deliveryId))?.photos ?? [];
    const again = Array.from({ length: 25 }, (_, i) => send(deliveryId, { data: photoOf(20 + i) }));
    const found = (await Promise.all(again)).flatMap(({ photo }) => photo ?? []);
    expect(found.sort()).toEqual([...full].sort());
  });

  test('That is no picture of the kind it says is refused, and nothing is kept', async () => {
    const deliveryId = await assigned();
    const before = files();
    for (const more of [
      { contentType: 'image/png' },
      { data: Buffer.from('<svg onload="alert(1)"/>').toString('base64') },
      { data: 'AAAA' },
    ]) {
      expect(await send(deliveryId, more)).toMatchObject({ status: 422, errors: [{ pointer: '/data' }] });
    }
    expect(await send(deliveryId, { contentType: 'image/svg+xml' })).toMatchObject({
      errors: [{ pointer: '/contentType' }],
    });
    expect(files()).toEqual(before);
    expect(await row(deliveryId)).not.toHaveProperty('photos');
  });
});

test('When a household is erased the photos of its doors go, whether or not a proof names them', async () => {
  const own = await testDairy();
  try {
    const deliveryId = await assigned(own);
    const body = { deliveryId, contentType: 'image/jpeg' };
    const add = (colour: number) =>
      own.call<{ photo: string } & Refusal>(
        'delivery',
        'addDeliveryPhoto',
        { ...body, data: photoOf(colour) },
        own.courier,
      );
    const { photo } = await add(1);
    await add(2);
    for (const status of ['PICKED_UP', 'IN_TRANSIT']) await own.move(deliveryId, status);
    await own.move(deliveryId, 'DELIVERED', { proof: { photo } });
    expect(files(own)).toHaveLength(2);
    const exported = await own.call<{ deliveries: object[] }>('user', 'exportProfile', {}, own.household);
    expect(exported.deliveries).toMatchObject([{ proof: { photo }, photos: [photo, expect.any(String)] }]);
    await own.settle();
    await own.call('user', 'eraseProfile', {}, own.household);
    await own.settle();
    expect(files(own)).toEqual([]);
    const left = await own.world.store.get(Deliveries, { deliveryId });
    expect(left).toBeDefined();
    expect(left).not.toHaveProperty('photos');
    expect(left).not.toHaveProperty('proof');
    // A courier's telephone that finds its signal late brings nothing back.
    expect(await add(3)).toMatchObject({ status: 404 });
    expect(files(own)).toEqual([]);
  } finally {
    await own.close();
  }
});
