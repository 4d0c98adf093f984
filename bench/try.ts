import { mkdtempSync } from 'node:fs';
import { prepareFolder } from './prepare.ts';
import { memoryOf, processorOf, startBare, startDriver, startMilkfloat } from './servers.ts';

const a = mkdtempSync('/tmp/bench-a-'),
  b = mkdtempSync('/tmp/bench-b-');
await prepareFolder(a, 0);
await prepareFolder(b, 0);
const m = await startMilkfloat(a, 'off');
const bare = await startBare(b);
const d = startDriver();
const counts = { list: 8000, cart: 1500, track: 4000, order: 300 };
for (const round of [0, 1, 2])
  for (const op of ['list', 'cart', 'track', 'order'] as const)
    for (const clients of [1, 16]) {
      const out: any = {};
      for (const s of [m, bare]) {
        const c0 = processorOf(s);
        const count = counts[op];
        const r = await d.drive({ url: s.url, peopleFile: s.peopleFile, operation: op, clients, count });
        const c1 = processorOf(s);
        out[s.name] = [
          count / r.seconds,
          (c1.server - c0.server) / count,
          (c1.engine - c0.engine) / count,
          r.p50Ms,
        ];
        await new Promise((r) => setTimeout(r, 500));
      }
      const f = (x: number[]) =>
        `${x[0]!.toFixed(0)}/s srv ${x[1]!.toFixed(3)} eng ${x[2]!.toFixed(3)} p50 ${x[3]}`;
      const M = out.Milkfloat,
        B = out.bare;
      console.log(
        round,
        op,
        clients,
        '| MF',
        f(M),
        '| bare',
        f(B),
        '| ratio',
        ((M[1] + M[2]) / (B[1] + B[2])).toFixed(2),
        'srv',
        (M[1] / B[1]).toFixed(2),
      );
    }
console.log(memoryOf(m), memoryOf(bare));
await d.stop();
await m.stop();
await bare.stop();
