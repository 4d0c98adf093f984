import { FirstDeliveries } from '#lambdas/analytics/models/FirstDelivery.ts';
import { Orders } from '#lambdas/order/models/Order.ts';
import { restKeyOf, Subscriptions } from '#lambdas/order/models/Subscription.ts';
import { HouseClosings } from '#lambdas/payment/models/HouseClosing.ts';
import {
  type Balance,
  Balances,
  CASH_HOLDER,
  guarded,
  HOUSE,
  Ledger,
  type Movement,
} from '#lambdas/payment/models/Ledger.ts';
import { CustomerKeys } from '#lambdas/user/models/CustomerKey.ts';
import { Users } from '#lambdas/user/models/User.ts';
import { keysOfCustomer } from '#lambdas/user/rules/customerKeys.ts';
import { absent, present } from '#shared/data/condition.ts';
import { createTableRequest } from '#shared/data/dynamoose.ts';
import { Meta, SCHEMA, schemaKey } from '#shared/data/meta.ts';
import { Settings, SettingsTable, settingsKey } from '#shared/data/settings.ts';
import type { Store } from '#shared/data/store.ts';
import type { Table } from '#shared/data/table.ts';
import { StoreError } from '#shared/data/wire.ts';
import { put, remove, update } from '#shared/data/write.ts';
import { dayOf, plusSeconds } from '#shared/domain/day.ts';
import type { Log } from '#shared/ports/ports.ts';

/** What turns data of the number before into data of the key's number; each must be harmless when run again. */
const upgrades: Record<number, (store: Store) => Promise<void>> = {
  2: toSchema2,
  3: toSchema3,
  4: toSchema4,
};

async function toSchema2(store: Store): Promise<void> {
  await joinBalances(store);
  await countOpenOrders(store);
  await noteFirstDeliveries(store);
}

/** Schema 3 keeps the rows by which the desk finds households. */
async function toSchema3(store: Store): Promise<void> {
  for await (const user of store.scan(Users)) {
    for (const row of keysOfCustomer(user)) await store.write(put(CustomerKeys, row));
  }
}

/** Schema 4 finds a household's standing orders by the index of the order runs, where those at rest have a place too. */
async function toSchema4(store: Store): Promise<void> {
  for await (const { subscriptionId, userId, runKey } of store.scan(Subscriptions)) {
    // Before, those at rest had none.
    if (runKey !== undefined) continue;
    const set = { runKey: restKeyOf(userId) };
    await store.write(update(Subscriptions, { subscriptionId }, { set }, absent('runKey')));
  }
}

/** Releases before schema 2 did not count what keeps an account from being erased. */
async function countOpenOrders(store: Store): Promise<void> {
  const open = new Map<string, number>();
  for await (const { userId, status } of store.scan(Orders)) {
    if (status !== 'DELIVERED' && status !== 'CANCELLED') open.set(userId, (open.get(userId) ?? 0) + 1);
  }
  for (const [userId, openOrders] of open) {
    await store.write(update(Users, { userId }, { set: { openOrders } }, present('userId')));
  }
}

/** Schema 2 keeps one row of balances a party: it is made anew from the ledger, and the rows of one account go. */
async function joinBalances(store: Store): Promise<void> {
  await closeOldBooks(store);
  for (const row of await recomputed(store)) await store.write(put(Balances, row));
  const old: string[] = [];
  for await (const { balanceId } of store.scan(Balances)) if (balanceId.includes('#')) old.push(balanceId);
  for (const balanceId of old) await store.write(remove(Balances, { balanceId }));
}

async function recomputed(store: Store): Promise<Balance[]> {
  const rows = new Map<string, Balance>();
  for await (const { userId, lines } of store.scan(Ledger)) {
    for (const [party, paid] of paidOf(lines)) {
      const row = rows.get(party) ?? { balanceId: party };
      rows.set(party, { ...row, owedPaid: (row.owedPaid ?? 0) + paid });
    }
    for (const { account, party = userId, amount } of lines) {
      const kept = guarded.find((one) => one === account);
      if (!kept) continue;
      const row = rows.get(party) ?? { balanceId: party };
      const holder = kept === 'courierCash' ? ({ cashHolder: CASH_HOLDER } as const) : {};
      rows.set(party, { ...row, ...holder, [kept]: (row[kept] ?? 0) + amount });
    }
  }
  return [...rows.values()];
}

/** What a movement paid of its parties' debts. */
function paidOf(lines: Movement['lines']): [string, number][] {
  const sums = new Map<string, number>();
  for (const { account, party = '', amount } of lines)
    if (account === 'owed') sums.set(party, (sums.get(party) ?? 0) - amount);
  return [...sums].filter(([, paid]) => paid > 0);
}

/** What the books came to until the upgrade: nothing moves meanwhile. */
async function closeOldBooks(store: Store): Promise<void> {
  const sums = new Map<string, number>();
  let newest = '';
  for await (const { at, lines } of store.scan(Ledger)) {
    if (at > newest) newest = at;
    for (const { account, amount } of lines) sums.set(account, (sums.get(account) ?? 0) + amount);
  }
  if (newest === '') return;
  const until = plusSeconds(newest, 0.001);
  await store.write(put(HouseClosings, { closingId: HOUSE, until, sums: Object.fromEntries(sums) }));
}

