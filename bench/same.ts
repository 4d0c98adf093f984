import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Hono } from 'hono';
import { lambdas } from '#lambdas/all.ts';
import type { Wire } from '#shared/data/wire.ts';
import { appOf } from '#shared/http/serve.ts';
import { bareApp } from './bare/app.ts';
import type { People } from './drive.ts';
import { type Opened, openFolder } from './prepare.ts';

/** One call of the engine, without what differs from call to call: ids, instants and the placeholders' names. */
interface Call {
  operation: string;
  parts: Part[];
}

interface Part {
  kind: string;
  table: string;
  /** The names of a written row's attributes, nested ones too. */
  attributes: string[];
  /** The clauses of each expression. */
  clauses: string[];
}

/**
 * Lets Milkfloat and the bare server each serve one household, on prepared folders of their own, and compares every
 * call they make of their engines: operation, tables, rows, attributes, conditions. Throws where they differ, so
 * that nothing is ever measured against a server that does less. Answers the number of calls of one round.
 */
export async function compareCalls(milkfloatDir: string, bareDir: string): Promise<number> {
  const milkfloat = await callsOf(milkfloatDir, ({ world }) =>
    appOf(
      world,
      lambdas.flatMap((lambda) => lambda.doors),
    ),
  );
  const bare = await callsOf(bareDir, (opened) => bareApp(opened.world.store.wire));
  for (const [i, step] of milkfloat.entries()) {
    if (isDeepStrictEqual(step, bare[i])) continue;
    const [ours, theirs] = [linesOf(step), linesOf(bare[i])];
    const only = (these: string[], others: string[]) =>
      these.filter((line) => !others.includes(line)).join('\n  ');
    throw new Error(
      `The bare server does not do for ${step.request} what Milkfloat does.\n` +
        `Only Milkfloat:\n  ${only(ours, theirs)}\nOnly the bare server:\n  ${only(theirs, ours)}`,
    );
  }
  return milkfloat.reduce((sum, { calls }) => sum + calls.length, 0);
}

/** Read at most once a second, not for a request: revoked tokens, and the settings (by Dynamoose, on another wire). */
const onceASecond = new Set(['Meta', 'Settings']);

interface Step {
  request: string;
  calls: Call[];
}

function linesOf(step: Step | undefined): string[] {
  return (step?.calls ?? []).flatMap(({ operation, parts }, i) =>
    parts.map((part) => `call ${i + 1} ${operation}: ${JSON.stringify(part)}`),
  );
}

async function callsOf(dataDir: string, appFor: (opened: Opened) => Hono): Promise<Step[]> {
  const calls: Call[] = [];
  const opened = await openFolder(dataDir, (wire) => logging(wire, calls));
  opened.clock.at = new Date();
  try {
    const people = JSON.parse(readFileSync(`${dataDir}/people.json`, 'utf8')) as People;
    calls.length = 0;
    return await serveHousehold(appFor(opened), people, calls);
  } finally {
    await opened.close();
  }
}

function logging(wire: Wire, calls: Call[]): Wire {
  return {
    call(operation, payload, api) {
      calls.push(callOf(operation, payload as Payload));
      return wire.call(operation, payload, api);
    },
    close: () => wire.close(),
  };
}

/** Two rounds, so that a cart that exists and a stop that is booked are seen too. */
async function serveHousehold(app: Hono, people: People, calls: Call[]): Promise<Step[]> {
  const household = people.households.at(-1);
  if (!household) throw new RangeError('there are no households');
  const { userId, token, orderId } = household;
  const steps: Step[] = [];
  const ask = async (request: string, input?: object) => {
    const [method = '', path = ''] = request.split(' ');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await app.request(path, { method, headers, body: input && JSON.stringify(input) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${request} answered ${response.status}: ${text}`);
    const counted = calls.splice(0).filter(({ parts }) => !onceASecond.has(parts[0]?.table ?? ''));
    steps.push({ request: request.replace(/=O.*/, '=O…'), calls: counted });
    return JSON.parse(text);
  };
  for (const productId of people.productIds.slice(0, 2)) {
    await ask('GET /product/list?category=Milk');
    await ask('POST /cart/add', { userId, productId, qty: 2 });
    const order = await ask('POST /order/create', {
      userId,
      deliverySlot: people.slots[5],
      paymentMethod: 'CARD',
    });
    await ask('POST /payment/pay', { orderId: order.orderId, amount: order.amount, paymentMethod: 'CARD' });
    await ask(`GET /order/track?orderId=${orderId}`);
  }
  return steps;
}

type Payload = Record<string, unknown>;

function callOf(operation: string, payload: Payload): Call {
  if (operation === 'TransactWriteItems') {
    const items = payload.TransactItems as Record<string, Payload>[];
    return {
      operation,
      parts: items.map((item) => partOf(Object.keys(item)[0] ?? '', Object.values(item)[0] ?? {})),
    };
  }
  if (operation === 'BatchGetItem') {
    const asked = Object.entries(payload.RequestItems as Record<string, { Keys: object[] }>);
    const parts = asked.flatMap(([table, { Keys }]) =>
      Keys.map((key) => partOf('Get', { TableName: table, Key: key })),
    );
    return { operation, parts };
  }
  return { operation, parts: [partOf(operation, payload)] };
}

function partOf(kind: string, payload: Payload): Part {
  const expressions = [payload.UpdateExpression, payload.ConditionExpression, payload.KeyConditionExpression];
  const names = Object.entries((payload.ExpressionAttributeNames ?? {}) as Record<string, string>);
  // The longest placeholder first, so that #a1 is not taken for the beginning of #a10.
  names.sort(([a], [b]) => b.length - a.length);
  const clauses = expressions.flatMap((expression) => {
    let text = String(expression ?? '');
    for (const [token, name] of names) text = text.replaceAll(token, name);
    return text.replaceAll(/:\w+/g, '?').split(/, (?![^(]*\))| AND |[()]/);
  });
  return {
    kind,
    table: String(payload.TableName),
    attributes: attributesOf((payload.Item ?? payload.Key ?? {}) as Payload, ''),
    clauses: clauses
      .map((clause) => clause.trim())
      .filter(Boolean)
      .sort(),
  };
}

function attributesOf(item: Payload, at: string): string[] {
  return Object.entries(item)
    .flatMap(([name, value]) => {
      const inside = (value as { M?: Payload }).M;
      // A map whose keys are data, such as a stop's addresses, is one attribute.
      return inside && !at ? [name, ...attributesOf(inside, `${name}.`)] : [`${at}${name}`];
    })
    .sort();
}
