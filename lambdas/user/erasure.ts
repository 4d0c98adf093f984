import { Carts, cartKey } from '#lambdas/cart/models/Cart.ts';
import { Deliveries, type Delivery } from '#lambdas/delivery/models/Delivery.ts';
import { eraseNotifications, Notifications } from '#lambdas/notification/models/Notification.ts';
import { subscriptionsOf } from '#lambdas/order/models/householdSubscriptions.ts';
import { editOrder, type Order, Orders } from '#lambdas/order/models/Order.ts';
import { ProblemReports } from '#lambdas/order/models/ProblemReport.ts';
import {
  changeSubscription,
  Receipts,
  SubscriptionDays,
  Subscriptions,
} from '#lambdas/order/models/Subscription.ts';
import { Accounts, Bills } from '#lambdas/payment/models/Account.ts';
import { AutoTopUps } from '#lambdas/payment/models/AutoTopUp.ts';
import { BottlesTable } from '#lambdas/payment/models/Bottles.ts';
import { Closings } from '#lambdas/payment/models/Closing.ts';
import { InvoiceNotes, Invoices } from '#lambdas/payment/models/Invoice.ts';
import { type Balance, Balances, balanceKey, Ledger } from '#lambdas/payment/models/Ledger.ts';
import { Payments, Refunds } from '#lambdas/payment/models/Payment.ts';
import { Promos, promoKey } from '#lambdas/payment/models/Promo.ts';
import { type Context, commit, happened } from '#shared/data/commit.ts';
import { absent, all, any, is, present } from '#shared/data/condition.ts';
import type { Row, Table } from '#shared/data/table.ts';
import { StoreError } from '#shared/data/wire.ts';
import { check, remove, update, type Write } from '#shared/data/write.ts';
import { deliveryIdOf } from '#shared/domain/id.ts';
import { toMajor } from '#shared/domain/money.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { DairyEvent } from '#shared/events/event.ts';
import type { Call } from '#shared/http/door.ts';
import { ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { rekeyed } from './models/CustomerKey.ts';
import { releasePhone } from './models/registration.ts';
import { SignInCodes } from './models/SignInCode.ts';
import {
  changeUser,
  countAdmin,
  Emails,
  emailKeyOf,
  endOfSessions,
  revokeTokensOf,
  stillMoving,
  Users,
} from './models/User.ts';
import { profileOf } from './profile.ts';

/** Everything that is held on a person, as it is stored; amounts are minor units there, which the answer says. */
export async function exportProfile(world: World, call: Call<{ userId?: string }>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const user = await world.store.get(Users, { userId });
  if (!user || user.erasedAt) return refuse('NOT_FOUND');
  const [
    cart,
    balance,
    autoTopUp,
    account,
    bills,
    promo,
    orders,
    subscriptions,
    days,
    payments,
    refunds,
    movements,
    notifications,
  ] = await Promise.all([
    world.store.get(Carts, cartKey(userId)),
    world.store.get(Balances, balanceKey(userId)),
    world.store.get(AutoTopUps, { userId }),
    world.store.get(Accounts, { userId }),
    allOf(world, Bills, userId),
    world.store.get(Promos, promoKey(userId)),
    allOf(world, Orders, userId),
    subscriptionsOf(world, userId),
    world.store.query(SubscriptionDays, { hash: userId }),
    allOf(world, Payments, userId),
    allOf(world, Refunds, userId),
    allOf(world, Ledger, userId),
    allOf(world, Notifications, userId),
  ]);
  const bottles = await world.store.get(BottlesTable, { userId });
  const deliveries = await world.store.getMany(attemptsOf(orders).map((key) => ({ table: Deliveries, key })));
  const receipts = await Promise.all(
    subscriptions.map(({ subscriptionId }) => world.store.query(Receipts, { hash: subscriptionId })),
  );
  const documents = await documentsOf(world, orders);
  const { rows: closings } = await world.store.query(Closings, { hash: userId });
  return {
    madeAt: world.clock.now().toISOString(),
    amounts: 'minor units',
    profile: profileOf(user),
    cart: cart?.items ?? [],
    orders,
    subscriptions,
    subscriptionDays: days.rows,
    receipts: receipts.flatMap(({ rows }) => rows),
    deliveries: deliveries.filter(Boolean),
    payments,
    refunds,
    movements,
    balance,
    closings,
    ...documents,
    autoTopUp: autoTopUp && { ...autoTopUp, saved: autoTopUp.saved?.label },
    account,
    bills,
    bottles: bottles?.products ?? {},
    problems: await allOf(world, ProblemReports, userId),
    promo,
    notifications,
  };
}

/** The invoices of orders, and the notes to them; an order without credits and corrections has none. */
async function documentsOf(world: World, orders: readonly Order[]) {
  const invoices = await world.store.getMany(
    orders.map(({ orderId }) => ({ table: Invoices, key: { orderId } })),
  );
  const noted = orders.filter(({ credited, corrections }) => credited || corrections);
  const notes = await Promise.all(
    noted.map(({ orderId }) => world.store.query(InvoiceNotes, { hash: orderId })),
  );
  return { invoices: invoices.filter(Boolean), notes: notes.flatMap(({ rows }) => rows) };
}

async function allOf<T extends Row>(world: World, table: Table<T>, userId: string): Promise<T[]> {
  return (await world.store.query(table, { index: 'byUser', hash: userId })).rows;
}

function attemptsOf(orders: readonly Order[]): { deliveryId: string }[] {
  return orders.flatMap(({ orderId, attempts }) =>
    Array.from({ length: attempts }, (_, i) => ({ deliveryId: deliveryIdOf(orderId, i + 1) })),
  );
}

/**
 * Erases a person: login, name and contacts go at once; what other rows hold of them (addresses, proofs,
 * messages) follows with the event. The books keep ids and amounts. Asked for again, it finishes what an
 * interruption left.
 */
export async function eraseProfile(world: World, call: Call<{ userId?: string }>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const outcome = await commit(world, call, [{ table: Users, key: { userId } }], ([user]) => {
    if (!user) return refuse('NOT_FOUND');
    const answer = { message: 'Your account and personal data are erased' };
    if (user.erasedAt) return { writes: [], answer };
    const moving = stillMoving(world, user);
    if (moving) return moving;
    if ((user.openOrders ?? 0) > 0)
      return refuse('ERASURE_BLOCKED', undefined, { more: { openOrders: user.openOrders } });
    const at = world.clock.now().toISOString();
    const gone = [
      'name',
      'email',
      'mailStopped',
      'phone',
      'phoneKey',
      'phoneProvenAt',
      'address',
      'addresses',
      'passwordHash',
      'passwordMovingUntil',
      'preferences',
      'staffRole',
    ] as const;
    const changes = {
      set: { erasedAt: at, sessionsFrom: endOfSessions(world, user), active: false },
      remove: [...gone],
    };
    return {
      writes: [
        changeUser(user, changes, undefined, any(absent('openOrders'), is('openOrders', 0))),
        ...(user.email ? [remove(Emails, { emailKey: emailKeyOf(user.email) })] : []),
        ...releasePhone(user),
        remove(SignInCodes, { codeKey: userId }),
        ...rekeyed(user, undefined),
        ...(user.role === 'admin' && user.active ? [countAdmin(-1)] : []),
        nothingLeft(userId),
        // Its kept card or UPI account: nobody charges it any more.
        remove(AutoTopUps, { userId }),
      ],
      events: [happened('USER_ERASED', userId, user.version + 1, { userId })],
      answer,
    };
  });
  if (outcome instanceof Problem) return outcome;
  await revokeTokensOf(world, userId);
  await world.identity.update(userId, { erased: true });
  return outcome;
}

/** Money that is a household's, or with a courier, is settled before its account goes. */
function nothingLeft(userId: string): Write {
  const none = (['wallet', 'deposit', 'courierCash'] as const).map((account) =>
    any(absent(account), is(account, 0)),
  );
  return check(Balances, balanceKey(userId), all(...none), (row) => {
    const { wallet = 0, deposit = 0, courierCash = 0 } = (row ?? {}) as Balance;
    const more = {
      available: toMajor(-wallet),
      deposits: toMajor(-deposit),
      courierCash: toMajor(courierCash),
    };
    return refuse('ERASURE_BLOCKED', 'Settle the account first: money is left on it.', { more });
  });
}

/** Takes a person out of the rows that held more than an id. Harmless when it runs again. */
export async function scrubErased(world: World, { entityId: userId }: DairyEvent) {
  const orders = await allOf(world, Orders, userId);
  for (const { orderId } of orders.filter(({ address }) => address)) {
    const gone = await forgetPlace(world, orderId);
    if (gone instanceof Problem) return gone;
  }
  for (const { subscriptionId } of await subscriptionsOf(world, userId)) {
    const gone = await forgetPlaces(world, subscriptionId);
    if (gone instanceof Problem) return gone;
  }
  const attempts = attemptsOf(orders);
  await removePhotos(world, attempts);
  for (const key of attempts) {
    const personal = ['address', 'proof', 'photos', 'location'] as const;
    const changes = { set: { roundOrder: key.deliveryId }, remove: [...personal] };
    await strip(world, () => update(Deliveries, key, changes, present('deliveryId')));
  }
  for (const { problemId } of await allOf(world, ProblemReports, userId))
    await strip(world, () =>
      update(ProblemReports, { problemId }, { remove: ['note'] }, present('problemId')),
    );
  await strip(world, () => remove(Carts, cartKey(userId), present('cartId')));
  await eraseNotifications(world, userId);
  // Kept answers may repeat an address; they end by themselves within a day.
  world.log.info('person erased', { userId, orders: orders.length } satisfies Record<string, unknown>);
  return undefined;
}

/** Removes the photos of deliveries, whose rows name them until that is done. */
async function removePhotos(world: World, attempts: readonly { deliveryId: string }[]): Promise<void> {
  const found = await world.store.getMany(attempts.map((key) => ({ table: Deliveries, key })));
  for (const delivery of found as (Delivery | undefined)[])
    for (const photo of delivery?.photos ?? []) await world.files.remove(`proofs/${photo}`);
}

const scrubbing = (world: World): Context => ({
  actor: { userId: 'system', role: 'system' },
  requestId: world.ids.next(),
  action: 'scrubErased',
});

/** Takes the address out of an order. */
function forgetPlace(world: World, orderId: string) {
  return commit(world, scrubbing(world), [{ table: Orders, key: { orderId } }], ([order]) => {
    if (!order?.address) return { writes: [], answer: undefined };
    return { writes: [editOrder(order, { remove: ['address'] }).write], answer: undefined };
  });
}

/** Takes the addresses out of a subscription's plans. */
function forgetPlaces(world: World, subscriptionId: string) {
  return commit(
    world,
    scrubbing(world),
    [{ table: Subscriptions, key: { subscriptionId } }],
    ([subscription]) => {
      if (!subscription?.plans.some(({ address }) => address)) return { writes: [], answer: undefined };
      const plans = subscription.plans.map(({ address: _, ...plan }) => plan);
      return {
        writes: [changeSubscription(subscription, { ...subscription, plans }).write],
        answer: undefined,
      };
    },
  );
}

/** One write of the scrubbing; a row that is gone already is what was wanted. */
async function strip(world: World, write: () => Parameters<World['store']['write']>[0]): Promise<void> {
  try {
    await world.store.write(write());
  } catch (error) {
    if (!(error instanceof StoreError) || error.name !== 'ConditionalCheckFailedException') throw error;
  }
}
