import { type Context, commit, type Decision } from '#shared/data/commit.ts';
import { all, is } from '#shared/data/condition.ts';
import { check, update, type Write } from '#shared/data/write.ts';
import { plusSeconds } from '#shared/domain/day.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Issued, Opened, PasswordKeeper } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { matchesHash } from './models/passwordHash.ts';
import { changeUser, maySignInStill, stillMoving, type User, Users } from './models/User.ts';

/** Longer than any request lives. */
const MOVING_SECONDS = 30;

/** A session that a password opened for a person, and the write that holds only while nothing has ended it. */
export interface Proven {
  known: User;
  opened: Opened;
  write: Write;
}

/**
 * Opens a session for who knows the password; BAD_CREDENTIALS for who does not. Somebody unknown, and somebody who may
 * not sign in, cost what a wrong password costs.
 *
 * A password is set as a hash in the Users row, in one transaction with whatever else that changes. Where somebody else
 * keeps passwords, its first use hands it over and takes the hash away: a hash that is there is the newest password, and
 * the only one that counts.
 */
export async function openByPassword(
  world: World,
  context: Context,
  user: User | undefined,
  password: string,
): Promise<Proven | Problem> {
  const keeper = world.identity.passwords;
  const known = user?.active && !user.erasedAt ? user : undefined;
  if (keeper && known?.passwordHash) return handOver(world, context, keeper, known, password);
  if (!keeper) {
    const right = await matchesHash(password, user?.passwordHash);
    return right && known ? opened(known, await world.identity.open(claimsOf(world, known))) : wrong();
  }
  const session = await keeper.open(known && claimsOf(world, known), password);
  return session && known ? opened(known, session) : wrong();
}

/** Whether a password is somebody's, without opening anything. */
export async function isPassword(world: World, user: User, password: string): Promise<boolean> {
  const keeper = world.identity.passwords;
  if (!keeper || user.passwordHash) return matchesHash(password, user.passwordHash);
  return (await keeper.open(claimsOf(world, user), password)) !== undefined;
}

/** What a login and a refresh answer. */
export function tokensOf(
  { userId, role }: User,
  { token, expiresIn }: Issued,
  { refreshToken }: { refreshToken: string },
) {
  return { token, expiresIn, refreshToken, userId, role };
}

/** What opens a session for a person. */
export function claimsOf(world: World, { userId, role, sessionsFrom }: User) {
  return { userId, role, sessionId: `SN${world.ids.next()}`, after: sessionsFrom };
}

function opened(known: User, session: Opened): Proven {
  const { userId } = known;
  return { known, opened: session, write: check(Users, { userId }, maySignInStill(known), overtaken) };
}

function wrong(): Problem {
  return refuse('BAD_CREDENTIALS');
}

/** Somebody has changed what may be opened, or the password, while it was looked at: the next try will see it. */
function overtaken(): Problem {
  return refuse('BUSY', undefined, { retryAfterSeconds: 1 });
}

/** A password on its way to the keeper, by this login or by another one. */
interface Move {
  user: User;
  mine: boolean;
}

async function handOver(
  world: World,
  context: Context,
  keeper: PasswordKeeper,
  user: User,
  password: string,
): Promise<Proven | Problem> {
  const hash = user.passwordHash as string;
  // The keeper is asked beside it, so that a wrong password takes as long for everybody.
  const [right] = await Promise.all([matchesHash(password, hash), keeper.open(undefined, password)]);
  if (!right) return wrong();
  const moving = await claimMove(world, context, user.userId, hash);
  if (moving instanceof Problem) return moving;
  // Another login hands it over just now; this one needs no password any more.
  if (!moving.mine) return opened(moving.user, await world.identity.open(claimsOf(world, moving.user)));
  const { userId, role, passwordMovingUntil = '' } = moving.user;
  await keeper.keep({ userId, role, password });
  const session = await keeper.open(claimsOf(world, moving.user), password);
  if (!session) return overtaken();
  const handed = { remove: ['passwordHash', 'passwordMovingUntil'] as const };
  const asClaimed = all(maySignInStill(moving.user), is('passwordMovingUntil', passwordMovingUntil));
  return {
    known: moving.user,
    opened: session,
    write: update(Users, { userId }, handed, asClaimed, overtaken),
  };
}

/** Holds up whoever would set another password meanwhile (`stillMoving`); one login at a time hands it over. */
function claimMove(world: World, context: Context, userId: string, hash: string): Promise<Move | Problem> {
  const asks = [{ table: Users, key: { userId } }] as const;
  return commit(world, context, asks, ([user]): Decision<Move> | Problem => {
    if (!user?.active || user.erasedAt || user.passwordHash !== hash) return overtaken();
    if (stillMoving(world, user)) return { writes: [], answer: { user, mine: false } };
    const passwordMovingUntil = plusSeconds(world.clock.now(), MOVING_SECONDS);
    return {
      writes: [changeUser(user, { set: { passwordMovingUntil } })],
      answer: { user: { ...user, passwordMovingUntil, version: user.version + 1 }, mine: true },
    };
  });
}
