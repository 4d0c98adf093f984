import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { India } from './india.ts';
import { makeSms } from './sms.ts';
import { refusal, standIn, type Told, towards } from './testing.ts';

// No emulator speaks AWS End User Messaging (moto has Pinpoint alone, which closed): a stand-in of ours takes its place.

let service: Awaited<ReturnType<typeof standIn>> | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

async function carrier(told: Told | 'silence', india?: () => Promise<India>) {
  service = await standIn(() => told);
  return { ...service, sms: makeSms({ origination: sender, india, carrier: towards(service.url) }) };
}

const registered: India = { entityId: '1201', templates: { 'SIGN_IN_CODE.en.9c4d5d': '1207' } };

const note = { id: 'N2', to: '+91 98123-45678', text: 'Your milk is on its way' };
const sender = 'arn:aws:sms-voice:ap-south-1:1:sender-id/MLKFLT/IN';

test('A text message goes out under the registered sender to the number as carriers write it', async () => {
  const { sms, asked } = await carrier({ body: { MessageId: 'sms-1' } });
  expect([sms.keepsInbox, await sms.send(note)]).toEqual([false, { ref: 'sms-1' }]);
  expect(asked[0]?.operation).toBe('SendTextMessage');
  expect(JSON.parse(asked[0]?.body ?? '{}')).toEqual({
    OriginationIdentity: sender,
    DestinationPhoneNumber: '+919812345678',
    MessageBody: 'Your milk is on its way',
    MessageType: 'TRANSACTIONAL',
    Context: { notificationId: 'N2' },
  });
});

test('What the carrier refuses was certainly not sent, and the one who asked hears so', async () => {
  const { sms, asked } = await carrier(refusal('BadRequestException'));
  await expect(sms.send(note)).rejects.toThrow();
  expect(asked).toHaveLength(1);
});

test('A carrier that cannot be reached has sent nothing', async () => {
  const { sms, close } = await carrier({});
  await close();
  service = undefined;
  await expect(sms.send(note)).rejects.toThrow();
});

test.each([['silence'], [refusal('InternalServerError', 500)]] as [Told | 'silence'][])(
  'A message whose fate nobody knows is not called unsent and is not sent again (%s)',
  async (told) => {
    const { sms, asked } = await carrier(told);
    const sent = sms.send(note);
    await vi.waitFor(() => expect(asked).toHaveLength(1), 20_000);
    const outcome = await Promise.race([sent, sleep(400, 'nobody knows')]);
    expect(outcome).toBe('nobody knows');
    expect(asked).toHaveLength(1);
  },
);

test('To a number in India goes what is registered there: the dairy and the template of the text', async () => {
  const { sms, asked } = await carrier({ body: { MessageId: 'sms-1' } }, async () => registered);
  expect(await sms.send({ ...note, template: 'SIGN_IN_CODE.en.9c4d5d' })).toEqual({ ref: 'sms-1' });
  expect(JSON.parse(asked[0]?.body ?? '{}')).toMatchObject({
    DestinationPhoneNumber: '+919812345678',
    DestinationCountryParameters: { IN_ENTITY_ID: '1201', IN_TEMPLATE_ID: '1207' },
  });
});

test.each([undefined, 'SIGN_IN_CODE.hi.4ac4dd', 'SIGN_IN_CODE.en.000000'])(
  'To a number in India nothing goes out that is not registered (template %s)',
  async (template) => {
    const { sms, asked } = await carrier({ body: { MessageId: 'sms-1' } }, async () => registered);
    await expect(sms.send({ ...note, template })).rejects.toMatchObject({ code: 'NOT_REGISTERED' });
    expect(asked).toEqual([]);
  },
);

test('What is registered in India is asked once, anew after a failure, and never for another country', async () => {
  let times = 0;
  const { sms, asked } = await carrier({ body: { MessageId: 'sms-1' } }, async () => {
    if (++times === 1) throw new Error('no answer');
    return registered;
  });
  await sms.send({ ...note, to: '+44 7700 900123' });
  expect([times, asked.length]).toEqual([0, 1]);
  expect(JSON.parse(asked[0]?.body ?? '{}')).not.toHaveProperty('DestinationCountryParameters');
  const known = { ...note, template: 'SIGN_IN_CODE.en.9c4d5d' };
  await expect(sms.send(known)).rejects.toThrow('no answer');
  await sms.send(known);
  await sms.send(known);
  expect([times, asked.length]).toEqual([2, 3]);
});
