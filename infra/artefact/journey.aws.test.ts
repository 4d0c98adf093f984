import { afterAll, beforeAll, expect, test } from 'vitest';
import { emulated } from '../../adapters/contract/emulated.ts';
import { playSeed } from '../../e2e/journeys/seed.ts';
import { type Dairy, openDairy } from './dairy.ts';

let dairy: Dairy;
beforeAll(async () => {
  dairy = await openDairy({ moto: emulated ?? '', dynamodb: process.env.TEST_DYNAMODB_ENDPOINT ?? '' });
}, 400_000);
afterAll(() => dairy?.close());

playSeed(async () => {
  // docs/deploy.md: who may invoke the admin Lambda makes the first admin.
  const first = { function: 'makeFirstAdmin', payload: { email: 'owner@dairy.example' } };
  const made = (await dairy.functions.invoke('milkfloat-admin', first)) as Made;
  expect(made).toMatchObject({ made: true });
  return {
    http: dairy.http,
    async eventually(ask, wanted) {
      await dairy.settle();
      const answer = await ask();
      if (!wanted(answer)) throw new Error(`all events are through, and yet: ${JSON.stringify(answer)}`);
      return answer;
    },
    admin: made,
    passwords: { ravi: 'Round-1-of-Ravi', jimmy: 'Milk-for-Jimmy-1' },
    // Nobody takes cards for a dairy that has told no keys of Stripe.
    pays: 'COD',
  };
});

interface Made {
  email: string;
  password: string;
}
