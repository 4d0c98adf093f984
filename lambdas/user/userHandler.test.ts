import { afterAll, beforeAll, expect, test } from 'vitest';
import { Orders } from '#lambdas/order/models/Order.ts';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';
import {
  httpEvent,
  httpResult,
  publishedOf,
  queueEvent,
  strangeEvents,
  timerEvent,
} from '#runtime/testEvents.ts';
import type { LambdaHandler } from '#shared/lambda.ts';
import { Users } from './models/User.ts';
import { makeHandler } from './userHandler.ts';

let dairy: TestDairy;
let handler: LambdaHandler;
beforeAll(async () => {
  dairy = await testDairy();
  handler = makeHandler(dairy.world);
});
afterAll(() => dairy?.close());

const userRow = (userId: string) => dairy.world.store.get(Users, { userId });

test('Jimmy registers, logs in and reads his profile through API Gateway', async () => {
  const body = { userId: 'U201', name: 'Jimmy', email: 'jimmy@example.com', password: 'test123' };
  const registered = httpResult(await handler(httpEvent('POST', '/user/register', { body })));
  expect(registered).toMatchObject({
    status: 201,
    body: { message: 'User registered successfully', userId: 'U201' },
  });
  expect(await userRow('U201')).toMatchObject({
    name: 'Jimmy',
    email: 'jimmy@example.com',
    role: 'customer',
  });

  const login = { email: 'jimmy@example.com', password: 'test123' };
  const { body: tokens } = httpResult<{ token: string }>(
    await handler(httpEvent('POST', '/user/login', { body: login })),
  );
  const profile = httpResult(await handler(httpEvent('GET', '/user/profile', { token: tokens.token })));
  expect(profile).toMatchObject({ status: 200, body: { userId: 'U201', name: 'Jimmy' } });
  expect(JSON.stringify(profile)).not.toMatch(/argon2|passwordHash/);
});

test('Who has no token gets a problem of API Gateway’s form, with a request id', async () => {
  const refused = httpResult(await handler(httpEvent('GET', '/user/profile')));
  expect(refused).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED', status: 401 } });
  expect(refused.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'www-authenticate': 'Bearer',
  });
  expect(refused.headers['x-request-id']).toBe(refused.body.requestId);
});

test('Another Lambda registers somebody with the seed’s payload, and a taken id is a refusal it can read', async () => {
  const payload = { userId: 'U202', name: 'Asha', email: 'asha@example.com', password: 'test123' };
  expect(await handler({ function: 'register', payload })).toEqual({
    message: 'User registered successfully',
    userId: 'U202',
  });
  expect(await userRow('U202')).toMatchObject({ name: 'Asha', version: 1 });
  const again = await handler({ function: 'register', payload: { ...payload, email: 'other@example.com' } });
  expect(again).toMatchObject({ code: 'ID_TAKEN', status: 409, errors: [{ pointer: '/userId' }] });
  expect(await userRow('U202')).toMatchObject({ email: 'asha@example.com' });
});

test('A function that the Lambda does not have, and a payload against the schema, change nothing', async () => {
  expect(await handler({ function: 'dropUsers', payload: {} })).toMatchObject({
    code: 'NOT_FOUND',
    status: 404,
  });
  expect(await handler({ function: 'register', payload: { name: 'x' } })).toMatchObject({
    code: 'INVALID_INPUT',
  });
  expect(await handler({ function: 'register' })).toMatchObject({ code: 'INVALID_INPUT' });
});

test('An erased household’s address goes from its orders; a poison message beside it fails alone', async () => {
  const household = await dairy.addHousehold('U203');
  const order = await dairy.order({}, household);
  await dairy.call('order', 'cancelOrder', { orderId: order.orderId }, household);
  await handler({ function: 'eraseProfile', actor: household, payload: {} });
  const [erased] = await publishedOf(dairy.world, 'USER_ERASED');
  expect(erased).toMatchObject({ eventType: 'USER_ERASED', userId: 'U203' });
  expect((await dairy.orderRow(order.orderId)).address).toEqual({ line1: '123 Main St' });

  const batch = queueEvent('user', ['{"half', erased ?? {}]);
  expect(await handler(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  const after = await dairy.world.store.get(Orders, { orderId: order.orderId });
  expect(after).toMatchObject({ status: 'CANCELLED', amount: order.amount });
  expect(after?.address).toBeUndefined();
  // The same message again finds nothing left to do.
  expect(await handler(queueEvent('user', [erased ?? {}], 2))).toEqual({ batchItemFailures: [] });
  expect(await userRow('U203')).not.toHaveProperty('email');
});

test('An event of no kind it knows, and a timer it does not have, are faults', async () => {
  for (const event of strangeEvents) await expect(handler(event)).rejects.toThrow('of no kind');
  await expect(handler(timerEvent('expireOrders'))).rejects.toThrow('no timer expireOrders');
});
