import { Orders } from '#lambdas/order/models/Order.ts';
import { SubscriptionDays, Subscriptions } from '#lambdas/order/models/Subscription.ts';
import { Balances } from '#lambdas/payment/models/Ledger.ts';
import { Products } from '#lambdas/product/models/Product.ts';
import { Users } from '#lambdas/user/models/User.ts';
import { type Item, typedMap } from '#shared/data/item.ts';
import type { Key } from '#shared/data/table.ts';
import { type CancellationReason, StoreError, type Wire } from '#shared/data/wire.ts';
import { addDays, type Day, daysBetween } from '#shared/domain/day.ts';
import type { TestClock } from '../testClock.ts';
import {
  balanceItem,
  FIRST_DAY,
  idNumber,
  orderIdOf,
  type Population,
  productItems,
  subscriptionIdOf,
  subscriptionItem,
  userItem,
} from './population.ts';

/** How long a call of the store takes by the simulated clock. */
const CALL_MS = 5;
const MOST_IN_TRANSACTION = 100;
/** Bits of what a run left of a standing order's day. */
export const ORDER = 1;
export const RECORD = 2;

interface Part {
  TableName: string;
  Item?: Item;
  Key?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/**
 * A store for an order run over more standing orders than memory holds as rows. Standing orders, households and
 * balances are made from their numbers when they are read; of what is written it keeps a few bytes for each, in arrays
 * that are there from the beginning. It holds transactions to their conditions, and time passes with every call.
 */
export class SimulatedWire implements Wire {
  readonly #population: Population;
  readonly #clock: TestClock;
  readonly #versions: Uint8Array;
  readonly #lastRun: Uint8Array;
  readonly #days: readonly Uint8Array[];
  readonly #spent: Int32Array;
  /** Rows that are few: tallies, settings, stock. */
  readonly #rows = new Map<string, Item>();
  calls = 0;
  /** What all movements took from prepaid balances and set aside, minor units. */
  heldMinor = 0;
  events = 0;

  constructor(
    population: Population,
    clock: TestClock,
    days: number,
    supplies: readonly (readonly number[])[],
  ) {
    this.#population = population;
    this.#clock = clock;
    this.#versions = new Uint8Array(population.count).fill(1);
    this.#lastRun = new Uint8Array(population.count);
    this.#days = Array.from({ length: days }, () => new Uint8Array(population.count));
    this.#spent = new Int32Array(population.count);
    const products = productItems();
    for (const item of products) this.#rows.set(`Products ${textOf(item.productId)}`, item);
    supplies.forEach((day, n) => {
      day.forEach((supply, product) => {
        const key = { productId: textOf(products[product]?.productId), day: addDays(FIRST_DAY, n) };
        const figures = { supply, stock: supply, reserved: 0, sold: 0, wasted: 0 };
        this.#rows.set(`StockDays ${key.productId} ${key.day}`, typedMap({ ...key, ...figures }));
      });
    });
  }

  async call<A>(operation: string, payload: object): Promise<A> {
    this.calls++;
    this.#clock.advance(CALL_MS / 1_000);
    return this.#answer(operation, payload) as A;
  }

  async close(): Promise<void> {}

  /** What runs left of a day: for each standing order whether it has an order, a record, or both. */
  outcomesOf(day: number): Uint8Array {
    return this.#days[day] ?? new Uint8Array();
  }

  /** The least of a number in all rows of a table that has few. */
  fewest(table: string, attribute: string): number {
    return Math.min(...this.#rowsOf(table).map((item) => numberIn(item[attribute])));
  }

  #rowsOf(table: string): Item[] {
    return [...this.#rows].flatMap(([name, item]) => (name.startsWith(`${table} `) ? [item] : []));
  }

  #answer(operation: string, payload: object): unknown {
    switch (operation) {
      case 'GetItem': {
        const { TableName, Key } = payload as { TableName: string; Key: Item };
        return { Item: this.#read(TableName, Key) };
      }
      case 'BatchGetItem': {
        const { RequestItems } = payload as { RequestItems: Record<string, { Keys: Item[] }> };
        const found = Object.entries(RequestItems).map(([name, { Keys }]) => [
          name,
          Keys.map((key) => this.#read(name, key)).filter((item) => item !== undefined),
        ]);
        return { Responses: Object.fromEntries(found) };
      }
      case 'Query':
        return this.#query(
          payload as Part & { IndexName?: string; Limit?: number; ExclusiveStartKey?: Item },
        );
      case 'PutItem':
        this.#apply({ Put: payload as Part });
        return {};
      case 'TransactWriteItems':
        this.#transact((payload as { TransactItems: Record<string, Part>[] }).TransactItems);
        return {};
      default:
        throw new Error(`the simulated store has no ${operation}`);
    }
  }

  #read(table: string, key: Item): Item | undefined {
    const [id = ''] = Object.values(key).map(textOf);
    if (table === Users.name) return userItem(id);
    if (table === Balances.name) return balanceItem(id, this.#walletOf(id));
    if (table === Subscriptions.name) return this.#subscription(idNumber(id));
    if (table === Orders.name) return this.#has(idNumber(id), dayOfOrder(id), ORDER) ? key : undefined;
    if (table === SubscriptionDays.name) {
      const [day = '', subscriptionId = ''] = textOf(key.dayOrder).split('#');
      return this.#has(idNumber(subscriptionId), day, RECORD) ? key : undefined;
    }
    return this.#rows.get(nameOf(table, key));
  }

  #walletOf(userId: string): number {
    const household = idNumber(userId);
    return this.#population.walletOf(household) - (this.#spent[household] ?? 0);
  }

