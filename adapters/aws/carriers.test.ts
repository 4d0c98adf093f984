import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { makeFiles } from './files.ts';
import { makeMailer } from './mailer.ts';
import { makePayments } from './payments.ts';
import { makeSms } from './sms.ts';
import { refusal, standIn, type Told, towards } from './testing.ts';

const clock = { now: () => new Date() };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let service: Awaited<ReturnType<typeof standIn>> | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

async function carrier(told: Told | 'silence') {
  service = await standIn(() => told);
  return service;
}

const letter = { id: 'N1', to: 'jimmy@example.com', subject: 'Welcome', text: 'Hello', html: '<p>Hello</p>' };
const note = { id: 'N2', to: '+91 98123-45678', text: 'Your milk is on its way' };
const sender = 'arn:aws:sms-voice:ap-south-1:1:sender-id/MLKFLT/IN';

test('A letter goes to SES in both forms, and the answer is its own id there', async () => {
  const { url, asked } = await carrier({ body: { MessageId: 'ses-1' } });
  const mailer = makeMailer({ from: 'Dairy <milk@dairy.example>', ses: towards(url) });
  expect(await mailer.send(letter)).toEqual({ ref: 'ses-1' });
  expect(JSON.parse(asked[0]?.body ?? '{}')).toMatchObject({
    FromEmailAddress: 'Dairy <milk@dairy.example>',
    Destination: { ToAddresses: ['jimmy@example.com'] },
    Content: { Simple: { Subject: { Data: 'Welcome' }, Body: { Text: { Data: 'Hello' }, Html: {} } } },
  });
});

test('A text message goes out under the registered sender to the number as carriers write it', async () => {
  const { url, asked } = await carrier({ body: { MessageId: 'sms-1' } });
  const sms = makeSms({ origination: sender, carrier: towards(url) });
  expect(await sms.send(note)).toEqual({ ref: 'sms-1' });
  expect(JSON.parse(asked[0]?.body ?? '{}')).toMatchObject({
    OriginationIdentity: sender,
    DestinationPhoneNumber: '+919812345678',
    MessageBody: 'Your milk is on its way',
  });
});

test('What a carrier refuses was certainly not sent, and the one who asked hears so', async () => {
  const { url, asked } = await carrier(refusal('BadRequestException'));
  await expect(makeMailer({ from: 'a@b.example', ses: towards(url) }).send(letter)).rejects.toThrow();
  await expect(makeSms({ origination: sender, carrier: towards(url) }).send(note)).rejects.toThrow();
  expect(asked).toHaveLength(2);
});

test('A carrier that cannot be reached has sent nothing', async () => {
  const { url, close } = await carrier({});
  await close();
  service = undefined;
  await expect(makeMailer({ from: 'a@b.example', ses: towards(url) }).send(letter)).rejects.toThrow();
});

test.each([['silence'], [refusal('InternalServerError', 500)]] as [Told | 'silence'][])(
  'A message whose fate nobody knows is not called unsent and is not sent again (%s)',
  async (told) => {
    const { url, asked } = await carrier(told);
    const sent = makeSms({ origination: sender, carrier: towards(url) }).send(note);
    const outcome = await Promise.race([sent, sleep(400, 'nobody knows')]);
    expect(outcome).toBe('nobody knows');
    expect(asked).toHaveLength(1);
  },
);

test('A picture is kept under its name with its type, comes back as it was, and goes', async () => {
  const kept = new Map<string, { body: string; type: string }>();
  service = await standIn(({ operation, body, headers }) => {
    const [method, path = ''] = operation.split(' ');
    const name = path.split('?')[0] ?? '';
    if (method === 'PUT') kept.set(name, { body, type: String(headers['content-type']) });
    if (method === 'DELETE') kept.delete(name);
    const found = kept.get(name);
    if (method === 'GET' && !found) {
      return {
        status: 404,
        body: '<Error><Code>NoSuchKey</Code></Error>',
        headers: { 'content-type': 'application/xml' },
      };
    }
    return {
      body: method === 'GET' ? found?.body : '',
      headers: { 'content-type': found?.type ?? 'text/plain' },
    };
  });
  const s3 = {
    ...towards(service.url),
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
  };
  const files = makeFiles({ bucket: 'files', s3 });
  await files.put('images/milk.svg', Buffer.from('<svg/>'), 'image/svg+xml');
  expect([...kept.keys()]).toEqual(['/files/images/milk.svg']);
  const found = await files.get('images/milk.svg');
  expect({ ...found, body: Buffer.from(found?.body ?? []).toString() }).toEqual({
    body: '<svg/>',
    contentType: 'image/svg+xml',
  });
  await files.remove('images/milk.svg');
  expect(await files.get('images/milk.svg')).toBeUndefined();
});

test('A dairy without a card provider declines cards, gives nothing back and believes no webhook', async () => {
  const payments = makePayments({ stripe: undefined, clock, log });
  const charge = {
    paymentId: 'PAY1',
    orderId: 'O1',
    userId: 'U101',
    amountMinor: 6400,
    currency: 'INR',
    method: 'CARD' as const,
  };
  const refused = { state: 'FAILED', reason: 'NO_PROVIDER' };
  expect(payments.name).toBe('none');
  expect(await payments.charge(charge)).toEqual(refused);
  expect(await payments.findCharge('PAY1')).toEqual(refused);
  expect(await payments.cancelCharge('PAY1')).toEqual(refused);
  expect(await payments.refund({ refundId: 'R1', paymentId: 'PAY1', amountMinor: 6400 })).toEqual(refused);
  expect(await payments.findRefund('R1')).toEqual(refused);
  expect(await payments.readWebhook('{}', {})).toBeUndefined();
});
