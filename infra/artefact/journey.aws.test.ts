import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../adapters/aws/clock.ts';
import { makeIdentity } from '../../adapters/aws/identity.ts';
import { openPool } from '../../adapters/contract/cognitoPool.ts';
import { emulated } from '../../adapters/contract/emulated.ts';
import { playSeed } from '../../e2e/journeys/seed.ts';
import { httpEvent, httpResult } from '../../runtime/testEvents.ts';
import { openWire } from '../../shared/data/wire.ts';
import { accessOf } from '../access.ts';
import { Made, type Properties, target } from '../testing.ts';
import { type Dairy, lambdaOf, openDairy } from './dairy.ts';
import { askEveryDoor } from './doors.ts';
import { FunctionError } from './process.ts';

const jimmy = { userId: 'U101', email: 'jimmy@example.com', password: 'Milk-for-Jimmy-1' };
let dairy: Dairy;
let owner: { email: string; password: string };
const folder = mkdtempSync(join(tmpdir(), 'milkfloat-artefact-'));
beforeAll(async () => {
  const emulators = { moto: emulated ?? '', dynamodb: process.env.TEST_DYNAMODB_ENDPOINT ?? '' };
  dairy = await openDairy({ folder, ...emulators });
});
afterAll(async () => {
  await dairy?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function tokenOf({ email, password }: { email: string; password: string }): Promise<string> {
  const answer = await dairy.http<{ token: string }>('POST', '/user/login', { body: { email, password } });
  expect(answer.status).toBe(200);
  return answer.body.token;
}

/** What SES has sent to somebody. */
async function lettersTo(email: string) {
  const known = (await (await fetch(`${emulated}/moto-api/data.json`)).json()) as MotoData;
  return known.ses.Message.filter(({ destinations }) => destinations.ToAddresses?.includes(email));
}

/** What was denied while `run` worked. */
async function deniedDuring(run: () => Promise<unknown>): Promise<string[]> {
  const before = dairy.asked.length;
  await run();
  const denied = dairy.asked.slice(before).filter(({ allowed }) => !allowed);
  return [
    ...new Set(denied.map(({ lambda, action, arn }) => `${lambda} ${action} ${arn.split(':').at(-1)}`)),
  ];
}

/** A copy of the template in which a Lambda has no right to a table. */
function without(lambda: string, table: string): Made {
  const made = new Made(structuredClone(dairy.deployed.made.template));
  const is = (name: string) => (p: Properties) => p.FunctionName === `milkfloat-${name}`;
  const role = target(made.one('AWS::Lambda::Function', is(lambda)).Role);
  const [tableId] =
    made.all('AWS::DynamoDB::Table').find(([, p]) => p.TableName === `milkfloat-${table}`) ?? [];
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => made.all(type));
  for (const [, { Roles, PolicyDocument }] of policies) {
    if (!Roles.some((one: Properties) => target(one) === role)) continue;
    for (const statement of PolicyDocument.Statement)
      statement.Resource = [statement.Resource]
        .flat()
        .filter((resource) => !JSON.stringify(resource).includes(`"${tableId}"`));
  }
  return made;
}

test('Each of the nine processes has what the template and Lambda give it and the address of AWS, and nothing else', async () => {
  const byLambda = /^(_HANDLER|LAMBDA_TASK_ROOT|TZ|LANG)$|^AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV)$/;
  const identity = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_FUNCTION_\w+)$/;
  expect(dairy.functions.names).toHaveLength(9);
  for (const name of dairy.functions.names) {
    const { Environment } = dairy.deployed.made.one(
      'AWS::Lambda::Function',
      ({ FunctionName }) => FunctionName === name,
    );
    const environment = await dairy.functions.of(name).environment();
    const others = Object.keys(environment).filter(
      (variable) =>
        !byLambda.test(variable) && !identity.test(variable) && !/^AWS_ENDPOINT_URL/.test(variable),
    );
    expect(others.sort(), name).toEqual(Object.keys(Environment.Variables).sort());
    expect(environment.AWS_ACCESS_KEY_ID).toBe(dairy.keysOf(name).AWS_ACCESS_KEY_ID);
  }
});

