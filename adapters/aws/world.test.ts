import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { standIn, type Told } from './testing.ts';
import { awsWorld } from './world.ts';

const environment = {
  AWS_REGION: 'ap-south-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  SECRET_NAME: 'milkfloat/secret',
  USER_POOL_ID: 'ap-south-1_test',
  USER_POOL_CLIENT_ID: 'functions',
  FILES_BUCKET: 'files',
  MAIL_FROM: 'milk@dairy.example',
  SMS_ORIGINATION: 'arn:aws:sms-voice:ap-south-1:1:sender-id/MLKFLT/IN',
  PUBLIC_URL: 'https://dairy.example',
  PASSWORD_POLICY: 'strict',
};

afterEach(() => vi.unstubAllEnvs());

async function worldWith(told: Told) {
  const secrets = await standIn(() => told);
  onTestFinished(() => secrets.close());
  const all = { ...environment, AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  return { made: awsWorld(), asked: secrets.asked };
}

test('A Lambda makes its world from its environment and the secret that AWS keeps', async () => {
  const { made, asked } = await worldWith({ body: { SecretString: 's'.repeat(64) } });
  const { config, payments, mailer } = await made;
  expect(config).toEqual({
    secret: 's'.repeat(64),
    passwordPolicy: 'strict',
    rateLimits: true,
    countsRequests: false,
    publicUrl: 'https://dairy.example',
    trustProxy: false,
    screens: { cards: { provider: 'NONE' } },
  });
  expect([payments.name, mailer.keepsInbox]).toEqual(['none', false]);
  expect(asked.map(({ body }) => JSON.parse(body))).toEqual([{ SecretId: 'milkfloat/secret' }]);
});

test('What is registered in India is read from its secret when the first message goes there', async () => {
  vi.stubEnv('SMS_SECRET_NAME', 'milkfloat/sms');
  const { made, asked } = await worldWith({ body: { SecretString: 's'.repeat(64) } });
  const { sms } = await made;
  expect(asked).toHaveLength(1);
  const sent = sms.send({ id: 'N1', to: '+919812345678', text: 'Hello' });
  await expect(sent).rejects.toThrow('the secret milkfloat/sms must be JSON with entityId and templates');
  expect(asked.map(({ body }) => JSON.parse(body).SecretId)).toEqual(['milkfloat/secret', 'milkfloat/sms']);
});

test('A Lambda does not take its time from a test', async () => {
  const refused = await awsWorld({ ...environment, TEST_CLOCK: '2027-01-04T04:30:00Z' }).catch(
    (error: Error) => error.message,
  );
  expect(refused).toBe("The function's environment is not right: TEST_CLOCK: is refused on AWS");
});

test('A bad environment is named variable by variable, and no value of it is told', async () => {
  const { FILES_BUCKET: _gone, ...rest } = { ...environment, PUBLIC_URL: 'not-a-url-but-private' };
  const refused = await awsWorld(rest).catch((error: Error) => error.message);
  expect(refused).toContain('FILES_BUCKET');
  expect(refused).toContain('PUBLIC_URL');
  expect(refused).not.toContain('private');
});
