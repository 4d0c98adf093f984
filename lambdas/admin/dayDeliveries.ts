import type { Delivery, DeliveryStatus } from '#lambdas/delivery/models/Delivery.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { type Day, dayOf } from '#shared/domain/day.ts';
import { Problem } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';
import { couriersOf, roundOf, usersOf } from './rounds.ts';
import { pageOfDay } from './rules/dayPage.ts';
import { isPlanned, progressOf } from './rules/progress.ts';

export interface ListDeliveries {
  day?: Day;
  courierId?: string;
  slotId?: string;
  status?: DeliveryStatus;
  limit: number;
  cursor?: string;
}

/** The deliveries of a day as their rounds go, and how far each courier is. */
export async function listDeliveries(world: World, { input }: Call<ListDeliveries>) {
  const { courierId, slotId, status, limit, cursor } = input;
  const day = input.day ?? dayOf(world.clock.now(), (await settingsOf(world)).timeZone);
  const staff = await couriersOf(world);
  const names = new Map(staff.map(({ userId, name }) => [userId, name]));
  // Somebody who is no courier any more is asked for by name only.
  const courierIds = courierId ? [courierId] : [...names.keys()];
  const rounds = await Promise.all(
    courierIds.map(async (id) => ({ courierId: id, round: await roundOf(world, id, day) })),
  );
  const all = rounds
    .flatMap(({ round }) => round)
    .filter(isPlanned)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const page = pageOfDay(
    all,
    { day, limit, cursor },
    ({ deliveryId }) => deliveryId,
    (row) => (!status || row.status === status) && (!slotId || row.slotId === slotId),
  );
  if (page instanceof Problem) return page;
  const households = await usersOf(
    world,
    page.rows.map(({ userId }) => userId),
  );
  const body = {
    day,
    couriers: rounds
      .filter(({ round }) => round.some(isPlanned))
      .map(({ courierId: id, round }) => ({ courierId: id, name: names.get(id), ...progressOf(round) })),
    deliveries: page.rows.map((row) => ({
      ...shownInList(row),
      courier: names.get(row.courierId),
      name: households.get(row.userId)?.name,
    })),
  };
  return new Reply(body, { cursor: page.cursor });
}

const placeOf = ({ roundOrder, deliveryId }: Delivery): string => `${roundOrder} ${deliveryId}`;

function shownInList(delivery: Delivery) {
  const { deliveryId, orderId, userId, courierId, slotId, status, reason, address, timeline, proof } =
    delivery;
  return {
    deliveryId,
    orderId,
    userId,
    courierId,
    slotId,
    slotStartsAt: delivery.slotStartsAt,
    status,
    /** Since when it stands there. */
    at: timeline.at(-1)?.at ?? delivery.createdAt,
    reason,
    address,
    hasPhoto: proof?.photo !== undefined && (delivery.photos?.includes(proof.photo) ?? false),
  };
}