describe('The seed’s journey through what is deployed', () => {
  playSeed(async () => {
    // docs/deploy.md: who may invoke the admin Lambda makes the first admin.
    const first = { function: 'makeFirstAdmin', payload: { email: 'owner@dairy.example' } };
    owner = (await dairy.functions.invoke('milkfloat-admin', first)) as typeof owner;
    return {
      http: dairy.http,
      async eventually(ask, wanted) {
        await dairy.settle();
        const answer = await ask();
        if (!wanted(answer)) throw new Error(`all events are through, and yet: ${JSON.stringify(answer)}`);
        return answer;
      },
      admin: owner,
      passwords: { ravi: 'Round-1-of-Ravi', jimmy: jimmy.password },
      // Nobody takes cards for a dairy that has told no keys of Stripe.
      pays: 'COD',
    };
  });

  test('What he was told lies at SES, each letter once', async () => {
    const letters = await lettersTo(jimmy.email);
    const told = await dairy.http<{ type: string; channel: string }[]>('GET', '/notification/list', {
      token: await tokenOf(jimmy),
    });
    expect(letters).toHaveLength(told.body.filter(({ channel }) => channel === 'EMAIL').length);
    expect(letters.filter(({ body }) => body.includes('Welcome Jimmy'))).toHaveLength(1);
    expect(new Set(letters.map(({ source }) => source))).toEqual(
      new Set(['Milkfloat <no-reply@milkfloat.example>']),
    );
  });

  test('Every schedule of the template is work that its function does', async () => {
    expect(dairy.timers).toHaveLength(15);
    for (const timer of dairy.timers) await dairy.tick(timer);
    await dairy.settle();
  });

  test('The desk keeps a picture of the milk in the bucket, and everybody sees it', async () => {
    const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d', 'hex'), Buffer.alloc(100, 1)]);
    const body = { productId: 'P101', contentType: 'image/png', data: picture.toString('base64') };
    const token = await tokenOf(owner);
    const kept = await dairy.http<{ imageUrl: string }>('POST', '/product/image', { token, body });
    expect(kept.status).toBe(200);
    const seen = await dairy.http<Buffer>('GET', kept.body.imageUrl);
    expect([seen.status, seen.body]).toEqual([200, picture]);
    expect((await dairy.http('GET', '/product/image?file=none.png')).status).toBe(404);
  });

  test('A mail that SES tells has bounced stops the mails to that address', async () => {
    const token = await tokenOf(jimmy);
    const told = await dairy.http<{ notificationId: string }[]>('GET', '/notification/list', { token });
    const tags = {
      'ses:configuration-set': ['milkfloat-mail'],
      notificationId: [told.body[0]?.notificationId],
    };
    const Detail = JSON.stringify({ bounce: { bounceType: 'Permanent' }, mail: { tags } });
    const bounced = { Source: 'aws.ses', DetailType: 'Email Bounced', Detail };
    await dairy.aws.bus.send(new PutEventsCommand({ Entries: [bounced] }));
    await dairy.settle();
    const profile = await dairy.http('GET', '/user/profile', { token });
    expect(profile.body).toMatchObject({ mailStopped: { why: 'BOUNCED' } });
  });

  test('In all that nobody was denied anything or complained, and each kept to the tables that are its own', () => {
    expect(dairy.asked.filter(({ allowed }) => !allowed)).toEqual([]);
    for (const name of dairy.functions.names) {
      expect([name, dairy.functions.of(name).complaints()]).toEqual([name, '']);
      const { reads, appends, changes } = accessOf(lambdaOf(name));
      const touched = dairy.asked.flatMap(({ lambda, arn }) =>
        lambda === lambdaOf(name) ? (/:table\/milkfloat-(\w+)/.exec(arn)?.slice(1) ?? []) : [],
      );
      expect(touched.length, name).toBeGreaterThan(0);
      expect([...reads, ...appends, ...changes], name).toEqual(expect.arrayContaining([...new Set(touched)]));
    }
  });
});