  #has(i: number, day: Day, bit: number): boolean {
    return ((this.#days[dayNumber(day)]?.[i] ?? 0) & bit) !== 0;
  }

  #subscription(i: number): Item {
    const last = this.#lastRun[i] ?? 0;
    const lastRunDay = last > 0 ? addDays(FIRST_DAY, last - 1) : undefined;
    return subscriptionItem(this.#population, i, this.#versions[i] ?? 1, lastRunDay);
  }

  #query(question: Part & { IndexName?: string; Limit?: number; ExclusiveStartKey?: Item }): object {
    const values = Object.values(question.ExpressionAttributeValues ?? {}).map(textOf);
    const [hash = '', range = ''] = values;
    if (question.IndexName === 'byRun') {
      const shard = Number(hash.split('#')[1]);
      const after = question.ExclusiveStartKey ? textOf(question.ExclusiveStartKey.runOrder) : range;
      return this.#page(this.#population.shards[shard] ?? new Int32Array(), after, question.Limit ?? 1_000);
    }
    const items = this.#rowsOf(question.TableName).filter((item) => {
      if (question.TableName === Products.name) return textOf(item.catalogueKey) === hash;
      return textOf(item.day) === hash && textOf(item.part).startsWith(range);
    });
    return { Items: items };
  }

  /** Standing orders of a shard after a place `<userId>#…`. */
  #page(numbers: Int32Array, after: string, limit: number): object {
    let low = 0;
    let high = numbers.length;
    while (after && low < high) {
      const middle = (low + high) >>> 1;
      if (this.#population.runOrderOf(numbers[middle] ?? 0) > after) high = middle;
      else low = middle + 1;
    }
    const page = numbers.subarray(low, low + limit);
    const items = Array.from(page, (i) => this.#subscription(i));
    const more = low + limit < numbers.length;
    const last = items.at(-1);
    return {
      Items: items,
      LastEvaluatedKey:
        more && last
          ? { subscriptionId: last.subscriptionId, runKey: last.runKey, runOrder: last.runOrder }
          : undefined,
    };
  }

  #transact(parts: readonly Record<string, Part>[]): void {
    if (parts.length > MOST_IN_TRANSACTION) throw new Error(`${parts.length} writes in one transaction`);
    const reasons = parts.map(
      (part): CancellationReason => ({ Code: this.#holds(part) ? 'None' : 'ConditionalCheckFailed' }),
    );
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw new StoreError('TransactionCanceledException', 'a condition failed', reasons);
    }
    for (const part of parts) this.#apply(part);
  }

  /** Whether a write's condition is true; the conditions of an order run are few, and another one is an error. */
  #holds(part: Record<string, Part>): boolean {
    const { TableName: table, Item: item, ...write } = Object.values(part)[0] as Part;
    const names = Object.values(write.ExpressionAttributeNames ?? {});
    switch (table) {
      case 'OrderRuns': {
        const row = this.#rows.get(nameOf(table, (item ?? write.Key) as Item, ['day', 'part']));
        return names.includes('version')
          ? comparedWith(write, 'version', '=') === numberIn(row?.version)
          : row === undefined;
      }
      case 'Subscriptions':
        return (
          comparedWith(write, 'version', '=') === this.#versions[idNumber(textOf(write.Key?.subscriptionId))]
        );
      case 'Orders': {
        const id = textOf(item?.orderId);
        return !this.#has(idNumber(id), dayOfOrder(id), ORDER);
      }
      case 'SubscriptionDays': {
        const [day = '', id = ''] = textOf(item?.dayOrder).split('#');
        return !this.#has(idNumber(id), day, RECORD);
      }
      case 'Balances': {
        const id = textOf(write.Key?.balanceId);
        return (addedTo(write).wallet ?? 0) <= this.#walletOf(id);
      }
      case 'StockDays': {
        const row = this.#rows.get(nameOf(table, write.Key as Item));
        return numberIn(row?.stock) + (addedTo(write).stock ?? 0) >= 0;
      }
      case 'Ledger':
      case 'Outbox':
        return true;
      default:
        throw new Error(`an order run writes ${table}`);
    }
  }

  #apply(part: Record<string, Part>): void {
    const [kind = '', write] = Object.entries(part)[0] ?? [];
    const { TableName: table, Item: item, Key: key } = write as Part;
    switch (table) {
      case 'Subscriptions': {
        const i = idNumber(textOf(key?.subscriptionId));
        this.#versions[i] = (this.#versions[i] ?? 0) + 1;
        this.#lastRun[i] = dayNumber(setTo(write as Part, 'lastRunDay')) + 1;
        break;
      }
      case 'Orders':
        this.#mark(idNumber(textOf(item?.orderId)), dayOfOrder(textOf(item?.orderId)), ORDER);
        break;
      case 'SubscriptionDays': {
        const [day = '', id = ''] = textOf(item?.dayOrder).split('#');
        this.#mark(idNumber(id), day, RECORD);
        break;
      }
      case 'Balances': {
        const { wallet = 0, held = 0 } = addedTo(write as Part);
        const household = idNumber(textOf(key?.balanceId));
        this.#spent[household] = (this.#spent[household] ?? 0) + wallet;
        this.heldMinor -= held;
        break;
      }
      case 'StockDays': {
        const name = nameOf(table, key as Item);
        const row = { ...this.#rows.get(name) } as Item;
        for (const [attribute, by] of Object.entries(addedTo(write as Part))) {
          row[attribute] = { N: String(numberIn(row[attribute]) + by) };
        }
        this.#rows.set(name, row);
        break;
      }
      case 'Outbox':
        this.events++;
        break;
      case 'Ledger':
        break;
      default: {
        const name = nameOf(
          table,
          (item ?? key) as Item,
          table === 'OrderRuns' ? ['day', 'part'] : undefined,
        );
        if (kind === 'Delete') this.#rows.delete(name);
        else this.#rows.set(name, item as Item);
      }
    }
  }

  #mark(i: number, day: Day, bit: number): void {
    const outcomes = this.#days[dayNumber(day)];
    if (outcomes) outcomes[i] = (outcomes[i] ?? 0) | bit;
  }
}

