import { commit, happened } from '#shared/data/commit.ts';
import { present } from '#shared/data/condition.ts';
import { revokeTokens } from '#shared/data/revocation.ts';
import { check, create, remove } from '#shared/data/write.ts';
import type { Address } from '#shared/domain/address.ts';
import { epochSeconds, plusSeconds } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { countAttempt } from './models/Attempt.ts';
import { hashPassword } from './models/passwordHash.ts';
import { RESET_SECONDS, Resets, readResetCode } from './models/Reset.ts';
import { accountWrites } from './models/registration.ts';
import {
  asRead,
  beginSession,
  endSession,
  hashSecret,
  keptOf,
  readRefreshToken,
  refreshTokenOf,
  rotateSession,
  Sessions,
  secretMadeBy,
} from './models/Session.ts';
import {
  Emails,
  emailKeyOf,
  maySignInStill,
  newUser,
  revokeTokensOf,
  setPassword,
  stillMoving,
  Users,
} from './models/User.ts';
import { isPassword, openByPassword, tokensOf } from './passwords.ts';
import { checkPassword } from './rules/password.ts';

export interface Register {
  userId?: string;
  name: string;
  email: string;
  password: string;
  phone?: string;
  address?: Address;
}

/** Makes a household's account; the role is customer, always. */
export async function register(world: World, call: Call<Register>) {
  const { input } = call;
  const counted = await countAttempt(world, 'register', emailKeyOf(input.email), call.address);
  if (counted instanceof Problem) return counted;
  const weak = checkPassword(input.password, world.config.passwordPolicy);
  if (weak) return weak;
  const userId = input.userId ?? `U${world.ids.next()}`;
  const user = newUser(world, { ...input, userId, role: 'customer' }, await hashPassword(input.password));
  return commit(world, call, [], () => ({
    writes: accountWrites(user),
    events: [happened('USER_REGISTERED', userId, 1, { userId })],
    answer: { message: 'User registered successfully', userId },
  }));
}

/** Opens a session. Unknown address, wrong password and revoked account get one answer in one time. */
export async function login(world: World, call: Call<{ email: string; password: string }>) {
  const emailKey = emailKeyOf(call.input.email);
  const counted = await countAttempt(world, 'login', emailKey, call.address);
  if (counted instanceof Problem) return counted;
  const email = await world.store.get(Emails, { emailKey });
  // An unknown address costs the same two reads as a known one.
  const user = await world.store.get(Users, { userId: email?.userId ?? 'nobody' });
  const proven = await openByPassword(world, call, user, call.input.password);
  if (proven instanceof Problem) return proven;

  const { opened, known, write } = proven;
  const { userId, role } = known;
  const session = beginSession(world, known, opened);
  return commit(world, { ...call, actor: { userId, role } }, [], () => ({
    writes: [session.write, write, ...counted.undo],
    events: [happened('USER_LOGGED_IN', opened.sessionId, 1, { userId })],
    answer: tokensOf(known, opened, session),
  }));
}

/**
 * A new access token and the next refresh token. An old refresh token ends the whole session, unless the request that used
 * it comes again with its retry key: that one gets what was lost on its way.
 */
export async function refresh(world: World, call: Call<{ refreshToken: string; retryKey?: string }>) {
  const given = readRefreshToken(call.input.refreshToken);
  if (!given) return refuse('SESSION_ENDED');
  const { sessionId, userId, secret } = given;
  const asked = { secret, retryKey: call.input.retryKey };
  const outcome = await commit(
    world,
    call,
    [
      { table: Sessions, key: { sessionId } },
      { table: Users, key: { userId } },
    ],
    async ([session, user]) => {
      const now = world.clock.now().toISOString();
      if (!session || session.userId !== userId || session.endedAt || session.expiresAt <= now) {
        return refuse('SESSION_ENDED');
      }
      if (!user?.active || user.erasedAt || (user.sessionsFrom ?? '') >= session.createdAt)
        return refuse('SESSION_ENDED');
      const isNewest = hashSecret(secret) === session.secretHash;
      const newest = isNewest ? secret : secretMadeBy(asked, session);
      if (!newest) return { writes: [endSession(world, sessionId, userId)], answer: undefined };
      const kept = keptOf(session, newest);
      const { role, sessionsFrom: after } = user;
      const issued = await world.identity.issue({ userId, role, sessionId, after, kept });
      const stillMay = check(Users, { userId }, maySignInStill(user));
      if (!isNewest) {
        const refreshToken = refreshTokenOf(session, newest);
        const stillNewest = check(Sessions, { sessionId }, asRead(session));
        return { writes: [stillNewest, stillMay], answer: tokensOf(user, issued, { refreshToken }) };
      }
      const next = rotateSession(world, session, asked, kept);
      return { writes: [next.write, stillMay], answer: tokensOf(user, issued, next) };
    },
  );
  if (outcome !== undefined) return outcome;
  await revokeTokens(world, sessionId, world.clock.now().toISOString());
  world.log.warn('refresh token reused', { userId, sessionId });
  return refuse('SESSION_ENDED');
}