test('A text message is asked for by the right of who sends them, and where nobody speaks for its service it is not called sent', async () => {
  const phone = '+919812345678';
  const patched = await dairy.http('PATCH', '/user/profile', {
    token: await tokenOf(jimmy),
    body: { phone },
  });
  expect(patched.status).toBe(200);
  const before = dairy.asked.length;
  const sent = await dairy.functions.invoke('milkfloat-notification', {
    function: 'sendSMS',
    payload: { userId: jimmy.userId, type: 'GREETING', message: 'Fresh milk today' },
  });
  const { region, account } = dairy.deployed.place;
  const arn = `arn:aws:sms-voice:${region}:${account}:sender-id/MLKFLT/IN`;
  const asked = dairy.asked.slice(before).filter(({ action }) => action.startsWith('sms-voice:'));
  const text = { lambda: 'notification', action: 'sms-voice:SendTextMessage', arn, allowed: true };
  expect(asked).toEqual([text]);
  expect(sent).not.toMatchObject({ status: 'SENT' });
});

describe('What the template does not allow', () => {
  test('a function whose policy lacks a table is denied there, and the household gets an error, until it has the right', async () => {
    const token = await tokenOf(jimmy);
    const add = () =>
      dairy.http<{ code?: string }>('POST', '/cart/add', { token, body: { productId: 'P101', qty: 1 } });
    let answer = await add();
    expect(answer.status).toBe(200);
    const denied = await deniedDuring(async () => {
      answer = await dairy.with(without('cart', 'Carts'), add);
    });
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL']);
    expect(denied).toEqual(['cart dynamodb:BatchGetItem table/milkfloat-Carts']);
    expect((await add()).status).toBe(200);
  });

  test('nobody with a function’s keys can do at AWS what the function may not, alone or as a part of a transaction', async () => {
    const as = (name: string) => {
      const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = dairy.keysOf(name);
      const { region } = dairy.deployed.place;
      const credentials = () => ({ accessKeyId, secretAccessKey });
      return openWire({ region, endpoint: dairy.endpoint, prefix: 'milkfloat-', credentials });
    };
    const Key = { orderId: { S: 'O1' } };
    const put = { TableName: 'Orders', Item: { ...Key, note: { S: 'mine' } } };
    const update = { TableName: 'Notifications', Key: { notificationId: { S: 'N1' } } };
    const notification = as('milkfloat-notification');
    const stranger = as('milkfloat-stranger');
    const refused = { name: 'AccessDeniedException' };
    try {
      await expect(notification.call('GetItem', { TableName: 'Orders', Key })).resolves.toEqual({});
      await expect(notification.call('PutItem', put)).rejects.toMatchObject(refused);
      await expect(
        notification.call('TransactWriteItems', { TransactItems: [{ Update: update }, { Put: put }] }),
      ).rejects.toMatchObject(refused);
      await expect(notification.call('Scan', { TableName: 'Orders' })).rejects.toMatchObject(refused);
      await expect(stranger.call('GetItem', { TableName: 'Orders', Key })).rejects.toMatchObject({
        name: 'UnrecognizedClientException',
      });
      await expect(notification.call('GetItem', { TableName: 'Orders', Key })).resolves.toEqual({});
    } finally {
      await notification.close();
      await stranger.close();
    }
  });
});