/** Cohorts of reports begin with the first delivery that a household ever had. */
async function noteFirstDeliveries(store: Store): Promise<void> {
  const row = await store.get(SettingsTable, settingsKey);
  const { timeZone } = Settings.parse(row?.settings ?? {});
  const days = new Map<string, string>();
  for await (const { userId, timeline } of store.scan(Orders)) {
    const delivered = timeline.find(({ status }) => status === 'DELIVERED');
    const day = delivered && dayOf(delivered.at, timeZone);
    if (day && day < (days.get(userId) ?? '9999')) days.set(userId, day);
  }
  for (const [userId, day] of days) await store.write(put(FirstDeliveries, { userId, day }));
}

/** Tables and indexes of this release that a store does not have, by name. */
export async function missingFrom(store: Store, tables: readonly Table[]): Promise<string[]> {
  const existing = await tableNames(store);
  const missing: string[] = [];
  for (const table of tables) {
    if (existing.has(table.name)) {
      const present = await indexNames(store, table);
      const lacks = Object.keys(table.indexes).filter((index) => !present.has(index));
      missing.push(...lacks.map((index) => `${table.name}.${index}`));
    } else missing.push(table.name);
  }
  return missing;
}

interface Description {
  Table: { TableStatus: string; GlobalSecondaryIndexes?: { IndexName: string; IndexStatus?: string }[] };
}

/**
 * Makes the store fit this release: missing tables and indexes are made, older rows are upgraded step by step,
 * and newer data is refused before anything is touched. Rows whose time is over are cleaned up by the store, unless
 * `cleansUp` is false: the store's clock is the machine's, and under a test clock other rows are over.
 */
export async function fitSchema(
  store: Store,
  tables: readonly Table[],
  log: Log,
  { cleansUp = true } = {},
): Promise<void> {
  const existing = await tableNames(store);
  const found = existing.has(Meta.name) ? (await store.get(Meta, schemaKey))?.number : undefined;
  if (found !== undefined && found > SCHEMA) {
    throw new Error(
      `The data was written by a newer Milkfloat (schema ${found}; this one knows ${SCHEMA}). Nothing was changed: start the newer release.`,
    );
  }
  for (const table of tables) {
    if (existing.has(table.name)) await fitIndexes(store, table, log);
    else await makeTable(store, table);
    if (table.expires) await setTimeToLive(store, table, cleansUp);
  }
  const before = found ?? (existing.size > 0 ? 0 : SCHEMA);
  for (let number = before + 1; number <= SCHEMA; number++) {
    await upgrades[number]?.(store);
    log.info('data upgraded', { schema: number });
  }
  if (found !== SCHEMA) {
    await store.wire.call('PutItem', {
      TableName: Meta.name,
      Item: { metaId: { S: schemaKey.metaId }, number: { N: String(SCHEMA) } },
    });
  }
}

async function tableNames(store: Store): Promise<Set<string>> {
  const names = new Set<string>();
  let from: string | undefined;
  do {
    const page: { TableNames: string[]; LastEvaluatedTableName?: string } = await store.wire.call(
      'ListTables',
      {
        ExclusiveStartTableName: from,
      },
    );
    for (const name of page.TableNames) names.add(name);
    from = page.LastEvaluatedTableName;
  } while (from);
  return names;
}

async function makeTable(store: Store, table: Table): Promise<void> {
  try {
    await store.wire.call('CreateTable', await createTableRequest(table));
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'ResourceInUseException') throw error;
  }
  await untilActive(store, table);
}

/** Turns a table's time to live on or off where it is not so already: DynamoDB allows one change an hour. */
async function setTimeToLive(store: Store, { name }: Table, on: boolean): Promise<void> {
  const { TimeToLiveDescription: described } = await store.wire.call<{
    TimeToLiveDescription?: { TimeToLiveStatus?: string };
  }>('DescribeTimeToLive', { TableName: name });
  const isOn = ['ENABLED', 'ENABLING'].includes(described?.TimeToLiveStatus ?? '');
  if (isOn === on) return;
  await store.wire.call('UpdateTimeToLive', {
    TableName: name,
    TimeToLiveSpecification: { Enabled: on, AttributeName: 'expiresAtSeconds' },
  });
}

/** Makes the indexes of this release, and drops those of earlier ones: each costs every write of the table. */
async function fitIndexes(store: Store, table: Table, log: Log): Promise<void> {
  const present = await indexNames(store, table);
  const isWanted = (index: string) => index in table.indexes;
  if (present.size === Object.keys(table.indexes).length && [...present].every(isWanted)) return;
  const request = await createTableRequest(table);
  const wanted = (request.GlobalSecondaryIndexes ?? []) as { IndexName: string }[];
  const changes = [
    ...wanted.filter(({ IndexName }) => !present.has(IndexName)).map((Create) => ({ Create })),
    ...[...present].filter((index) => !isWanted(index)).map((IndexName) => ({ Delete: { IndexName } })),
  ];
  for (const change of changes) {
    await store.wire.call('UpdateTable', {
      TableName: table.name,
      AttributeDefinitions: request.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [change],
    });
    await untilActive(store, table);
    log.info('index changed', { table: table.name, change });
  }
}

async function indexNames(store: Store, { name }: Table): Promise<Set<string>> {
  const { Table: described } = await store.wire.call<Description>('DescribeTable', { TableName: name });
  return new Set((described.GlobalSecondaryIndexes ?? []).map((index) => index.IndexName));
}

async function untilActive(store: Store, table: Table): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { Table: described } = await store.wire.call<Description>('DescribeTable', {
      TableName: table.name,
    });
    const indexes = described.GlobalSecondaryIndexes ?? [];
    if (
      described.TableStatus === 'ACTIVE' &&
      indexes.every((index) => (index.IndexStatus ?? 'ACTIVE') === 'ACTIVE')
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`table ${table.name} does not become active`);
}
