import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDairy, testDairy } from '#runtime/testDairy.ts';

let dairy: TestDairy;
beforeAll(async () => {
  dairy = await testDairy();
});
afterAll(() => dairy?.close());

test('Who has not signed in is told what a screen needs of the dairy, and nothing of its books', async () => {
  const settings = { dairyName: 'Hill Dairy', servedPincodes: ['560001'], seller: { taxNumber: '29ABCDE' } };
  await dairy.call('admin', 'updateSettings', settings, dairy.admin);
  const told = await dairy.call<Record<string, unknown>>('admin', 'viewDairy', {});
  expect(told).toMatchObject({
    name: 'Hill Dairy',
    currency: 'INR',
    timeZone: 'Asia/Kolkata',
    categories: ['Milk'],
    cards: { provider: 'SANDBOX' },
  });
  expect(told.slots).toContainEqual({
    slotId: 'MORNING',
    from: '07:00',
    to: '10:00',
    cutoffTime: '22:00',
    cutoffDaysBefore: 1,
  });
  expect(JSON.stringify(told)).not.toMatch(/560001|29ABCDE|secret|capacity/i);
});
