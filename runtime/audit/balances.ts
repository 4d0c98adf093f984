import {
  type Balance,
  Balances,
  balanceKey,
  guarded,
  Ledger,
  type Movement,
} from '#lambdas/payment/models/Ledger.ts';
import type { Instant } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { type Audit, Differs, LOOKS, lookAgain, recent } from './reading.ts';

type Guarded = (typeof guarded)[number];
/** What a party's lines sum to, by account. */
type Sums = Partial<Record<Guarded, number>>;

/** The ledger read once, whole: how much of it there is, and what its lines make of every balance. */
export interface Summed {
  movements: number;
  first?: Instant;
  last?: Instant;
  balances: Map<string, Sums>;
}

const TELL_EVERY = 100_000;

/** Reads every movement: each sums to zero and names whom it is about; its lines are added to the balances. */
export async function sumLedger({ store, before, tell }: Audit): Promise<Summed> {
  const summed: Summed = { movements: 0, balances: new Map() };
  let read = 0;
  for await (const movement of store.scan(Ledger)) {
    checkMovement(movement);
    if (++read % TELL_EVERY === 0) tell(`ledger: ${read} movements`);
    const { at } = movement;
    if (before !== undefined && at >= before) continue;
    summed.movements++;
    if (summed.first === undefined || at < summed.first) summed.first = at;
    if (summed.last === undefined || at > summed.last) summed.last = at;
    addTo(summed.balances, movement);
  }
  tell(`ledger: ${read} movements; each of them and all together sum to zero`);
  return summed;
}

function checkMovement({ movementId, lines }: Movement): void {
  let sum = 0;
  for (const { account, amount } of lines) {
    if (!Number.isSafeInteger(amount)) throw new Differs(movementId, `a line of ${account} is ${amount}`);
    sum += amount;
  }
  if (sum !== 0) throw new Differs(movementId, `its lines sum to ${toMajor(sum)}, not to nothing`);
}

function addTo(balances: Map<string, Sums>, { userId, lines }: Movement, only?: ReadonlySet<string>): void {
  // What schema 1 wrote of held money names no party: it is the household's of the movement.
  for (const { account, party = userId, amount } of lines) {
    const kept = guarded.find((one) => one === account);
    if (!kept || (only && !only.has(party))) continue;
    const sums = balances.get(party) ?? {};
    sums[kept] = (sums[kept] ?? 0) + amount;
    balances.set(party, sums);
  }
}

/** Every kept balance is the sum of its lines, and every sum has its balance. */
export async function checkBalances(audit: Audit, { balances }: Summed): Promise<void> {
  const unseen = new Set(balances.keys());
  const differing = new Set<string>();
  let count = 0;
  for await (const row of audit.store.scan(Balances)) {
    count++;
    unseen.delete(row.balanceId);
    if (differenceOf(row, balances.get(row.balanceId))) differing.add(row.balanceId);
  }
  for (const party of unseen) if (differenceOf(undefined, balances.get(party))) differing.add(party);
  // A closed dairy has none that moved meanwhile: the first one is wrong.
  await judge(audit, balances, differing);
  audit.tell(`balances: ${count} households and couriers, each the sum of its lines`);
}

/** Which account of a party differs, what its row holds and what its lines make; undefined when none does. */
function differenceOf(row: Balance | undefined, sums: Sums = {}, more: Sums = {}) {
  for (const account of guarded) {
    const kept = row?.[account] ?? 0;
    const made = (sums[account] ?? 0) + (more[account] ?? 0);
    if (kept !== made) return { account, kept, made };
  }
  return undefined;
}

/**
 * Balances that differ from the movements up to `before` may have moved since: what was written since is added, and
 * counts where the balance stood still around that reading.
 */
async function judge(audit: Audit, balances: Map<string, Sums>, differing: Set<string>): Promise<void> {
  for (let look = 1; differing.size > 0; look++) {
    if (look > LOOKS * 3) {
      throw new Differs([...differing][0] ?? '', 'its balance moved all the time; run the audit again later');
    }
    const since = await readSince(audit, differing);
    for (const [party, { row, stoodStill, moved }] of since) {
      if (!stoodStill) continue;
      const difference = differenceOf(row, balances.get(party), moved);
      if (!difference) differing.delete(party);
      else if (look >= LOOKS || audit.before === undefined) throw wrongBalance(party, difference);
    }
    if (differing.size > 0) await lookAgain();
  }
}

async function readSince(audit: Audit, parties: ReadonlySet<string>) {
  const asks = [...parties].map((party) => ({ table: Balances, key: balanceKey(party) }));
  const rowsBefore = (await audit.store.getMany(asks)) as (Balance | undefined)[];
  const moved = new Map<string, Sums>();
  for await (const movement of recent(audit)) addTo(moved, movement, parties);
  const rowsAfter = (await audit.store.getMany(asks)) as (Balance | undefined)[];
  return [...parties].map((party, i) => {
    const row = rowsBefore[i];
    const after = rowsAfter[i];
    const stoodStill = guarded.every((account) => row?.[account] === after?.[account]);
    return [party, { row, stoodStill, moved: moved.get(party) }] as const;
  });
}

function wrongBalance(
  party: string,
  { account, kept, made }: { account: Guarded; kept: number; made: number },
) {
  return new Differs(
    `balance ${account} of ${party}`,
    `is kept as ${toMajor(kept)}, but its lines make ${toMajor(made)}`,
  );
}
