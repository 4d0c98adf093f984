import { generateReport } from '#lambdas/analytics/analyticsController.ts';
import type { SubscriptionsRow } from '#lambdas/analytics/rules/subscriptions.ts';
import { addDays, dayOf } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { type Books, type Say, Sums } from './books.ts';

/** I22: the report of standing orders says what their rows say today, and the first deliveries are those of the orders. */
export async function checkStandingReports(world: World, books: Books, say: Say): Promise<void> {
  await checkSubscriptions(world, books, say);
  checkFirstDeliveries(books, say);
}

async function checkSubscriptions(
  world: World,
  { subscriptions, settings, now }: Books,
  say: Say,
): Promise<void> {
  const today = dayOf(now, settings.timeZone);
  const oldest = subscriptions.map(({ createdAt }) => dayOf(createdAt, settings.timeZone)).sort()[0];
  // A report has a year at most; a clock that was set back has rows of days to come.
  if (!oldest || oldest < addDays(today, -360) || oldest > today) return;
  const rows = await rowsOf(world, oldest, today);
  const told = new Sums();
  for (const row of rows) {
    told.add('new', row.new);
    told.add('lost', row.lost);
  }
  const last = rows.at(-1);
  const count = (status: string) => subscriptions.filter((row) => row.status === status).length;
  const expected = {
    active: [last?.active, count('ACTIVE')],
    paused: [last?.paused, count('PAUSED')],
    new: [told.get('new'), subscriptions.length],
    lost: [told.get('lost'), count('CANCELLED')],
  };
  for (const [name, [reported, counted]] of Object.entries(expected)) {
    if (reported !== counted)
      say('I22', `standing orders, ${name}`, `the report says ${reported}, their rows make ${counted}`);
  }
}

async function rowsOf(world: World, from: string, to: string): Promise<SubscriptionsRow[]> {
  const answer = await generateReport(world, {
    input: { type: 'subscriptions', from, to, format: 'json' },
    actor: { userId: 'system', role: 'system' },
    requestId: 'invariants',
    action: 'checkInvariants',
    address: '',
  });
  if (!Array.isArray(answer)) throw new TypeError('the report of subscriptions is no list');
  return answer as SubscriptionsRow[];
}

function checkFirstDeliveries({ orders, firstDeliveries, settings }: Books, say: Say): void {
  const days = new Map<string, string>();
  for (const { userId, timeline } of orders) {
    const delivered = timeline.find(({ status }) => status === 'DELIVERED');
    const day = delivered && dayOf(delivered.at, settings.timeZone);
    if (day && day < (days.get(userId) ?? '9999')) days.set(userId, day);
  }
  const noted = new Map(firstDeliveries.map(({ userId, day }) => [userId, day]));
  for (const userId of new Set([...days.keys(), ...noted.keys()])) {
    if (days.get(userId) !== noted.get(userId))
      say('I22', userId, `its first delivery was ${days.get(userId)}, noted is ${noted.get(userId)}`);
  }
}
