import { createHmac } from 'node:crypto';
import { Users } from '#lambdas/user/models/User.ts';
import { commit, type Decision } from '#shared/data/commit.ts';
import { absent, all, is } from '#shared/data/condition.ts';
import { check, update } from '#shared/data/write.ts';
import { drawnOnly, type Picture, pictureOf } from '#shared/domain/picture.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { type Call, Reply } from '#shared/http/door.ts';
import { isStaff } from '#shared/http/owner.ts';
import type { Actor } from '#shared/ports/ports.ts';
import type { World } from '#shared/world.ts';
import { Deliveries, type Delivery } from './models/Delivery.ts';

/** Several in case one is blurred; nobody needs more of one door. */
const MOST_PHOTOS = 5;

export interface AddPhoto {
  deliveryId: string;
  contentType: Picture['contentType'];
  data: string;
}

/**
 * Keeps a photo of a delivery; its name then goes into the proof. The delivery names the file before it is there, so that
 * whoever erases the household finds it; the same photo again is the same file.
 */
export async function addPhoto(world: World, call: Call<AddPhoto>) {
  const { deliveryId } = call.input;
  const picture = pictureOf(call.input);
  if (picture instanceof Problem) return picture;
  const photo = photoNameOf(world, deliveryId, picture);
  const outcome = await commit(world, call, [{ table: Deliveries, key: { deliveryId } }], ([delivery]) => {
    if (!delivery || !brings(call.actor, delivery)) return noDelivery(deliveryId);
    return photoAdded(delivery, photo);
  });
  if (outcome instanceof Problem) return outcome;
  await world.files.put(`proofs/${photo}`, picture.body, picture.contentType);
  // An erasure that came in between has looked for the file before it was there.
  const now = await world.store.get(Deliveries, { deliveryId });
  if (now?.photos?.includes(photo)) return outcome;
  await world.files.remove(`proofs/${photo}`);
  return noDelivery(deliveryId);
}

function photoAdded(
  delivery: Delivery,
  photo: string,
): Decision<{ deliveryId: string; photo: string }> | Problem {
  const { deliveryId, courierId, userId, photos } = delivery;
  const answer = { deliveryId, photo };
  if (photos?.includes(photo)) return { writes: [], answer };
  if ((photos?.length ?? 0) >= MOST_PHOTOS)
    return refuse('TOO_MANY_PHOTOS', `A delivery may have ${MOST_PHOTOS} photos.`);
  const asRead = photos ? is('photos', photos) : absent('photos');
  return {
    writes: [
      // A photo is no move of the delivery: its version stays.
      update(
        Deliveries,
        { deliveryId },
        { append: { photos: [photo] } },
        all(is('courierId', courierId), asRead),
      ),
      check(Users, { userId }, absent('erasedAt'), () => noDelivery(deliveryId)),
    ],
    answer,
  };
}

/** Nobody can guess it who does not have our key, and it tells nothing but the delivery. */
function photoNameOf(world: World, deliveryId: string, { body, extension }: Picture): string {
  const key = createHmac('sha256', world.config.secret).update(`photo\n${deliveryId}\n`);
  return `${deliveryId}-${key.update(body).digest('base64url')}.${extension}`;
}

/** A photo of a delivery: the one named, or its proof's. For its household, its courier and staff. */
export async function viewPhoto(world: World, call: Call<{ deliveryId: string; photo?: string }>) {
  const { deliveryId, photo } = call.input;
  const delivery = await world.store.get(Deliveries, { deliveryId });
  if (!delivery || !(brings(call.actor, delivery) || delivery.userId === call.actor.userId))
    return noDelivery(deliveryId);
  const name = photo ?? delivery.proof?.photo;
  // Only what was kept as a photo of this very delivery, whatever a proof says.
  const known = delivery.photos?.find((one) => one === name);
  const file = known && (await world.files.get(`proofs/${known}`));
  if (!file) return refuse('NOT_FOUND', `The delivery ${deliveryId} has no such photo.`);
  return new Reply(file.body, {
    contentType: file.contentType,
    headers: {
      ...drawnOnly,
      // A named photo stays what it is; which one is the proof may change. Another person's browser keeps its own.
      'cache-control': photo ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      vary: 'authorization',
    },
  });
}

function brings(actor: Actor, { courierId }: Delivery): boolean {
  return isStaff(actor) || courierId === actor.userId;
}

function noDelivery(deliveryId: string): Problem {
  return refuse('NOT_FOUND', `There is no delivery ${deliveryId}.`);
}
