import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { signWebhook } from '../payments.ts';
import { listen, open, pay, SECRET } from './testing.ts';

const body = JSON.stringify({
  id: 'evt_1',
  type: 'charge',
  data: { reference: 'PAY1', state: 'SUCCEEDED', providerRef: 'sbx_1', amountMinor: 6400, currency: 'INR' },
  createdAt: '2026-07-01T00:30:00.000Z',
  livemode: false,
});

test.concurrent('a genuine webhook is read, up to five minutes old, with fields we do not know', async ({
  onTestFinished,
}) => {
  const { payments, clock } = open(onTestFinished);
  const headers = { 'sandbox-signature': signWebhook(SECRET, body, clock.now()) };
  const event = {
    providerEventId: 'evt_1',
    kind: 'CHARGE',
    ourId: 'PAY1',
    result: { state: 'SUCCEEDED', providerRef: 'sbx_1', amountMinor: 6400, currency: 'INR' },
  };
  expect(await payments.readWebhook(body, headers)).toEqual(event);
  clock.forward(298_000);
  expect(await payments.readWebhook(body, headers)).toEqual(event);
  clock.forward(4000);
  expect(await payments.readWebhook(body, headers)).toBeUndefined();
});

test.concurrent('a webhook that is forged, changed or nonsense moves no money', async ({
  onTestFinished,
}) => {
  const { payments, clock } = open(onTestFinished);
  const read = (raw: string, signature?: string) =>
    payments.readWebhook(raw, signature === undefined ? {} : { 'sandbox-signature': signature });
  const good = signWebhook(SECRET, body, clock.now());
  const [t, v1] = good.split(',');
  expect(await read(body, good)).toBeDefined();

  const forged = [
    undefined,
    '',
    't=,v1=',
    t,
    v1,
    `${t},v1=`,
    `${t},v1=${'0'.repeat(64)}`,
    `${good}00`,
    good.toUpperCase(),
    `${good},${v1}`,
    `t=${Math.floor(clock.now().getTime() / 1000) - 1},${v1}`,
    signWebhook('whsec_other', body, clock.now()),
    signWebhook('', body, clock.now()),
    signWebhook(SECRET, body, new Date(clock.now().getTime() - 302_000)),
    signWebhook(SECRET, body, new Date(clock.now().getTime() + 302_000)),
  ];
  for (const signature of forged) expect(await read(body, signature), signature).toBeUndefined();

  const reserialised = JSON.stringify(JSON.parse(body), null, 1);
  for (const raw of [reserialised, `${body} `, body.replace('6400', '1'), '']) {
    expect(await read(raw, good), raw).toBeUndefined();
  }

  const nonsense = [
    '',
    'null',
    '[]',
    '{',
    '{}',
    body.replace('"charge"', '"payout"').replace('6400', '-1'),
    body.replace('6400', '64.5'),
    body.replace('6400', '1e308'),
    body.replace('"SUCCEEDED"', '"PAID"'),
    body.replace('"PAY1"', '7'),
    '['.repeat(50_000),
  ];
  for (const raw of nonsense)
    expect(await read(raw, signWebhook(SECRET, raw, clock.now())), raw).toBeUndefined();
});

test.concurrent('a genuine webhook of a kind that this release does not know is passed over', async ({
  onTestFinished,
}) => {
  const { payments, clock } = open(onTestFinished);
  const raw = body.replace('"charge"', '"customer"');
  const signed = (secret: string) => ({ 'sandbox-signature': signWebhook(secret, raw, clock.now()) });
  expect(await payments.readWebhook(raw, signed(SECRET))).toBe('IGNORED');
  expect(await payments.readWebhook(raw, signed('whsec_other'))).toBeUndefined();
});

test.concurrent('a webhook that Milkfloat refuses comes again, unchanged and signed anew', async ({
  onTestFinished,
}) => {
  const { payments } = open(onTestFinished);
  const address = await listen(onTestFinished, payments, [500, 302]);
  await pay(payments, 'PAY1');
  await pause(500);
  payments.deliverTo(address.url);
  await vi.waitFor(() => expect(address.bodies).toHaveLength(3), 20_000);
  expect(new Set(address.bodies.map(({ raw }) => raw)).size).toBe(1);
  expect(await address.states()).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  await pause(1200);
  expect(address.bodies).toHaveLength(3);
});

test.concurrent('a burst of payments sends one webhook each', async ({ onTestFinished }) => {
  const { payments, folder } = open(onTestFinished);
  const address = await listen(onTestFinished, payments);
  payments.deliverTo(address.url);
  const ids = Array.from({ length: 300 }, (_, number) => `PAY${number}`);
  await Promise.all(ids.map((id) => pay(payments, id)));
  await vi.waitFor(() => expect(address.bodies).toHaveLength(300), 20_000);
  expect(new Set((await address.events()).map(({ ourId }) => ourId))).toEqual(new Set(ids));
  await payments.close();
  const restarted = open(onTestFinished, { folder }).payments;
  for (const id of ids) expect((await restarted.findCharge(id)).state).toBe('SUCCEEDED');
});

/** Timers that the test moves, and a desk that is asked by nothing but this. */
function fakeTimeAnd(desk: typeof fetch) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const fetched = vi.fn(desk);
  vi.stubGlobal('fetch', fetched);
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  return fetched;
}

test('a payment whose webhooks change places is told to have ended first, and then to be pending', async () => {
  const fetched = fakeTimeAnd(async () => new Response());
  const { payments } = open(onTestFinished);
  payments.deliverTo('http://127.0.0.1:9/payment/webhook');
  await pay(payments, 'PAY1', 'tok_reorder');
  const told = () => fetched.mock.calls.map(([, request]) => JSON.parse(String(request?.body)).data.state);
  await vi.advanceTimersByTimeAsync(2_100);
  expect(told()).toEqual(['SUCCEEDED']);
  await vi.advanceTimersByTimeAsync(500);
  expect(told()).toEqual(['SUCCEEDED', 'PENDING']);
});

test('a webhook to a desk that is down is tried six times, ever more slowly, then given up', async () => {
  const fetched = fakeTimeAnd(() => Promise.reject(new TypeError('fetch failed')));
  const { payments, lines, folder } = open(onTestFinished);
  payments.deliverTo('http://127.0.0.1:9/payment/webhook');
  await pay(payments, 'PAY1');
  const tries: number[] = [];
  for (let ms = 0; ms < 60_000; ms += 100) {
    await vi.advanceTimersByTimeAsync(100);
    if (fetched.mock.calls.length > tries.length) tries.push(ms + 100);
  }
  const pauses = tries.slice(1).map((ms, index) => ms - (tries[index] ?? 0));
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000]);
  expect(lines.at(-1)).toBe('sandbox webhook given up');
  await payments.close();

  const restarted = open(onTestFinished, { folder }).payments;
  restarted.deliverTo('http://127.0.0.1:9/payment/webhook');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(fetched).toHaveBeenCalledTimes(6);
  expect((await restarted.findCharge('PAY1')).state).toBe('SUCCEEDED');
});