const dayNumber = (day: Day): number => daysBetween(FIRST_DAY, day).length - 1;
const daysByOrder = new Map<string, Day>();
function dayOfOrder(orderId: string): Day {
  const start = orderId.slice(0, 11);
  const known = daysByOrder.get(start);
  if (known) return known;
  for (let n = 0; n < 31; n++) {
    const day = addDays(FIRST_DAY, n);
    daysByOrder.set(orderIdOf(subscriptionIdOf(0), day).slice(0, 11), day);
  }
  return daysByOrder.get(start) ?? '';
}

function textOf(value: unknown): string {
  return (value as { S?: string } | undefined)?.S ?? '';
}

function numberIn(value: unknown): number {
  return Number((value as { N?: string } | undefined)?.N ?? 0);
}

function nameOf(table: string, item: Item, only?: readonly string[]): string {
  const names = only ?? (table === 'Meta' ? ['metaId'] : Object.keys(item));
  const key: Key = Object.fromEntries(names.map((name) => [name, textOf(item[name])]));
  return [table, ...Object.values(key)].join(' ');
}

/** The number that a condition compares an attribute with. */
function comparedWith(part: Omit<Part, 'TableName'>, attribute: string, op: string): number | undefined {
  const holder = holderOf(part, attribute);
  const found = new RegExp(`${holder} ${op} (:\\w+)`).exec(part.ConditionExpression ?? '')?.[1];
  return found === undefined ? undefined : numberIn(part.ExpressionAttributeValues?.[found]);
}

function setTo(part: Omit<Part, 'TableName'>, attribute: string): string {
  const found =
    new RegExp(`${holderOf(part, attribute)} = (:\\w+)`).exec(part.UpdateExpression ?? '')?.[1] ?? '';
  return textOf(part.ExpressionAttributeValues?.[found]);
}

function holderOf(
  { ExpressionAttributeNames: names = {} }: Omit<Part, 'TableName'>,
  attribute: string,
): string {
  return Object.entries(names).find(([, name]) => name === attribute)?.[0] ?? 'nothing';
}

/** What an update adds to numbers: by ADD, or where they may begin with it. */
function addedTo(part: Omit<Part, 'TableName'>): Record<string, number> {
  const {
    UpdateExpression = '',
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
  } = part;
  const added: Record<string, number> = {};
  const adds = /ADD (.*?)(?: REMOVE|$)/.exec(UpdateExpression)?.[1] ?? '';
  for (const [, name = '', value = ''] of adds.matchAll(/(#\w+) (:\w+)/g)) {
    added[names[name] ?? ''] = numberIn(values[value]);
  }
  for (const [, name = '', value = ''] of UpdateExpression.matchAll(
    /(#\w+) = if_not_exists\(#\w+, :\w+\) \+ (:\w+)/g,
  )) {
    added[names[name] ?? ''] = numberIn(values[value]);
  }
  return added;
}
