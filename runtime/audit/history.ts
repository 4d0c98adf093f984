import { type Order, Orders } from '#lambdas/order/models/Order.ts';
import type { Movement } from '#lambdas/payment/models/Ledger.ts';
import type { Instant } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import type { Summed } from './balances.ts';
import { Credits } from './documents.ts';
import { type Audit, Differs, inTime, LOOKS, lookAgain, recent } from './reading.ts';

/**
 * Two movements are written in one order and may bear instants in the other, when the store was slow to take one of
 * them: within a call's time and some skew of clocks nobody can tell which came first.
 */
const UNTOLD_MS = 15_000;

/** Reads the ledger in the order of time: no prepaid balance was ever below nothing, no ended order holds money. */
export async function checkHistory(audit: Audit, summed: Summed): Promise<void> {
  const { first, last } = summed;
  const wallets = new Wallets();
  const held = new Map<string, number>();
  const credits = new Credits(audit, last);
  let read = 0;
  if (first !== undefined && last !== undefined) {
    for await (const movement of inTime(audit, first.slice(0, 10), last.slice(0, 10))) {
      read++;
      wallets.take(movement);
      addHeld(held, movement);
      await credits.take(movement);
    }
  }
  wallets.end();
  await credits.end();
  if (read !== summed.movements) {
    throw new Differs('index byDay of Ledger', `lists ${read} movements of ${summed.movements}`);
  }
  audit.tell(`history: ${wallets.size} prepaid balances, none below nothing at any time`);
  await checkHeld(audit, held);
  audit.tell(`set aside: for ${held.size} open orders, nothing for ended ones`);
}

/** Prepaid balances as time passes; a debit is positive, so none may rise above nought. */
class Wallets {
  #sums = new Map<string, number>();
  #overdrawn = new Map<string, Instant>();
  #now: Instant = '';

  get size(): number {
    return this.#sums.size;
  }

  take({ at, lines }: Movement): void {
    if (at !== this.#now) this.#pass(at);
    for (const { account, party = '', amount } of lines) {
      if (account !== 'wallet') continue;
      const sum = (this.#sums.get(party) ?? 0) + amount;
      this.#sums.set(party, sum);
      if (sum <= 0) this.#overdrawn.delete(party);
      else if (!this.#overdrawn.has(party)) this.#overdrawn.set(party, at);
    }
  }

  #pass(at: Instant): void {
    this.#now = at;
    const long = Date.parse(at) - UNTOLD_MS;
    for (const [party, since] of this.#overdrawn) if (Date.parse(since) < long) this.#refuse(party, since);
  }

  end(): void {
    for (const [party, since] of this.#overdrawn) this.#refuse(party, since);
  }

  #refuse(party: string, since: Instant): never {
    const sum = toMajor(0 - (this.#sums.get(party) ?? 0));
    throw new Differs(`prepaid balance of ${party}`, `was below nothing from ${since} on (${sum})`);
  }
}

function addHeld(held: Map<string, number>, { orderId, lines }: Movement): void {
  if (orderId === undefined) return;
  for (const { account, amount } of lines) {
    if (account !== 'held' && account !== 'promoHeld') continue;
    const key = `${account} ${orderId}`;
    const sum = (held.get(key) ?? 0) + amount;
    // Forgotten when the order has ended, so that only open orders are in memory.
    if (sum === 0) held.delete(key);
    else held.set(key, sum);
  }
}

/** What is still set aside belongs to orders that have not ended, or whose end was written just now. */
async function checkHeld(audit: Audit, held: Map<string, number>): Promise<void> {
  let suspects = [...held.keys()];
  for (let look = 1; suspects.length > 0; look++) {
    const ended = await endedOf(audit, suspects);
    if (ended.length === 0) return;
    const now = new Map(held);
    for await (const movement of recent(audit)) addHeld(now, movement);
    suspects = ended.filter((key) => now.has(key));
    const [key] = suspects;
    if (key && (look >= LOOKS || audit.before === undefined)) {
      const [account = '', orderId = ''] = key.split(' ');
      throw new Differs(
        `order ${orderId}`,
        `has ended, and ${toMajor(0 - (now.get(key) ?? 0))} is still in ${account}`,
      );
    }
    if (key) await lookAgain();
  }
}

async function endedOf({ store }: Audit, keys: readonly string[]): Promise<string[]> {
  const ended: string[] = [];
  for (let start = 0; start < keys.length; start += 100) {
    const some = keys.slice(start, start + 100);
    const asks = some.map((key) => ({ table: Orders, key: { orderId: key.split(' ')[1] ?? '' } }));
    const rows = (await store.getMany(asks)) as (Order | undefined)[];
    for (const [i, order] of rows.entries()) {
      const open = order && order.status !== 'DELIVERED' && order.status !== 'CANCELLED';
      if (!open) ended.push(some[i] ?? '');
    }
  }
  return ended;
}
