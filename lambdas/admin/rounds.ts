import { Deliveries, type Delivery, roundKeyOf } from '#lambdas/delivery/models/Delivery.ts';
import { type User, Users } from '#lambdas/user/models/User.ts';
import type { Day } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';

/** Every delivery that a courier has or had on a day, as the round goes. */
export async function roundOf(world: World, courierId: string, day: Day): Promise<Delivery[]> {
  const hash = roundKeyOf(courierId, day);
  return (await world.store.query(Deliveries, { index: 'byRound', hash })).rows;
}

/** Everybody who may have deliveries of any day: couriers, also those switched off, and who became admin since. */
export async function couriersOf(world: World): Promise<User[]> {
  return world.store.queryAll(Users, 'byStaffRole', ['courier', 'admin']);
}

/** People by their ids, each read once. */
export async function usersOf(
  world: World,
  userIds: readonly (string | undefined)[],
): Promise<Map<string, User>> {
  const wanted = [...new Set(userIds.filter((userId) => userId !== undefined))];
  const found = await world.store.getMany(wanted.map((userId) => ({ table: Users, key: { userId } })));
  return new Map((found as (User | undefined)[]).flatMap((user) => (user ? [[user.userId, user]] : [])));
}

/** Deliveries by their ids, each read once. */
export async function deliveriesOf(
  world: World,
  deliveryIds: readonly (string | undefined)[],
): Promise<Map<string, Delivery>> {
  const wanted = [...new Set(deliveryIds.filter((deliveryId) => deliveryId !== undefined))];
  const found = await world.store.getMany(
    wanted.map((deliveryId) => ({ table: Deliveries, key: { deliveryId } })),
  );
  return new Map((found as (Delivery | undefined)[]).flatMap((row) => (row ? [[row.deliveryId, row]] : [])));
}
