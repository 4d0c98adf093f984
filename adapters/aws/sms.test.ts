import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { makeSms } from './sms.ts';
import { refusal, standIn, type Told, towards } from './testing.ts';

// No emulator speaks AWS End User Messaging (moto has Pinpoint alone, which closed): a stand-in of ours takes its place.

let service: Awaited<ReturnType<typeof standIn>> | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

async function carrier(told: Told | 'silence') {
  service = await standIn(() => told);
  return { ...service, sms: makeSms({ origination: sender, carrier: towards(service.url) }) };
}

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
    const outcome = await Promise.race([sms.send(note), sleep(400, 'nobody knows')]);
    expect(outcome).toBe('nobody knows');
    expect(asked).toHaveLength(1);
  },
);
