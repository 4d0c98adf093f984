import { z } from '@hono/zod-openapi';
import { type Order, TimelineEntry } from '#lambdas/order/models/Order.ts';
import { addressKeyOf } from '#lambdas/order/models/Stop.ts';
import { happened, type NewEvent } from '#shared/data/commit.ts';
import { is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { update, type Write } from '#shared/data/write.ts';
import { Address } from '#shared/domain/address.ts';
import { AmountShown } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

export const deliveryStatuses = ['ASSIGNED', 'PICKED_UP', 'IN_TRANSIT', 'DELIVERED', 'FAILED'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** The only moves of a delivery. FAILED is final: another try is a new delivery of the same order. */
export const deliveryMoves: Readonly<Record<DeliveryStatus, readonly DeliveryStatus[]>> = {
  ASSIGNED: ['PICKED_UP', 'FAILED'],
  PICKED_UP: ['IN_TRANSIT', 'FAILED'],
  IN_TRANSIT: ['DELIVERED', 'FAILED'],
  DELIVERED: [],
  FAILED: [],
};

/** Where something happened, WGS 84 degrees. */
export const Place = z.strictObject({ lat: z.number().min(-90).max(90), lng: z.number().min(-180).max(180) });

/** Proof of delivery: a note, who took it, or the name of a photo that was sent before. */
export const Proof = z.strictObject({
  note: z.string().trim().max(500).optional(),
  receivedBy: z.string().trim().max(120).optional(),
  photo: z.string().trim().max(200).optional(),
});

/** A step of a delivery: `at` is when the courier did it, `toldAt` when the dairy learnt of it, where that was later. */
export const DeliveryStep = onDemand(() => TimelineEntry().extend({ toldAt: z.string().optional() }));
export type DeliveryStep = TypeOf<typeof DeliveryStep>;

/** One attempt to bring an order to its door. */
export const Delivery = onDemand(() =>
  z.object({
    deliveryId: z.string(),
    orderId: z.string(),
    userId: z.string(),
    status: z.enum(deliveryStatuses),
    courierId: z.string(),
    /** The courier's round that day: `<courierId>#<deliveryDay>`. */
    roundKey: z.string(),
    /** Sorts a round: slot start, postal code, order. */
    roundOrder: z.string(),
    deliveryDay: z.string(),
    slotId: z.string(),
    slotStartsAt: z.string(),
    slotEndsAt: z.string(),
    address: Address.optional(),
    reason: z.string().optional(),
    proof: Proof.optional(),
    /** Names of the photos that were taken of it. */
    photos: z.array(z.string()).optional(),
    location: Place.optional(),
    /** Minor units that the courier counted. */
    cashCollected: z.number().int().optional(),
    /** Minor units that the household paid to the provider at the door, and what the provider calls that payment. */
    qrCollected: z.number().int().optional(),
    providerRef: z.string().optional(),
    /** What became of what did not come, where it was thrown away. */
    shortGoods: z.enum(['RETURN', 'WASTE']).optional(),
    /** Bottles with a deposit that were left and taken back. */
    bottles: z
      .array(
        z.object({
          productId: z.string(),
          left: z.number().int(),
          leftMinor: z.number().int(),
          back: z.number().int(),
          backMinor: z.number().int(),
        }),
      )
      .optional(),
    timeline: z.array(DeliveryStep()),
    createdAt: z.string(),
    version: z.number().int(),
  }),
);
export type Delivery = TypeOf<typeof Delivery>;

export const Deliveries = defineTable('Deliveries', Delivery, {
  hash: 'deliveryId',
  indexes: { byRound: { hash: 'roundKey', range: 'roundOrder' } },
});

export const roundKeyOf = (courierId: string, day: string) => `${courierId}#${day}`;

/** Where in its courier's round a delivery of the order stands: by slot, then postal code. */
export function roundOrderOf(order: Order): string {
  return [order.slotStartsAt, order.address?.pincode ?? '~', addressKeyOf(order.address), order.orderId].join(
    '#',
  );
}

/** A delivery as the API shows it. */
export const DeliveryShown = onDemand(() =>
  z
    .object({
      deliveryId: z.string(),
      orderId: z.string(),
      status: z.enum(deliveryStatuses),
      courierId: z.string(),
      deliveryDay: z.string(),
      slotId: z.string(),
      slotStartsAt: z.string(),
      slotEndsAt: z.string(),
      address: Address.optional(),
      reason: z.string().optional(),
      proof: Proof.optional(),
      location: Place.optional(),
      cashCollected: AmountShown.optional(),
      qrCollected: AmountShown.optional(),
      bottles: z
        .array(z.object({ productId: z.string(), left: z.number().int(), back: z.number().int() }))
        .optional(),
      timeline: z.array(DeliveryStep()),
    })
    .openapi('Delivery'),
);

/** Moves a delivery along its table, on condition that it is still as it was read. */
export function moveDelivery(
  delivery: Delivery,
  status: DeliveryStatus,
  by: Omit<DeliveryStep, 'status'>,
  set: Partial<Delivery> = {},
): { delivery: Delivery; write: Write; event: NewEvent } | Problem {
  if (!deliveryMoves[delivery.status].includes(status)) return forbiddenDeliveryMove(delivery, status);
  const entry = { status, ...by };
  const version = delivery.version + 1;
  const after: Delivery = {
    ...delivery,
    ...set,
    status,
    reason: by.reason,
    version,
    timeline: [...delivery.timeline, entry],
  };
  const write = update(
    Deliveries,
    { deliveryId: delivery.deliveryId },
    { set: { ...set, status, reason: by.reason, version }, append: { timeline: [entry] } },
    is('version', delivery.version),
  );
  return { delivery: after, write, event: deliveryUpdated(after) };
}

export function forbiddenDeliveryMove({ status: from }: Delivery, status: DeliveryStatus): Problem {
  return refuse('INVALID_TRANSITION', `The delivery is ${from}; it cannot become ${status}.`, {
    more: { deliveryStatus: from },
  });
}

/** Puts right what was said of a delivery at its door, on condition that it is still as it was read. */
export function correctDelivery(
  delivery: Delivery,
  by: { at: string; by: string; reason?: string },
  set: Partial<Delivery>,
): { delivery: Delivery; write: Write } {
  const entry = { status: 'DELIVERED', ...by };
  const version = delivery.version + 1;
  const after: Delivery = { ...delivery, ...set, version, timeline: [...delivery.timeline, entry] };
  const write = update(
    Deliveries,
    { deliveryId: delivery.deliveryId },
    { set: { ...set, version }, append: { timeline: [entry] } },
    is('version', delivery.version),
  );
  return { delivery: after, write };
}

export function deliveryUpdated(delivery: Delivery): NewEvent {
  const { deliveryId, orderId, userId, courierId, status, reason, version } = delivery;
  return happened('DELIVERY_UPDATED', deliveryId, version, {
    userId,
    orderId,
    deliveryId,
    courierId,
    status,
    reason,
  });
}
