import { z } from '@hono/zod-openapi';
import { is } from '#shared/data/condition.ts';
import { defineTable } from '#shared/data/table.ts';
import { create, put, type Write } from '#shared/data/write.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';

/** How many bottles of a product a household has, and what it gave as deposit for them in all, minor units. */
export const HeldBottles = onDemand(() => z.object({ count: z.number().int(), deposit: z.number().int() }));

/** A household's bottles with a deposit, by product. Their deposits are what the books hold for it in `deposit`. */
export const Bottles = onDemand(() =>
  z.object({
    userId: z.string(),
    products: z.record(z.string(), HeldBottles()),
    version: z.number().int(),
  }),
);
export type Bottles = TypeOf<typeof Bottles>;
export const BottlesTable = defineTable('Bottles', Bottles, { hash: 'userId' });

/** Keeps a household's bottles as they are now, on condition that nobody changed them since they were read. */
export function keepBottles(
  userId: string,
  before: Bottles | undefined,
  products: Bottles['products'],
): Write[] {
  if (JSON.stringify(before?.products ?? {}) === JSON.stringify(products)) return [];
  const after: Bottles = { userId, products, version: (before?.version ?? 0) + 1 };
  return [before ? put(BottlesTable, after, is('version', before.version)) : create(BottlesTable, after)];
}
