import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Operation } from './drive.ts';
import { beside, type FollowUp } from './followUp.ts';
import type { RunFigures } from './orderRuns.ts';
import { type Row, type Turn, totalOf } from './rounds.ts';
import { root } from './servers.ts';

const file = join(root, 'docs', 'bench.md');

const names: Readonly<Record<Operation, string>> = {
  list: 'product list',
  cart: 'cart add',
  order: 'order flow (cart add, create, pay)',
  track: 'order read',
};

export const promises = {
  ratio: 1.8,
  history: 1.3,
  backlogSeconds: 10,
  memoryMb: 300,
  readySeconds: 3,
} as const;

/** The file's chapters. A run writes those it measured and leaves the others as they are. */
const chapters = [
  'Requests',
  'What follows a request',
  'Start and memory',
  'With a history',
  'The order run',
] as const;
export type Chapter = (typeof chapters)[number];

const preface = `# What Milkfloat costs

Made by \`npm run bench\` (\`-- --history 100000\` and \`-- --run\` make the last two chapters); every chapter says when and where.

**Method.** Milkfloat runs as \`npm start\` starts it, on a data folder of its own, with its log at \`info\` thrown
away and no limits on requests. Beside it runs \`bench/bare/\`, a server of ours on the same parts (Hono, the same
wire, engine, tables and indexes) that makes the same engine calls with the same rows and conditions and nothing
else: no token, validation, log, retry or payment provider. Before anything is measured, one household is served by
both and every call compared (\`bench/same.ts\`). A third process drives them in closed loops with 1, 16 and 64
clients, in turns, whoever began going second in the next round, after a round that is not counted and a warm-up
before each turn. Figures are medians of the rounds; a ratio is the median of the rounds' ratios. Processor time is
user and system time of all threads, from /proc, of the server and of its engine apart, for one operation; rates
and times are those of a machine on which server, engine and driver share the processors.
**Noise.** Other work on the machine moves rates a lot, processor time less, and ratios least: the two servers meet
the same disturbance. The load average at the end of the run is given for that.
`;

export function write(measured: Partial<Record<Chapter, string>>): string {
  const before = read();
  const parts = chapters.map((chapter) => {
    const text =
      measured[chapter] === undefined ? before.get(chapter) : `${machine()}\n\n${measured[chapter]}`;
    return `## ${chapter}\n\n${text ?? 'Not measured yet.'}\n`;
  });
  const whole = [preface, ...parts].join('\n');
  writeFileSync(file, whole);
  execFileSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', file], {
    cwd: root,
  });
  return whole;
}

function read(): Map<string, string> {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const found = text.split(/^## /m).slice(1);
  return new Map(
    found.map((chapter) => {
      const [name = '', ...lines] = chapter.split('\n');
      return [name, lines.join('\n').trim()];
    }),
  );
}

function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
  return `${new Date().toISOString().slice(0, 16)}Z; ${processors.length} processors (${processors[0]?.model}), ${memory} GB, Linux ${release()}, Node ${process.version}; load average ${load}.`;
}

/** The order runs of growing dairies, and one that was killed on its way. */
export function runText(runs: readonly RunFigures[], killed: { kills: number; whole: boolean }): string {
  const row = ({ subscriptions, orders, seconds, nodeMs, engineMs, peakMb }: RunFigures) =>
    [
      subscriptions,
      orders,
      seconds.toFixed(1),
      Math.round(orders / seconds),
      (nodeMs / orders).toFixed(2),
      (engineMs / orders).toFixed(2),
      peakMb,
    ].join(' | ');
  const [least, most] = [runs[0], runs.at(-1)] as [RunFigures, RunFigures];
  const ratio = (most.seconds / least.seconds).toFixed(1);
  return `One run of a day over standing orders that are all due: 1 to 3 products each, every seventh household with two, all paid from prepaid balances, nothing short. Each run is a process of its own on a folder of its own; the events it publishes are delivered later and not measured here.

| standing orders | orders | seconds | orders/s | run ms an order | engine ms an order | most memory MB |
| --- | --- | --- | --- | --- | --- | --- |
${runs.map((figures) => `| ${row(figures)} |`).join('\n')}

Ten times the standing orders take ${ratio} times as long. A run of ${least.subscriptions} that was killed (kill −9) ${killed.kills} times on its way made ${killed.whole ? 'the same orders as one that was not (their number and the digest agree)' : 'other orders'}.`;
}

/** One table for each number of clients. `pair` names the two servers that were compared. */
export function tablesOf(rows: readonly Row[], pair: readonly [string, string], most: number): string {
  return [...new Set(rows.map(({ clients }) => clients))]
    .map((clients) => {
      const lines = rows.filter((row) => row.clients === clients).flatMap((row) => linesOf(row, pair, most));
      return [
        `**${clients} client${clients === 1 ? '' : 's'}**`,
        '',
        '| operation | server | per second | half within ms | 95 % within ms | server ms | engine ms | total ms | ratio |',
        '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
        ...lines,
      ].join('\n');
    })
    .join('\n\n');
}

function linesOf(
  { operation, ours, theirs, ratio }: Row,
  pair: readonly [string, string],
  most: number,
): string[] {
  const cells = (name: string, server: string, turn: Turn, last: string) =>
    `| ${name} | ${server} | ${turn.rate.toFixed(0)} | ${turn.p50Ms.toFixed(1)} | ${turn.p95Ms.toFixed(1)} | ${ms(turn.server)} | ${ms(turn.engine)} | ${ms(totalOf(turn))} | ${last} |`;
  return [cells(names[operation], pair[0], ours, judged(ratio, most)), cells('', pair[1], theirs, '')];
}

function ms(value: number): string {
  return value.toFixed(value < 1 ? 3 : 2);
}

/** A figure with a mark where it breaks its promise. */
function judged(value: number, most: number, unit = ''): string {
  return `${value.toFixed(2)}${unit}${value > most ? ` **(promised: ${most}${unit})**` : ''}`;
}

export function followUpText(followUp: FollowUp, request: Row | undefined): string {
  const { flows, rate, events, messages, backlogSeconds } = followUp;
  const lines = [
    `${flows} order flows by 16 clients with couriers, events, messages and analytics at work: ${rate.toFixed(0)} a second, ${(events / flows).toFixed(1)} events and ${(messages / flows).toFixed(1)} messages each.`,
    '',
    `- A flow with all that follows: ${ms(followUp.server)} ms of the server and ${ms(followUp.engine)} ms of the engine.`,
  ];
  if (request) {
    lines.push(
      `- Of that, the requests alone take ${ms(totalOf(request.ours))} ms and what follows ${ms(beside(followUp, request.ours))} ms.`,
    );
  }
  lines.push(
    `- Everything was done ${judged(backlogSeconds, promises.backlogSeconds, ' s')} after the last answer: no event waiting for any consumer, and every one of the outbox kept by analytics.`,
  );
  return lines.join('\n');
}

export function startText(
  ready: { fresh: number; again: number },
  memory: { name: string; server: number; engine: number }[],
): string {
  return [
    `- Ready (from the command of \`npm start\`, installed, until /health is 200): ${judged(ready.fresh, promises.readySeconds, ' s')} on a new folder, ${judged(ready.again, promises.readySeconds, ' s')} on one that is there. Medians of 3.`,
    ...memory.map(
      ({ name, server, engine }) =>
        `- Resident memory ${name}: server ${server} MB, engine ${engine} MB, together ${judged(server + engine, promises.memoryMb, ' MB')}.`,
    ),
  ].join('\n');
}
