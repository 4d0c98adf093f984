import { type CustomerKey, CustomerKeys } from '#lambdas/user/models/CustomerKey.ts';
import { accountWrites } from '#lambdas/user/models/registration.ts';
import { newUser, type Preferences, type User, Users } from '#lambdas/user/models/User.ts';
import { type Beginning, beginningsOf, everybody, keysOfCustomer } from '#lambdas/user/rules/customerKeys.ts';
import { noPhone } from '#lambdas/user/rules/phone.ts';
import { commit, happened } from '#shared/data/commit.ts';
import { begins, lessThan } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Address } from '#shared/domain/address.ts';
import { idSchema } from '#shared/domain/id.ts';
import { readPhone } from '#shared/domain/phone.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';

export interface AddCustomer {
  name: string;
  phone: string;
  email?: string;
  address?: Address;
  language?: Preferences['language'];
}

/** Makes the account of a household that the desk speaks with: the number it calls from becomes its own. */
export async function addCustomer(world: World, call: Call<AddCustomer>) {
  const { phone, ...person } = call.input;
  const read = readPhone(phone, (await settingsOf(world)).country);
  if (!read) return noPhone();
  const userId = `U${world.ids.next()}`;
  const from = { ...person, userId, role: 'customer' as const, phone: read.e164, phoneKey: read.e164 };
  const user = newUser(world, from, undefined);
  return commit(world, call, [], () => ({
    writes: accountWrites(user),
    events: [happened('USER_REGISTERED', userId, 1, { userId })],
    answer: { userId },
    note: 'made by the desk',
  }));
}

export interface ListCustomers {
  q?: string;
  limit: number;
  cursor?: string;
}

/** Households that the desk looks for; without words all of them, the newest first. */
export async function listCustomers(world: World, { input }: Call<ListCustomers>) {
  const { q, limit, cursor } = input;
  if (q === undefined) return newest(world, limit, cursor);
  const beginnings = beginningsOf(q, (await settingsOf(world)).country);
  const from = cursor === undefined ? { at: 0 } : readPlace(cursor, q, beginnings.length);
  if (from instanceof Problem) return from;
  const known = cursor === undefined ? await byUserId(world, q) : undefined;
  const { customers, next } = await found(world, beginnings, { ...from, limit: limit - (known ? 1 : 0), q });
  return new Reply([...(known ? [known] : []), ...customers].map(shownCustomer), {
    cursor: next && writeCursor([q, next.at, next.cursor ?? '']),
  });
}

/** The household that the words are the id of. */
async function byUserId(world: World, q: string): Promise<User | undefined> {
  if (!idSchema('user').safeParse(q).success) return undefined;
  const user = await world.store.get(Users, { userId: q });
  return user && isFindable(user) ? user : undefined;
}

function isFindable(user: User): boolean {
  return user.role === 'customer' && user.erasedAt === undefined;
}

interface Place {
  /** Which of the beginnings is looked for. */
  at: number;
  /** Where in its partition to go on. */
  cursor?: string;
}

/** Pages of keys that one request reads at most; what is left then comes with the cursor. */
const MOST_PAGES = 12;

async function found(
  world: World,
  beginnings: readonly Beginning[],
  { limit, q, ...from }: Place & { limit: number; q: string },
): Promise<{ customers: User[]; next?: Place }> {
  const customers: User[] = [];
  let place: Place = from;
  for (let pages = 0; pages < MOST_PAGES && customers.length < limit; pages++) {
    const sought = beginnings[place.at];
    if (!sought) return { customers };
    const page = await world.store.query(CustomerKeys, {
      hash: sought.part,
      range: begins('key', sought.text),
      limit: limit - customers.length,
      cursor: place.cursor,
    });
    const users = await usersOf(world, page.rows);
    const earlier = beginnings.slice(0, place.at + 1);
    customers.push(
      ...users.filter((user, i): user is User => isFirst(user, page.rows[i], earlier) && user?.userId !== q),
    );
    place = page.cursor ? { at: place.at, cursor: page.cursor } : { at: place.at + 1 };
  }
  return { customers, next: place.at < beginnings.length ? place : undefined };
}

async function usersOf(world: World, rows: readonly CustomerKey[]): Promise<(User | undefined)[]> {
  const found = await world.store.getMany(rows.map(({ userId }) => ({ table: Users, key: { userId } })));
  return found as (User | undefined)[];
}

/**
 * Whether a household is still found by a row, and by no earlier one: who has the words in its name and in its e-mail
 * address stands in the list once, on whatever page.
 */
function isFirst(
  user: User | undefined,
  row: CustomerKey | undefined,
  beginnings: readonly Beginning[],
): boolean {
  if (!user || !row) return false;
  const keys = keysOfCustomer(user);
  for (const { part, text } of beginnings) {
    const hits = keys.filter((key) => key.part === part && key.key.startsWith(text)).map(({ key }) => key);
    const first = hits.sort()[0];
    if (first !== undefined) return part === row.part && first === row.key;
  }
  return false;
}

async function newest(world: World, limit: number, cursor: string | undefined) {
  const before = cursor === undefined ? undefined : readMoment(cursor);
  if (before instanceof Problem) return before;
  const range = before === undefined ? undefined : lessThan('key', before);
  const shards = await Promise.all(
    everybody.map((hash) => world.store.query(CustomerKeys, { hash, range, limit, newestFirst: true })),
  );
  const keys = shards.flatMap((shard) => shard.rows).sort((a, b) => (a.key < b.key ? 1 : -1));
  const page = keys.slice(0, limit);
  const users = await usersOf(world, page);
  const more = keys.length > limit || shards.some((shard) => shard.cursor !== undefined);
  const last = page.at(-1)?.key;
  return new Reply(
    users.filter((user): user is User => user !== undefined && isFindable(user)).map(shownCustomer),
    { cursor: more && last ? writeCursor([last]) : undefined },
  );
}

function shownCustomer({ userId, name, email, phone, address, active, createdAt }: User) {
  return { userId, name, email, phone, address, active, createdAt };
}

function writeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function readParts(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function readMoment(cursor: string): string | Problem {
  const [key, ...more] = readParts(cursor);
  return typeof key === 'string' && key !== '' && more.length === 0 ? key : refuse('INVALID_CURSOR');
}

function readPlace(cursor: string, of: string, beginnings: number): Place | Problem {
  const [q, at, place] = readParts(cursor);
  if (q !== of || typeof at !== 'number' || typeof place !== 'string') return refuse('INVALID_CURSOR');
  if (!Number.isInteger(at) || at < 0 || at >= beginnings) return refuse('INVALID_CURSOR');
  return { at, cursor: place === '' ? undefined : place };
}
