import { z } from '@hono/zod-openapi';
import { absent, all, any, atLeast, type Condition, is, lessThan, present } from '#shared/data/condition.ts';
import { Meta } from '#shared/data/meta.ts';
import { revokeTokens } from '#shared/data/revocation.ts';
import { defineTable } from '#shared/data/table.ts';
import { check, type Refused, update, type Write } from '#shared/data/write.ts';
import { Address } from '#shared/domain/address.ts';
import { type Instant, instantAfter } from '#shared/domain/day.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

export const Preferences = z.strictObject({
  language: z.enum(['en', 'hi']).default('en'),
  /** Whether messages that are not needed to use the account go out by this channel. */
  email: z.boolean().default(true),
  sms: z.boolean().default(true),
});
export type Preferences = z.infer<typeof Preferences>;

export const nameField = z.string().trim().min(1).max(120).openapi({ example: 'Jimmy' });
export const emailField = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email())
  .openapi({ example: 'jimmy@example.com' });
export const phoneField = z
  .string()
  .trim()
  .regex(/^\+?[0-9][0-9 -]{5,18}$/, { message: 'must be a telephone number' })
  .openapi({ example: '+919812345678' });
/** The policy's own limits are checked by the use case; this bounds the work of hashing. */
export const passwordField = z.string().min(1).max(512).openapi({ example: 'test123', format: 'password' });

/** A person with an account: a household, a courier or staff. */
export const User = onDemand(() =>
  z.object({
    userId: z.string(),
    name: z.string().optional(),
    email: z.string().optional(),
    /** Since when it is this one; absent where it always was. */
    emailSince: z.string().optional(),
    /** Why nothing is sent to it any more: it does not exist, or its owner called our mail unwanted. */
    mailStopped: z.object({ why: z.enum(['BOUNCED', 'COMPLAINED']), at: z.string() }).optional(),
    phone: z.string().optional(),
    /** The telephone number under which this account alone is known, so that it can be signed in to by it. */
    phoneKey: z.string().optional(),
    /** When somebody first signed in with a code that was sent to that number. */
    phoneProvenAt: z.string().optional(),
    /** At home the password; where somebody else keeps passwords, one that was set and not used yet. */
    passwordHash: z.string().optional(),
    /** Until when a login may be handing that password over, so that nobody sets another one meanwhile. */
    passwordMovingUntil: z.string().optional(),
    address: Address.optional(),
    addresses: z.array(Address).optional(),
    preferences: Preferences.optional(),
    role: z.enum(['customer', 'courier', 'admin']),
    active: z.boolean(),
    /** Only of couriers and admins, so that the index holds just them. */
    staffRole: z.enum(['courier', 'admin']).optional(),
    createdAt: z.string(),
    /** Sessions begun before this instant are over. */
    sessionsFrom: z.string().optional(),
    erasedAt: z.string().optional(),
    /** Orders that have not ended; an account with any cannot be erased. */
    openOrders: z.number().int().optional(),
    version: z.number().int(),
  }),
);
export type User = TypeOf<typeof User>;

export const Users = defineTable('Users', User, {
  hash: 'userId',
  indexes: { byStaffRole: { hash: 'staffRole', range: 'userId' } },
});

/** Where mail reaches a person; not at an address that takes none. */
export function mailOf({ email, mailStopped }: Pick<User, 'email' | 'mailStopped'>): string | undefined {
  return mailStopped ? undefined : email || undefined;
}

/** One row a number that is some account's `phoneKey`, so that no other can have it. */
export const Phone = onDemand(() => z.object({ phoneKey: z.string(), userId: z.string() }));
export const Phones = defineTable('Phones', Phone, { hash: 'phoneKey' });

/** One row an address, so that one e-mail has one account, also when two register at once. */
export const Email = onDemand(() => z.object({ emailKey: z.string(), userId: z.string() }));
export const Emails = defineTable('Emails', Email, { hash: 'emailKey' });

