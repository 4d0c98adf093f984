import { beforeAll, expect, test } from 'vitest';
import { catalogue } from '../shared/events/catalogue.ts';
import { DairyEvent } from '../shared/events/event.ts';
import { type Made, madeWith, type Properties, target } from './testing.ts';

let made: Made;
beforeAll(async () => {
  made = await madeWith({ MAIL_FROM: 'Dairy <milk@dairy.example>' });
});

/** What SES tells of a mail of ours on the account's bus, as AWS documents it. */
function told(detailType: string, about: object, configuration = 'milkfloat-mail') {
  return {
    version: '0',
    id: '12345678-90ab-cdef-0123-456789abcdef',
    'detail-type': detailType,
    source: 'aws.ses',
    account: '111122223333',
    time: '2027-01-04T04:30:00Z',
    region: 'ap-south-1',
    resources: ['arn:aws:ses:ap-south-1:111122223333:configuration-set/milkfloat-mail'],
    detail: {
      ...about,
      mail: {
        timestamp: '2027-01-04T04:29:58.000Z',
        source: 'milk@dairy.example',
        messageId: '0109018d-1',
        destination: ['jimmy@example.com'],
        tags: {
          'ses:configuration-set': [configuration],
          'ses:from-domain': ['dairy.example'],
          notificationId: ['N01JABCE-x_y'],
        },
      },
    },
  };
}
const bounced = (bounceType: string) =>
  told('Email Bounced', {
    eventType: 'Bounce',
    bounce: {
      bounceType,
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: 'jimmy@example.com' }],
    },
  });
const complaint = told('Email Complaint Received', {
  eventType: 'Complaint',
  complaint: { complainedRecipients: [{ emailAddress: 'jimmy@example.com' }] },
});

/** EventBridge's matching, as far as our patterns use it: each field one of a list, a list's items any of them. */
function matches(pattern: Properties, event: Properties): boolean {
  return Object.entries(pattern).every(([field, wanted]) =>
    Array.isArray(wanted)
      ? [event?.[field]].flat().some((value) => wanted.includes(value))
      : matches(wanted, event?.[field]),
  );
}

/** What a rule hands on: its template with the values of its paths put in, as EventBridge does. */
function handedOn(
  { InputTransformer: { InputPathsMap, InputTemplate } }: Properties,
  event: Properties,
): unknown {
  const valueAt = (path: string) =>
    path
      .slice(2)
      .split(/[.[\]]+/)
      .filter(Boolean)
      .reduce((value, part) => value?.[part], event);
  const named = (name: string) => valueAt(InputPathsMap[name]);
  // In a text the value is put in as it is, elsewhere as JSON.
  const filled = InputTemplate.replaceAll(/"[^"]*"|<([\w-]+)>/g, (part: string, bare?: string) =>
    bare ? JSON.stringify(named(bare)) : part.replaceAll(/<([\w-]+)>/g, (_, name) => named(name)),
  );
  return JSON.parse(filled);
}

function eventsOf(event: Properties): unknown[] {
  return made
    .all('AWS::Events::Rule')
    .filter(([, p]) => p.EventBusName === undefined && matches(p.EventPattern, event))
    .map(([, p]) => handedOn(p.Targets[0], event));
}

test('A mail that bounces for good, or that somebody calls unwanted, becomes an event that the dairy knows, without the address', () => {
  for (const [event, why] of [
    [bounced('Permanent'), 'BOUNCED'],
    [complaint, 'COMPLAINED'],
  ] as const) {
    const [found, ...others] = eventsOf(event);
    expect(others).toEqual([]);
    expect(DairyEvent.parse(found)).toEqual(found);
    expect(catalogue.MAIL_REFUSED.data.parse(found)).toEqual({ notificationId: 'N01JABCE-x_y', why });
    expect(found).toMatchObject({
      eventType: 'MAIL_REFUSED',
      schema: catalogue.MAIL_REFUSED.schema,
      timestamp: event.time,
    });
    expect(JSON.stringify(found)).not.toContain('@');
  }
});

test('A mailbox that is full today, and mail of somebody else in the account, stop nobody’s mail', () => {
  expect(eventsOf(bounced('Transient'))).toEqual([]);
  expect(
    eventsOf(told('Email Bounced', { bounce: { bounceType: 'Permanent' } }, 'milkfloat-dev-mail')),
  ).toEqual([]);
});

test('What SES tells goes to the Lambda that keeps people’s addresses, and to the operators where it cannot', () => {
  const queues = made.named('AWS::SQS::Queue', 'QueueName');
  const rules = made.all('AWS::Events::Rule').filter(([, p]) => p.EventBusName === undefined);
  expect(rules).toHaveLength(2);
  for (const [
    ,
    {
      Targets: [to],
    },
  ] of rules) {
    expect(queues[target(to.Arn)]).toBe('milkfloat-user');
    expect(queues[target(to.DeadLetterConfig.Arn)]).toBe('milkfloat-undelivered');
  }
  const destination = made.one('AWS::SES::ConfigurationSetEventDestination').EventDestination;
  expect(destination.MatchingEventTypes).toEqual(['bounce', 'complaint']);
  expect(JSON.stringify(destination.EventBridgeDestination)).toContain('event-bus/default');
});

test('Every mail goes out under the configuration that SES tells of, and only who sends may use it', () => {
  for (const [, p] of made.all('AWS::Lambda::Function'))
    expect(p.Environment.Variables.MAIL_CONFIGURATION).toBe('milkfloat-mail');
  const senders = made.all('AWS::IAM::Policy').filter(([, p]) => JSON.stringify(p).includes('ses:SendEmail'));
  expect(senders).toHaveLength(1);
  for (const name of [
    'identity/dairy.example',
    'identity/milk@dairy.example',
    'configuration-set/milkfloat-mail',
  ])
    expect(JSON.stringify(senders)).toContain(name);
});
