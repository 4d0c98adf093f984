import { z } from '@hono/zod-openapi';
import { defineTable } from '#shared/data/table.ts';
import { put, remove, type Write } from '#shared/data/write.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import { keysOfCustomer } from '../rules/customerKeys.ts';
import type { User } from './User.ts';

/**
 * What the desk finds a household by: a row for each beginning of its name, its e-mail address, the digits of its
 * telephone number from both ends, and the day it came. The rows follow from the Users row and are written with it.
 */
export const CustomerKey = onDemand(() =>
  z.object({ part: z.string(), key: z.string(), userId: z.string() }),
);
export type CustomerKey = TypeOf<typeof CustomerKey>;
export const CustomerKeys = defineTable('CustomerKeys', CustomerKey, { hash: 'part', range: 'key' });

/** The writes that make a household findable as it is after a change, and no longer as it was before. */
export function rekeyed(before: User | undefined, after: User | undefined): Write[] {
  const name = ({ part, key }: CustomerKey) => `${part} ${key}`;
  const old = before ? keysOfCustomer(before) : [];
  const now = after ? keysOfCustomer(after) : [];
  const kept = new Set(now.map(name));
  const known = new Set(old.map(name));
  return [
    ...old.filter((row) => !kept.has(name(row))).map(({ part, key }) => remove(CustomerKeys, { part, key })),
    ...now.filter((row) => !known.has(name(row))).map((row) => put(CustomerKeys, row)),
  ];
}
