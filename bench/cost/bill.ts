import type { Stories, Use } from './stories.ts';

/** List prices of us-east-1 in US dollars, without free tiers and discounts. */
export const prices = {
  'DynamoDB, a million write units': 0.625,
  'DynamoDB, a million read units': 0.125,
  'DynamoDB, a GB kept for a month': 0.25,
  'DynamoDB, a GB that can be wound back, a month': 0.2,
  'Lambda, a million calls': 0.2,
  'Lambda (arm64), a GB-second': 0.0000133334,
  'HTTP API, a million requests': 1,
  'CloudFront, a million requests (HTTPS)': 1,
  'Pipes, a million requests': 0.4,
  'Express workflows, a million runs': 1,
  'EventBridge, a million events': 1,
  'SNS, a million messages': 0.5,
  'SQS, a million requests': 0.4,
  'SES, a thousand mails': 0.1,
  'Cognito Lite, a person who signs in in a month': 0.0055,
  'CloudWatch, a GB of logs': 0.5,
  'CloudWatch, an alarm a month': 0.1,
  'CloudWatch, a dashboard a month': 3,
  'Secrets Manager, a secret a month': 0.4,
  'X-Ray, a million traces recorded': 5,
} as const;

/** What a household does in a month. */
export const habits = { standing: 26, oneOff: 1, visit: 8, topUp: 1 } as const;

/** What lies in a deployed stack whether anybody orders or not. */
export interface Fixed {
  alarms: number;
  dashboards: number;
  secrets: number;
  queues: number;
  /** Ticks of all timers in a month, and how many timers there are. */
  ticks: number;
  timers: number;
}

/** 512 MB of a Lambda are this share of a processor, and a call of the store takes this long there. */
const PROCESSOR_SHARE = 512 / 1_769;
const CALL_MS = 5;
const GB = 0.5;
/** A log line of a request or a message. */
const LOG_BYTES = 500;
/** Five pollers of a queue ask every 20 seconds. */
const POLLS_A_MONTH = 5 * 3 * 60 * 24 * 30;
const MILLION = 1_000_000;
/** X-Ray records one call of a function each second, and this share of the others. */
const SECONDS_A_MONTH = 30 * 24 * 3_600;
const TRACED_BEYOND = 0.05;

/** Lines of a bill, in US dollars. */
export type Bill = Record<string, number>;

/** The bill for what is used, once. Each message is taken for a batch of its own, which is what a small dairy sees. */
export function billFor(use: Use): Bill {
  const calls = use.requests + use.messages;
  const gigabyteSeconds = ((use.ms / PROCESSOR_SHARE + use.calls * CALL_MS) / 1_000) * GB;
  return {
    DynamoDB:
      (use.writeUnits * prices['DynamoDB, a million write units'] +
        use.readUnits * prices['DynamoDB, a million read units']) /
      MILLION,
    Lambda:
      (calls * prices['Lambda, a million calls']) / MILLION +
      gigabyteSeconds * prices['Lambda (arm64), a GB-second'],
    'API and CloudFront':
      (use.requests *
        (prices['HTTP API, a million requests'] + prices['CloudFront, a million requests (HTTPS)'])) /
      MILLION,
    'Pipe, workflow, bus':
      (use.events *
        (prices['Pipes, a million requests'] +
          prices['Express workflows, a million runs'] +
          prices['EventBridge, a million events'])) /
      MILLION,
    // Sent, received, deleted.
    'SQS and SNS':
      (3 * use.messages * prices['SQS, a million requests'] +
        use.topics * prices['SNS, a million messages']) /
      MILLION,
    Mail: (use.mails * prices['SES, a thousand mails']) / 1_000,
    Logs: ((calls * LOG_BYTES) / 1e9) * prices['CloudWatch, a GB of logs'],
  };
}

/** The bill of a month for so many households, in a dairy's first year: what is kept of half a year. */
export function billOfMonth(stories: Stories, fixed: Fixed, households: number): Bill {
  const bill: Bill = {};
  const add = (lines: Bill, times: number) => {
    for (const [line, dollars] of Object.entries(lines)) bill[line] = (bill[line] ?? 0) + dollars * times;
  };
  for (const [story, times] of Object.entries(habits)) {
    add(billFor(stories[story as keyof typeof habits]), times * households);
  }
  add(billFor({ ...stories.idle, messages: fixed.timers }), fixed.ticks / fixed.timers);
  const monthly = Object.entries(habits).reduce(
    (sum, [story, times]) => sum + stories[story as keyof typeof habits].bytes * times,
    0,
  );
  const calls = Object.entries(habits).reduce((sum, [story, times]) => {
    const { requests, messages } = stories[story as keyof typeof habits];
    return sum + (requests + messages) * times * households;
  }, fixed.ticks);
  const kept = (monthly * households * 6) / 1e9;
  add(
    {
      'Kept rows':
        kept *
        (prices['DynamoDB, a GB kept for a month'] +
          prices['DynamoDB, a GB that can be wound back, a month']),
      Cognito: households * prices['Cognito Lite, a person who signs in in a month'],
      Watching:
        fixed.alarms * prices['CloudWatch, an alarm a month'] +
        fixed.dashboards * prices['CloudWatch, a dashboard a month'] +
        fixed.secrets * prices['Secrets Manager, a secret a month'],
      Traces: (tracesOf(calls) * prices['X-Ray, a million traces recorded']) / MILLION,
      'SQS and SNS': (fixed.queues * POLLS_A_MONTH * prices['SQS, a million requests']) / MILLION,
    },
    1,
  );
  return bill;
}

/** How many of a month's calls are recorded, if they come one by one and not in bunches. */
function tracesOf(calls: number): number {
  const eachSecond = Math.min(calls, SECONDS_A_MONTH);
  return eachSecond + TRACED_BEYOND * (calls - eachSecond);
}
