import { type Catalogue, catalogueOf, forgetCatalogue } from '#lambdas/product/models/catalogue.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import type { SlotOnDay } from '#shared/data/slot.ts';
import type { Write } from '#shared/data/write.ts';
import { addDays, type Day, type Instant } from '#shared/domain/day.ts';
import type { Minor } from '#shared/domain/money.ts';
import type { World } from '#shared/world.ts';
import { slotLockOf, slotOnDay } from '../../rules/cutoff.ts';
import type { Purse } from '../../rules/household.ts';
import type { RunTerms } from '../../rules/units.ts';
import type { Order } from '../Order.ts';

/** Who came short within so many days goes first at the next shortage. */
const SHORT_LATELY_DAYS = 7;

/** The money side of a run, which the ledger's own code gives. */
export interface Till {
  /** What households can pay with; those that have nothing and owe nothing are missing. */
  pursesOf(world: World, userIds: readonly string[]): Promise<Map<string, Purse>>;
  /**
   * Pays orders of one household together: each one's pointer to its payment and its promo credit, and the writes.
   * Orders on account are not paid together with others: a transaction changes a household's balances once. `part` tells
   * a later payment of an order from its first.
   */
  pay(
    orders: readonly { order: Order; owedMinor: Minor; promoMinor: Minor; part?: string }[],
    purse: Purse,
    at: Instant,
  ): { paid: Map<string, Pick<Order, 'payment' | 'promo'>>; writes: Write[] };
}

/** The slots of a day that lock together: their orders are decided and made in one run. */
export interface LockGroup {
  day: Day;
  lock: Instant;
  slots: ReadonlyMap<string, SlotOnDay>;
  /** Whether it is the day's last: then it also records what is planned for slots that are not offered any more. */
  last: boolean;
}

/** The groups of a day, the first to lock first. */
export function lockGroupsOf(settings: Settings, day: Day): LockGroup[] {
  const slots = settings.slots.map((window) => slotOnDay(settings, window, day));
  const byLock = [...Map.groupBy(slots, ({ slotId }) => slotLockOf(settings, slotId, day) ?? '')];
  byLock.sort(([a], [b]) => (a < b ? -1 : 1));
  return byLock.map(([lock, members], i) => ({
    day,
    lock,
    slots: new Map(members.map((slot) => [slot.slotId, slot])),
    last: i === byLock.length - 1,
  }));
}

/** A run at work: what it looks at, as it was when it began. */
export interface Run {
  world: World;
  till: Till;
  group: LockGroup;
  terms: RunTerms;
  catalogue: Catalogue;
  /** Units of each product that a simulation gave to slots that lock earlier: the store still has them. */
  given: ReadonlyMap<string, number>;
  /** Who came short on this day or later goes first at a shortage. */
  latelyFrom: Day;
  /** Whether the time to load a slot's orders is over. */
  isMissed: (slotId: string) => boolean;
  /** Whether the time that this call has is over. */
  isLate: () => boolean;
}

export async function beginRun(
  world: World,
  till: Till,
  group: LockGroup,
  isLate: () => boolean,
): Promise<Run> {
  forgetCatalogue(world);
  const [settings, catalogue] = await Promise.all([settingsOf(world), catalogueOf(world)]);
  const offered = new Set(settings.slots.map(({ slotId }) => slotId));
  return {
    world,
    till,
    group,
    catalogue,
    given: new Map(),
    latelyFrom: addDays(group.day, -SHORT_LATELY_DAYS),
    terms: {
      day: group.day,
      isOurs: (slotId) => group.slots.has(slotId) || (group.last && !offered.has(slotId)),
      settings,
      productOf: (productId) => catalogue.byId.get(productId)?.product,
    },
    isMissed: (slotId) => (group.slots.get(slotId)?.startsAt ?? '9') <= world.clock.now().toISOString(),
    isLate,
  };
}

/** Units of a product as its stock takes them, with how it keeps its stock. */
export function stockLineOf({ catalogue }: Run, productId: string, qty: number) {
  const product = catalogue.byId.get(productId)?.product;
  return {
    productId,
    qty,
    stockMode: product?.stockMode ?? 'ON_HAND',
    dailySupply: product?.dailySupply,
  } as const;
}
