import { timingSafeEqual } from 'node:crypto';
import { commit, happened } from '#shared/data/commit.ts';
import { all, is } from '#shared/data/condition.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { check, type Write } from '#shared/data/write.ts';
import { readPhone } from '#shared/domain/phone.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { countAttempt } from './models/Attempt.ts';
import { beginSession } from './models/Session.ts';
import {
  codeKeyOf,
  countWrong,
  digitsOf,
  isGood,
  newCode,
  numberHashOf,
  SignInCodes,
  useUp,
} from './models/SignInCode.ts';
import { changeUser, maySignInStill, Phones, type User, Users } from './models/User.ts';
import { claimsOf, tokensOf } from './passwords.ts';

/**
 * Sends a code to a telephone number by which a household can sign in. A number that is nobody's costs the same reads
 * and the same writes, and gets the same answer.
 */
export async function requestCode(world: World, call: Call<{ phone: string }>) {
  const number = await numberOf(world, call.input.phone);
  const counted = await countAttempt(world, 'code', number, call.address);
  if (counted instanceof Problem) return counted;
  const phone = await world.store.get(Phones, { phoneKey: number });
  const user = await world.store.get(Users, { userId: phone?.userId ?? 'nobody' });
  const userId = maySignIn(user, number) ? user.userId : undefined;
  const { codeId, write } = newCode(world, number, userId);
  return commit(world, call, [], () => ({
    writes: [write],
    events: [happened('SIGN_IN_CODE_REQUESTED', codeId, 1, { userId, codeId })],
    answer: { message: 'If the number has an account, a code is on its way' },
  }));
}

/** Opens a session with a code, once. Whoever holds the telephone has then proven the number. */
export async function loginByCode(world: World, call: Call<{ phone: string; code: string }>) {
  const number = await numberOf(world, call.input.phone);
  const counted = await countAttempt(world, 'codeLogin', number, call.address);
  if (counted instanceof Problem) return counted;
  const phone = await world.store.get(Phones, { phoneKey: number });
  const userId = phone?.userId ?? 'nobody';
  const context = { ...call, actor: { userId, role: 'customer' as const } };
  const asks = [
    { table: SignInCodes, key: codeKeyOf(world, number, phone?.userId) },
    { table: Users, key: { userId } },
  ] as const;
  const outcome = await commit(world, context, asks, async ([code, user]) => {
    if (!code || !isGood(code, world.clock.now().toISOString())) return refuse('BAD_CODE');
    const right = isSame(digitsOf(world, code.codeId), call.input.code);
    const sent = code.numberHash === numberHashOf(world, number);
    if (!right || !sent || !maySignIn(user, number)) return { writes: [countWrong(code)], answer: undefined };
    const opened = await world.identity.open(claimsOf(world, user));
    const session = beginSession(world, user, opened);
    return {
      writes: [useUp(code), proven(world, user, number), session.write, ...counted.undo],
      events: [happened('USER_LOGGED_IN', opened.sessionId, 1, { userId })],
      answer: tokensOf(user, opened, session),
    };
  });
  return outcome ?? refuse('BAD_CODE');
}

/** A number as accounts are known by it; what is none stays as it is, and is nobody's. */
async function numberOf(world: World, phone: string): Promise<string> {
  return readPhone(phone, (await settingsOf(world)).country)?.e164 ?? phone;
}

function maySignIn(user: User | undefined, number: string): user is User {
  return user?.role === 'customer' && user.active && !user.erasedAt && user.phoneKey === number;
}

function isSame(digits: string, given: string): boolean {
  const [right, said] = [Buffer.from(digits), Buffer.from(given)];
  return right.length === said.length && timingSafeEqual(right, said);
}

/** That the number is proven now; where it was before, that the account is still as it was read. */
function proven(world: World, user: User, number: string): Write {
  const still = all(maySignInStill(user), is('phoneKey', number));
  if (user.phoneProvenAt) return check(Users, { userId: user.userId }, still);
  return changeUser(user, { set: { phoneProvenAt: world.clock.now().toISOString() } }, undefined, still);
}
