import { afterAll, beforeAll, expect, test } from 'vitest';
import { emulated } from '../../adapters/contract/emulated.ts';
import { type Dairy, openDairy } from './dairy.ts';

let dairy: Dairy;
beforeAll(async () => {
  dairy = await openDairy({ moto: emulated ?? '', dynamodb: process.env.TEST_DYNAMODB_ENDPOINT ?? '' });
}, 400_000);
afterAll(() => dairy?.close());

test('first', async () => {
  const made = await dairy.functions.invoke('milkfloat-admin', {
    function: 'makeFirstAdmin',
    payload: { email: 'owner@dairy.example' },
  });
  console.log(made);
  const { email, password } = made as { email: string; password: string };
  const login = await dairy.http<{ token: string }>('POST', '/user/login', { body: { email, password } });
  console.log(login.status, login.body);
  console.log(await dairy.http('GET', '/admin/users', { token: login.body.token }));
  console.log((await dairy.http('GET', '/product/list')).body);
  console.log(dairy.functions.of('milkfloat-admin').logged());
  console.log(dairy.functions.of('milkfloat-user').logged());
  console.log(await dairy.functions.of('milkfloat-user').environment());
  console.log(dairy.asked.filter(({ allowed }) => !allowed));
  expect(login.status).toBe(200);
});
