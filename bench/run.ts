import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { playStories } from './cost/stories.ts';
import { fixedOf, writeCost } from './cost/text.ts';
import { measureFollowUp } from './followUp.ts';
import { killAndResume, measureRun } from './orderRuns.ts';
import { prepareFolder } from './prepare.ts';
import { measureReady } from './ready.ts';
import { followUpText, promises, runText, startText, tablesOf, write } from './report.ts';
import { clientCounts, compare, median } from './rounds.ts';
import { compareCalls } from './same.ts';
import { memoryOf, type Server, startBare, startDriver, startMilkfloat } from './servers.ts';

/**
 * `npm run bench`: Milkfloat beside the bare server, what follows a request, start and memory.
 * `--run`: the order run over 10,000 and 100,000 standing orders, and one that is killed.
 * `--cost`: what a dairy uses on AWS and what that costs, into docs/cost.md; after `npm run synth`.
 * `--history 100000`: an empty Milkfloat beside one with that many orders. `--quick`: fewer and shorter rounds.
 */
const { values } = parseArgs({
  options: {
    cost: { type: 'boolean', default: false },
    history: { type: 'string' },
    run: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const plan = values.quick ? { rounds: 2, share: 0.4 } : { rounds: 5, share: 1 };
const folder = mkdtempSync(join(tmpdir(), 'milkfloat-bench-'));
const driver = startDriver();
const servers: Server[] = [];

try {
  if (values.cost) await reckonCost();
  else if (values.run) await benchOrderRuns();
  else if (values.history === undefined) await benchRequests();
  else await benchHistory(Number(values.history));
} finally {
  await driver.stop();
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function benchRequests(): Promise<void> {
  const dirOf = async (name: string) => {
    const dir = join(folder, name);
    await prepareFolder(dir, 0);
    return dir;
  };
  say('preparing');
  const calls = await compareCalls(await dirOf('same-milkfloat'), await dirOf('same-bare'));
  say(`the bare server makes the same ${calls} engine calls for a household`);

  say('requests alone');
  const milkfloat = await started(startMilkfloat(await dirOf('milkfloat'), 'off'));
  const bare = await started(startBare(await dirOf('bare'), milkfloat));
  const rows = await compare(driver, [milkfloat, bare], { ...plan, clients: clientCounts });
  const afterRequests = { name: 'after all rounds of requests', ...memoryOf(milkfloat) };
  await milkfloat.stop();
  await bare.stop();

  say('with what follows');
  const whole = await started(startMilkfloat(await dirOf('whole'), 'on'));
  const followUp = await measureFollowUp(driver, whole);
  await whole.stop();

  say('starting');
  const ready = { fresh: await startTimes('fresh'), again: await startTimes('again', join(folder, 'whole')) };

  const request = rows.find((row) => row.operation === 'order' && row.clients === 16);
  const text = write({
    Requests: tablesOf(rows, ['Milkfloat', 'bare'], promises.ratio),
    'What follows a request': followUpText(followUp, request),
    'Start and memory': startText(ready, [
      afterRequests,
      { name: `after ${followUp.flows} order flows with what follows`, ...followUp.memory },
    ]),
  });
  console.log(text);
}

/** What costs without being used is known first: without a template nothing is measured in vain. */
async function reckonCost(): Promise<void> {
  const fixed = fixedOf();
  writeCost(await playStories(), fixed, new Date().toISOString().slice(0, 10));
}

async function benchHistory(orders: number): Promise<void> {
  if (!Number.isSafeInteger(orders) || orders < 1) throw new Error('--history wants a number of orders');
  const emptyDir = join(folder, 'empty');
  const fullDir = join(folder, 'full');
  await prepareFolder(emptyDir, 0);
  say(`filling in ${orders} orders of the past`);
  await prepareFolder(fullDir, orders);
  const full = await started(startMilkfloat(fullDir, 'off'));
  const empty = await started(startMilkfloat(emptyDir, 'off'));
  const rows = await compare(driver, [full, empty], { ...plan, clients: [1, 16] });
  const { server, engine } = memoryOf(full);
  const tables = tablesOf(rows, [`${orders} orders`, 'empty'], promises.history);
  const about = `Milkfloat with ${orders} orders of the last 180 days of 2,000 households (each with its payment, two ledger movements, delivery, invoice, stop and ten analytics events; the outbox rows of the last 14 days) beside an empty one. Resident memory with the history: server ${server} MB, engine ${engine} MB.`;
  console.log(write({ 'With a history': `${about}\n\n${tables}` }));
}

async function benchOrderRuns(): Promise<void> {
  const runs = [];
  for (const count of values.quick ? [1_000, 10_000] : [10_000, 100_000]) {
    say(`an order run over ${count} standing orders`);
    runs.push(await measureRun(folder, count));
  }
  const least = runs[0] as (typeof runs)[number];
  say('an order run that is killed');
  const killed = await killAndResume(folder, least.subscriptions);
  const whole = killed.orders === least.orders && killed.digest === least.digest;
  console.log(write({ 'The order run': runText(runs, { kills: killed.kills, whole }) }));
}

async function started(starting: Promise<Server>): Promise<Server> {
  const server = await starting;
  servers.push(server);
  return server;
}

/** The median of three starts: each on a folder of its own, or all on one that is there. */
async function startTimes(name: string, dir?: string): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < 3; i++) seconds.push(await measureReady(dir ?? join(folder, `${name}-${i}`)));
  return median(seconds);
}

function say(step: string): void {
  console.error(`bench: ${step}`);
}
