import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { figuresOf, runDay } from '#lambdas/order/models/orderRun/day.ts';
import { lockGroupsOf } from '#lambdas/order/models/orderRun/run.ts';
import { simulateDay } from '#lambdas/order/models/orderRun/simulate.ts';
import { till } from '#lambdas/payment/models/runTill.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { plusSeconds } from '#shared/domain/day.ts';
import { openFolder } from './prepare.ts';
import { processorMs } from './servers.ts';

// One order run of a day, or its simulation, in a process of its own, so that its memory is that of the run alone.
const [dataDir = '', day = '', what = 'run'] = process.argv.slice(2);
const opened = await openFolder(dataDir);
try {
  const { world } = opened;
  const lock = lockGroupsOf(await settingsOf(world), day)[0]?.lock ?? '';
  opened.clock.at = new Date(plusSeconds(lock, 6));
  const enginePid = Number(readFileSync(join(dataDir, 'engine.pid'), 'utf8'));
  const before = { at: performance.now(), node: process.cpuUsage(), engine: processorMs(enginePid) };
  const figures = what === 'run' ? undefined : await simulateDay(world, till, day);
  const done = what !== 'run' || (await runDay(world, till, day, () => false));
  const seconds = (performance.now() - before.at) / 1_000;
  const { user, system } = process.cpuUsage(before.node);
  const { due, orders, digest, reasons } = figures ?? (await figuresOf(world, day));
  console.log(
    JSON.stringify({
      done,
      due,
      orders,
      reasons,
      digest,
      seconds,
      nodeMs: (user + system) / 1_000,
      engineMs: processorMs(enginePid) - before.engine,
      peakMb: Math.round(process.resourceUsage().maxRSS / 1_024),
    }),
  );
} finally {
  await opened.close();
}
