import { Users } from '#lambdas/user/models/User.ts';
import { toMinor } from '#shared/domain/money.ts';
import { grantUnit, type Shares } from '../../rules/grants.ts';
import { decideHousehold, emptyPurse, type Purse } from '../../rules/household.ts';
import { turnOf } from '../../rules/shares.ts';
import { type RunUnit, unitOf } from '../../rules/units.ts';
import type { Subscription } from '../Subscription.ts';
import type { Run } from './run.ts';
import type { Household } from './sweep.ts';

/** Everything that becomes of a household's day. */
export interface Decided {
  userId: string;
  units: RunUnit[];
  /** What it can pay with, as it was read. */
  purse: Purse;
  /** What was decided together with this part of the household's day, and is made after it. */
  rest?: RunUnit[];
}

/** Decides the days of households, each over all its subscriptions; those that want nothing that day are left out. */
export async function decide(run: Run, shares: Shares, households: readonly Household[]): Promise<Decided[]> {
  const wishes = households.flatMap((household) => wishOf(run, household));
  const userIds = wishes.map(({ userId }) => userId);
  const [users, purses] = await Promise.all([
    run.world.store.getMany(userIds.map((userId) => ({ table: Users, key: { userId } }))),
    run.till.pursesOf(run.world, userIds),
  ]);
  const { balanceShort, graceLimit } = run.terms.settings;
  return wishes.map(({ userId, units }, i) => {
    const purse = purses.get(userId) ?? emptyPurse;
    for (const unit of units) grantUnit(unit, turnOf(unit.subscription, run.latelyFrom), shares, run.terms);
    decideHousehold(units, {
      policy: balanceShort,
      graceLimitMinor: toMinor(graceLimit),
      purse,
      active: users[i]?.active === true,
      isMissed: run.isMissed,
    });
    return { userId, units, purse };
  });
}

function wishOf(run: Run, household: readonly Subscription[]): Omit<Decided, 'purse'>[] {
  const units = household.flatMap((subscription) => unitOf(subscription, run.terms) ?? []);
  const userId = units[0]?.subscription.userId;
  return userId === undefined ? [] : [{ userId, units }];
}
