import { randomInt } from 'node:crypto';
import { rekeyed } from '#lambdas/user/models/CustomerKey.ts';
import { hashPassword } from '#lambdas/user/models/passwordHash.ts';
import { accountWrites } from '#lambdas/user/models/registration.ts';
import {
  adminCountKey,
  changeUser,
  countAdmin,
  countFirstAdmin,
  endOfSessions,
  newUser,
  revokeTokensOf,
  type User,
  Users,
} from '#lambdas/user/models/User.ts';
import { checkPassword } from '#lambdas/user/rules/password.ts';
import { type Context, commit, happened } from '#shared/data/commit.ts';
import { Meta, SCHEMA, schemaKey } from '#shared/data/meta.ts';
import { create } from '#shared/data/write.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';

export interface AddUser {
  name: string;
  email: string;
  password: string;
  phone?: string;
  role: 'courier' | 'admin';
}

/** Makes the account of a courier or of staff. */
export async function addUser(world: World, call: Call<AddUser>) {
  const weak = checkPassword(call.input.password, world.config.passwordPolicy);
  if (weak) return weak;
  const user = await newStaff(world, call.input);
  return commit(world, call, [], () => ({ ...staffAccount(user), answer: { userId: user.userId } }));
}

/**
 * Makes the first admin, if there is none; answers whether it made one. Harmless when it runs again, or twice
 * at once. Throws the Problem when it cannot: a weak password, or an address that a household has.
 */
export async function ensureFirstAdmin(
  world: World,
  login: { email: string; password: string },
): Promise<boolean> {
  if (await hasAdmin(world)) return false;
  const weak = checkPassword(login.password, world.config.passwordPolicy);
  if (weak) throw weak;
  const user = await newStaff(world, { ...login, name: 'Admin', role: 'admin' });
  const context: Context = {
    actor: { userId: 'system', role: 'system' },
    requestId: world.ids.next(),
    action: 'ensureFirstAdmin',
  };
  const made = await commit(world, context, [{ table: Meta, key: adminCountKey }] as const, ([count]) =>
    isAny(count?.number)
      ? { writes: [], answer: false }
      : { ...staffAccount(user, countFirstAdmin()), answer: true },
  );
  // Whoever was faster at the same address has made the admin.
  if (made instanceof Problem && !(await hasAdmin(world))) throw made;
  return made === true;
}

/** Letters of both cases, a symbol and a digit: what the strictest policy asks for. */
export function firstPassword(world: World): string {
  return `Milk-${world.ids.next().slice(-10).toLowerCase()}${randomInt(10)}`;
}

/**
 * Opens a dairy on AWS: notes in which form its data begins, as a start does at home, and makes the first admin, with a
 * password that only this answer tells.
 */
export async function makeFirstAdmin(world: World, call: Call<{ email: string }>) {
  const noted = await commit(world, call, [{ table: Meta, key: schemaKey }] as const, ([row]) => ({
    writes: row ? [] : [create(Meta, { ...schemaKey, number: SCHEMA })],
    answer: undefined,
  }));
  if (noted instanceof Problem) return noted;
  const { email } = call.input;
  const password = firstPassword(world);
  const made = await ensureFirstAdmin(world, { email, password });
  return made ? { made, email, password } : { made };
}

async function hasAdmin(world: World): Promise<boolean> {
  return isAny((await world.store.get(Meta, adminCountKey))?.number);
}

function isAny(count: number | undefined): boolean {
  return (count ?? 0) > 0;
}

async function newStaff(world: World, { password, ...person }: AddUser): Promise<User> {
  return newUser(world, { ...person, userId: `U${world.ids.next()}` }, await hashPassword(password));
}

function staffAccount(user: User, counted = countAdmin(1)) {
  const { userId, role, active, version } = user;
  return {
    writes: [...accountWrites(user), ...(role === 'admin' ? [counted] : [])],
    events: [happened('USER_CHANGED', userId, version, { userId, role, active })],
  };
}

export interface UpdateUser {
  userId: string;
  role?: User['role'];
  active?: boolean;
}

/** Changes what somebody may do; every session and token they have ends at once. */
export async function updateUser(world: World, call: Call<UpdateUser>) {
  const { userId } = call.input;
  const outcome = await commit(world, call, [{ table: Users, key: { userId } }] as const, ([user]) => {
    if (!user || user.erasedAt) return refuse('NOT_FOUND', `There is no user ${userId}.`);
    const { role = user.role, active = user.active } = call.input;
    const answer = { userId, role, active };
    if (role === user.role && active === user.active) return { writes: [], answer };
    const staffRole = role === 'customer' ? undefined : role;
    const before = user.role === 'admin' && user.active;
    const after = role === 'admin' && active;
    return {
      writes: [
        changeUser(user, {
          set: { role, active, staffRole, sessionsFrom: endOfSessions(world, user) },
          remove: staffRole ? [] : ['staffRole'],
        }),
        ...(before === after ? [] : [countAdmin(after ? 1 : -1)]),
        ...rekeyed(user, { ...user, role }),
      ],
      events: [happened('USER_CHANGED', userId, user.version + 1, answer)],
      answer,
    };
  });
  if (outcome instanceof Problem) return outcome;
  // Also when nothing was to change: the same request again finishes what a crash here left undone.
  await revokeTokensOf(world, userId);
  await world.identity.update(userId, { role: outcome.role, active: outcome.active });
  return outcome;
}

/** Couriers or admins, in the order they joined. */
export async function listUsers(
  world: World,
  { input }: Call<{ role: 'courier' | 'admin'; limit: number; cursor?: string }>,
) {
  const { role, limit, cursor } = input;
  const page = await world.store.query(Users, { index: 'byStaffRole', hash: role, limit, cursor });
  return new Reply(page.rows.map(shownStaff), { cursor: page.cursor });
}

function shownStaff({ userId, name, email, phone, role, active, createdAt }: User) {
  return { userId, name, email, phone, role, active, createdAt };
}