describe('At the gateway', () => {
  test('what has no route is not found, and no function hears of it', async () => {
    const before = dairy.asked.length;
    for (const [method, path] of [
      ['GET', '/nowhere'],
      ['DELETE', '/product/list'],
      ['GET', '/product'],
    ] as const)
      expect([path, (await dairy.http(method, path)).status]).toEqual([path, 404]);
    expect(dairy.asked.length).toBe(before);
  });

  test('a token of another pool, a bent one and none at all are refused there, and by the function too', async () => {
    const pool = await openPool();
    const identity = makeIdentity({ ...pool, clock: systemClock });
    const { token: foreign } = await identity.open({ userId: 'U101', role: 'customer', sessionId: 'SN1' });
    const own = await tokenOf(jimmy);
    const see = (token?: string) => dairy.http('GET', '/user/profile', { token });
    expect((await see(own)).status).toBe(200);
    for (const token of [foreign, `${own.slice(0, -4)}AAAA`, undefined]) {
      expect(await see(token)).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
      const past = await dairy.functions.invoke(
        'milkfloat-user',
        httpEvent('GET', '/user/profile', { token }),
      );
      expect(httpResult(past)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    }
  });
});

describe('What fails', () => {
  test('becomes a dead letter at the desk, and is done once the desk sends it again', async () => {
    const token = await tokenOf(owner);
    const dead = async () => {
      const { body } = await dairy.http<Dead[]>('GET', '/admin/dead-letters', { token });
      return body.map(({ consumer, eventType }) => [consumer, eventType]);
    };
    const meera = { userId: 'U102', name: 'Meera', email: 'meera@example.com', password: 'Milk-for-Meera-1' };
    await dairy.with(without('notification', 'Notifications'), async () => {
      expect((await dairy.http('POST', '/user/register', { body: meera })).status).toBe(201);
      await dairy.settle();
    });
    expect([await dead(), await lettersTo(meera.email)]).toEqual([[['notification', 'USER_REGISTERED']], []]);
    await dairy.http('POST', '/admin/dead-letters/replay', { token, body: { all: true } });
    await dairy.settle();
    expect(await dead()).toEqual([]);
    expect(await lettersTo(meera.email)).toMatchObject([{ body: expect.stringContaining('Welcome Meera') }]);
  });

  test('without ever having been readable ends in the queue of dead letters', async () => {
    const QueueUrl = dairy.aws.urlOf('milkfloat-delivery');
    await dairy.aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no event' }));
    // Eight tries; the ninth time that somebody asks, it is in the other queue.
    for (let round = 0; round < 9; round++) await dairy.pump();
    const dead = await dairy.aws.drain('milkfloat-delivery-dead', 0);
    expect(dead.map(({ Body }) => Body)).toEqual(['no event']);
    expect(await dairy.aws.drain('milkfloat-delivery', 0)).toEqual([]);
  });

  test('in a timer that nobody knows is told to whoever asked', async () => {
    const event = { source: 'milkfloat.timer', 'detail-type': 'Scheduled Event', detail: { timer: 'tea' } };
    const failed = dairy.functions.invoke('milkfloat-order', event);
    await expect(failed).rejects.toThrow(FunctionError);
    await expect(failed).rejects.toMatchObject({ errorType: 'TypeError' });
  });
});

test('Whatever door is asked as its samples say, and whatever follows from that, no function lacks a right for it', async () => {
  const courier = { email: 'ravi@dairy.example', password: 'Round-1-of-Ravi' };
  const [customer, desk, round] = [await tokenOf(jimmy), await tokenOf(owner), await tokenOf(courier)];
  const orders = await dairy.http<{ orderId: string }[]>('GET', '/order/list', { token: customer });
  const orderId = orders.body[0]?.orderId ?? '';
  const real = new Map<unknown, string>([
    ['O101', orderId],
    ['D101', orderId.replace('O', 'D')],
    ['test123', jimmy.password],
  ]);
  const denied = await deniedDuring(async () => {
    const answered = await askEveryDoor(dairy, { customer, admin: desk, courier: round }, real);
    expect(answered.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answered.filter(({ status }) => status < 300).length).toBeGreaterThan(answered.length / 3);
    await dairy.settle();
    for (const timer of dairy.timers) await dairy.tick(timer);
    await dairy.settle();
  });
  expect(denied).toEqual([]);
});

interface Dead {
  consumer: string;
  eventType: string;
}

interface MotoData {
  ses: { Message: { source: string; body: string; destinations: { ToAddresses?: string[] } }[] };
}
