import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from './drive.ts';
import { type Driver, type ProcessorMs, processorOf, type Server } from './servers.ts';

export const operations: readonly Operation[] = ['list', 'cart', 'order', 'track'];
export const clientCounts = [1, 16, 64] as const;

/** Operations of one round: enough for a second or two, so that ticks of 10 ms are a percent at most. */
const counts: Readonly<Record<Operation, { alone: number; together: number }>> = {
  list: { alone: 8_000, together: 24_000 },
  cart: { alone: 700, together: 1_600 },
  order: { alone: 120, together: 256 },
  track: { alone: 1_500, together: 4_000 },
};
/** What each round begins with, not measured. */
const WARM_UP_SHARE = 0.05;
/** Between two servers' turns, so that nothing of the one's is left to do in the other's. */
const PAUSE_MS = 400;

/** One server's turn. Processor time is milliseconds for one operation. */
export interface Turn extends ProcessorMs {
  rate: number;
  p50Ms: number;
  p95Ms: number;
}

/** Medians of all rounds, for one operation at one number of clients, of the two servers compared. */
export interface Row {
  operation: Operation;
  clients: number;
  ours: Turn;
  theirs: Turn;
  /** Processor time of server and engine, ours over theirs: the median of the rounds' ratios. */
  ratio: number;
}

/**
 * Drives two servers in turns, whoever began last time goes second, and answers the medians. A first round, which
 * nobody sees, warms both up.
 */
export async function compare(
  driver: Driver,
  [ours, theirs]: readonly [Server, Server],
  plan: { rounds: number; clients: readonly number[]; share?: number },
): Promise<Row[]> {
  const seen = new Map<string, { ours: Turn; theirs: Turn }[]>();
  for (let round = 0; round <= plan.rounds; round++) {
    for (const clients of plan.clients) {
      for (const operation of operations) {
        const turns = new Map<Server, Turn>();
        for (const server of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
          turns.set(server, await turnOf(driver, server, operation, clients, plan.share ?? 1));
        }
        const pair = { ours: turns.get(ours), theirs: turns.get(theirs) };
        if (round === 0 || !pair.ours || !pair.theirs) continue;
        const name = `${operation} ${clients}`;
        seen.set(name, [...(seen.get(name) ?? []), { ours: pair.ours, theirs: pair.theirs }]);
      }
    }
    console.error(round === 0 ? '  warm' : `  round ${round} of ${plan.rounds}`);
  }
  return plan.clients.flatMap((clients) =>
    operations.map((operation) => rowOf(operation, clients, seen.get(`${operation} ${clients}`) ?? [])),
  );
}

function rowOf(operation: Operation, clients: number, rounds: { ours: Turn; theirs: Turn }[]): Row {
  return {
    operation,
    clients,
    ours: middleTurn(rounds.map((round) => round.ours)),
    theirs: middleTurn(rounds.map((round) => round.theirs)),
    ratio: median(rounds.map((round) => totalOf(round.ours) / totalOf(round.theirs))),
  };
}

export function totalOf({ server, engine }: ProcessorMs): number {
  return server + engine;
}

function middleTurn(turns: readonly Turn[]): Turn {
  return {
    rate: median(turns.map((turn) => turn.rate)),
    server: median(turns.map((turn) => turn.server)),
    engine: median(turns.map((turn) => turn.engine)),
    p50Ms: median(turns.map((turn) => turn.p50Ms)),
    p95Ms: median(turns.map((turn) => turn.p95Ms)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const above = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? above : (above + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

async function turnOf(
  driver: Driver,
  server: Server,
  operation: Operation,
  clients: number,
  share: number,
): Promise<Turn> {
  const { alone, together } = counts[operation];
  const count = Math.ceil((clients === 1 ? alone : together) * share);
  const job = { url: server.url, peopleFile: server.peopleFile, operation, clients };
  await driver.drive({ ...job, count: Math.max(clients, Math.ceil(count * WARM_UP_SHARE)) });
  const before = processorOf(server);
  const { seconds, p50Ms, p95Ms } = await driver.drive({ ...job, count });
  const after = processorOf(server);
  await sleep(PAUSE_MS);
  return {
    rate: count / seconds,
    server: (after.server - before.server) / count,
    engine: (after.engine - before.engine) / count,
    p50Ms,
    p95Ms,
  };
}