/** The form of an e-mail address under which it is unique. */
export function emailKeyOf(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/** From when on a user's sessions count once those until now are over; later than any begun so far. */
export function endOfSessions(world: World, { sessionsFrom }: User): Instant {
  return instantAfter(world.clock.now(), sessionsFrom);
}

/** That somebody may sign in still, in the role and since the end of sessions that were read. */
export function maySignInStill({ role, sessionsFrom }: User): Condition {
  const since = sessionsFrom === undefined ? absent('sessionsFrom') : is('sessionsFrom', sessionsFrom);
  return all(is('active', true), absent('erasedAt'), is('role', role), since);
}

/** The refusal of a change while the password is handed over, which takes a second; after a crash half a minute. */
export function stillMoving(world: World, { passwordMovingUntil = '' }: User): Problem | undefined {
  const moving = passwordMovingUntil > world.clock.now().toISOString();
  return moving ? refuse('BUSY', undefined, { retryAfterSeconds: 2 }) : undefined;
}

/** Voids the access tokens of the sessions that the user's row says are over. Harmless when repeated. */
export async function revokeTokensOf(world: World, userId: string): Promise<void> {
  const user = await world.store.get(Users, { userId });
  if (user?.sessionsFrom) await revokeTokens(world, userId, user.sessionsFrom);
}

/** Whom an account is made for. */
type NewUser = Pick<User, 'userId' | 'role' | 'name' | 'email' | 'phone' | 'phoneKey' | 'address'> & {
  language?: Preferences['language'];
};

/** A user's first row. */
export function newUser(world: World, from: NewUser, passwordHash: string | undefined): User {
  return {
    userId: from.userId,
    name: from.name,
    email: from.email,
    phone: from.phone,
    phoneKey: from.phoneKey,
    passwordHash,
    address: from.address,
    addresses: from.address ? [from.address] : [],
    preferences: { language: from.language ?? 'en', email: true, sms: true },
    role: from.role,
    active: true,
    staffRole: from.role === 'customer' ? undefined : from.role,
    createdAt: world.clock.now().toISOString(),
    version: 1,
  };
}

/** Changes a user of a known version that is not erased; somebody faster makes the caller decide anew. */
export function changeUser(
  user: User,
  changes: { set?: Partial<User>; remove?: (keyof User)[] },
  refused?: Refused,
  also?: Condition,
): Write {
  const asRead = [present('userId'), is('version', user.version)];
  return update(
    Users,
    { userId: user.userId },
    { set: { ...changes.set, version: user.version + 1 }, remove: changes.remove },
    all(...asRead, ...(also ? [also] : [])),
    refused,
  );
}

/** Sets another password; every session that was begun before is over. */
export function setPassword(world: World, user: User, passwordHash: string, refused?: Refused): Write {
  const set = { passwordHash, sessionsFrom: endOfSessions(world, user) };
  return changeUser(user, { set, remove: ['passwordMovingUntil'] }, refused);
}

/** How many active admins there are, in one row: whoever makes or ends one counts in the same transaction. */
export const adminCountKey = { metaId: 'admins' };

/** Counts one active admin more or one less; the last one cannot go, also when two go at once. */
export function countAdmin(by: 1 | -1): Write {
  const changes = { addFrom: { number: { from: 0, by } } };
  if (by === 1) return update(Meta, adminCountKey, changes, any(absent('number'), atLeast('number', 0)));
  return update(Meta, adminCountKey, changes, atLeast('number', 2), () => refuse('LAST_ADMIN'));
}

/** Counts the first admin, on condition that there is none. */
export function countFirstAdmin(): Write {
  const none = any(absent('number'), lessThan('number', 1));
  return update(Meta, adminCountKey, { addFrom: { number: { from: 0, by: 1 } } }, none);
}

/** Counts an order that a person opens; only an active account that is not erased can. */
export function openOrderOf(userId: string): Write {
  const allowed = all(is('active', true), absent('erasedAt'));
  return update(Users, { userId }, { add: { openOrders: 1 } }, allowed);
}

/** Requires that a person's account is active and not erased. */
export function stillActive(userId: string): Write {
  return check(Users, { userId }, all(is('active', true), absent('erasedAt')));
}

/** Counts an order that ended. */
export function endOrderOf(userId: string): Write {
  return update(Users, { userId }, { add: { openOrders: -1 } }, atLeast('openOrders', 1));
}