/** Ends the session the access token belongs to. */
export async function logout(world: World, call: Call<Record<string, never>>) {
  const { userId, sessionId } = call.actor;
  if (sessionId) {
    await revokeTokens(world, sessionId, world.clock.now().toISOString());
    const ended = await commit(
      world,
      { ...call, action: 'logout' },
      [{ table: Sessions, key: { sessionId } }],
      ([session]) => ({
        writes: session && !session.endedAt ? [endSession(world, sessionId, userId)] : [],
        answer: undefined,
      }),
    );
    if (ended instanceof Problem) return ended;
  }
  return { message: 'Logged out' };
}

export async function changePassword(
  world: World,
  call: Call<{ currentPassword: string; newPassword: string }>,
) {
  const { userId } = call.actor;
  const counted = await countAttempt(world, 'login', userId, call.address);
  if (counted instanceof Problem) return counted;
  const weak = checkPassword(call.input.newPassword, world.config.passwordPolicy);
  if (weak) return weak;
  const user = await world.store.get(Users, { userId });
  if (!user || !(await isPassword(world, user, call.input.currentPassword))) return refuse('BAD_CREDENTIALS');
  const moving = stillMoving(world, user);
  if (moving) return moving;
  const passwordHash = await hashPassword(call.input.newPassword);
  const done = await commit(world, call, [], () => ({
    writes: [setPassword(world, user, passwordHash, () => refuse('EDIT_CONFLICT')), ...counted.undo],
    answer: { message: 'Password changed; log in again' },
  }));
  if (!(done instanceof Problem)) await revokeTokensOf(world, userId);
  return done;
}

/** Sends a reset code, if the address has an account; the answer and the work are the same if it has none. */
export async function forgotPassword(world: World, call: Call<{ email: string }>) {
  const emailKey = emailKeyOf(call.input.email);
  const counted = await countAttempt(world, 'forgot', emailKey, call.address);
  if (counted instanceof Problem) return counted;
  const userId = (await world.store.get(Emails, { emailKey }))?.userId;
  const resetId = `R${world.ids.next()}`;
  const expiresAt = plusSeconds(world.clock.now(), RESET_SECONDS);
  const row = { resetId, userId, expiresAt, expiresAtSeconds: epochSeconds(expiresAt) };
  return commit(world, call, [], () => ({
    writes: [create(Resets, row)],
    events: userId ? [happened('PASSWORD_RESET_REQUESTED', resetId, 1, { userId, resetId })] : [],
    answer: { message: 'If the address has an account, a reset code is on its way' },
  }));
}

/** Sets a new password with a code from `forgotPassword`; every session ends. */
export async function resetPassword(world: World, call: Call<{ code: string; password: string }>) {
  const counted = await countAttempt(world, 'reset', call.input.code.slice(0, 40), call.address);
  if (counted instanceof Problem) return counted;
  const weak = checkPassword(call.input.password, world.config.passwordPolicy);
  if (weak) return weak;
  const resetId = readResetCode(world, call.input.code);
  const reset = resetId ? await world.store.get(Resets, { resetId }) : undefined;
  const userId = reset?.userId;
  if (!reset || !userId || reset.expiresAt <= world.clock.now().toISOString())
    return refuse('RESET_CODE_INVALID');
  const passwordHash = await hashPassword(call.input.password);
  const done = await commit(world, call, [{ table: Users, key: { userId } }], ([user]) => {
    if (!user || user.erasedAt) return refuse('RESET_CODE_INVALID');
    const moving = stillMoving(world, user);
    if (moving) return moving;
    return {
      writes: [
        remove(Resets, { resetId: reset.resetId }, present('resetId'), () => refuse('RESET_CODE_INVALID')),
        setPassword(world, user, passwordHash),
      ],
      answer: { message: 'Password changed; log in with it' },
    };
  });
  if (!(done instanceof Problem)) await revokeTokensOf(world, userId);
  return done;
}
