import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timers } from '#shared/events/timers.ts';
import { root } from '../servers.ts';
import { type Bill, billFor, billOfMonth, type Fixed, habits, prices } from './bill.ts';
import { HOUSEHOLDS, type Stories, type Use } from './stories.ts';

const sizes = [100, 10_000, 1_000_000];
const names: Record<keyof Stories, string> = {
  standing: 'a standing order’s day: made, paid, delivered',
  oneOff: 'a one-off order: looked for, placed, paid by card, followed, delivered',
  visit: 'a look at shelf, calendar, balance, messages',
  topUp: 'a top-up',
  idle: 'all timers once, nothing to do',
};
const columns: [keyof Use, string][] = [
  ['requests', 'requests'],
  ['calls', 'store calls'],
  ['readUnits', 'read units'],
  ['writeUnits', 'write units'],
  ['events', 'events'],
  ['messages', 'messages'],
  ['mails', 'mails'],
  ['ms', 'processor ms'],
  ['bytes', 'bytes kept'],
];

/** What `npm run synth` put into the template that costs without being used. */
export function fixedOf(): Fixed {
  const file = join(root, 'cdk.out', 'Milkfloat.template.json');
  if (!existsSync(file)) throw new Error('Run `npm run synth` first: its template says what a stack holds.');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, { Type: string }>;
  };
  const count = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type).length;
  const month = 30 * 24 * 3_600;
  return {
    alarms: count('AWS::CloudWatch::Alarm'),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    secrets: count('AWS::SecretsManager::Secret'),
    queues: count('AWS::SQS::Queue'),
    timers: timers.length,
    ticks: timers.reduce((sum, { everySeconds }) => sum + month / Math.max(60, everySeconds), 0),
  };
}

/** Writes docs/cost.md from what was measured. */
export function writeCost(stories: Stories, fixed: Fixed, today: string): void {
  const file = join(root, 'docs', 'cost.md');
  writeFileSync(file, textOf(stories, fixed, today));
  execFileSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', file], {
    cwd: root,
  });
}

function textOf(stories: Stories, fixed: Fixed, today: string): string {
  const used = (Object.keys(names) as (keyof Stories)[]).map((story) => [
    names[story],
    ...columns.map(([column]) => figure(stories[story][column])),
  ]);
  const thousand = (['standing', 'oneOff'] as const).map((story) => billFor(stories[story]));
  const bills = sizes.map((households) => billOfMonth(stories, fixed, households));
  return `# What a dairy costs on AWS

Written by \`npm run synth && npm run bench -- --cost\` on ${today}. Units, calls, events and messages are counted while a dairy
lives these stories on the embedded engine (\`bench/cost/stories.ts\`; ${HOUSEHOLDS} households); the engine reckons read and write
units as DynamoDB does, double for transactions and once more for each index. Processor time is that of the machine it ran on.

## What is used

${table(['of one', ...columns.map(([, name]) => name)], used)}

## A thousand orders

In US dollars, without what a dairy pays anyway.

${table(['', 'a thousand days of standing orders', 'a thousand one-off orders'], linesOf(thousand, 1_000))}

## A month

A household has its milk on ${habits.standing} days, orders once more by itself, looks ${habits.visit} times and pays in once.
Each message is reckoned as a call of its own (a large dairy's come in batches, so that it pays less). Lambda: 512 MB, which
is 0.29 of a processor, and 5 ms for a call of the store. Kept rows are those of half a year. Traces: X-Ray records one call
of a function each second and one in twenty of the others; reckoned as if calls came one by one (they come in bunches, so that
it is less). Not in it: text messages, Stripe, map tiles, traffic beyond CloudFront's free terabyte, a web ACL.

${table(['households', ...sizes.map((size) => size.toLocaleString('en'))], linesOf(bills, 1))}

Whether anybody orders or not: ${fixed.alarms} alarms, ${fixed.dashboards} dashboards, ${fixed.secrets} secrets, ${fixed.queues} queues that are polled, and
${Math.round(fixed.ticks).toLocaleString('en')} ticks of ${fixed.timers} timers.

## Prices

List prices of us-east-1, as known in November 2026, free tiers left out. Other regions differ:
put yours into \`bench/cost/bill.ts\` and run it again.

${table(
  ['', 'US dollars'],
  Object.entries(prices).map(([what, dollars]) => [what, String(dollars)]),
)}
`;
}

function linesOf(bills: readonly Bill[], times: number): string[][] {
  const lines = [...new Set(bills.flatMap((bill) => Object.keys(bill)))];
  const rows = lines.map((line) => [line, ...bills.map((bill) => dollars((bill[line] ?? 0) * times))]);
  const sums = bills.map((bill) => Object.values(bill).reduce((sum, part) => sum + part, 0) * times);
  return [...rows, ['**together**', ...sums.map((sum) => `**${dollars(sum)}**`)]];
}

const dollars = (amount: number) =>
  amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString('en');
const figure = (value: number) =>
  value < 10 ? String(Number(value.toFixed(1))) : Math.round(value).toLocaleString('en');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
