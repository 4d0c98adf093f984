import { till } from '#lambdas/payment/models/runTill.ts';
import { Meta } from '#shared/data/meta.ts';
import { type Settings, settingsOf } from '#shared/data/settings.ts';
import { put } from '#shared/data/write.ts';
import { addDays, type Day, dayOf, laterDay } from '#shared/domain/day.ts';
import type { World } from '#shared/world.ts';
import { askedKey, closedKey, runDay, runGroup, runsFrom } from './models/orderRun/day.ts';
import { type LockGroup, lockGroupsOf } from './models/orderRun/run.ts';
import { lockReachDays } from './rules/cutoff.ts';

/** Days a dairy may have been shut and still have every missed day recorded. */
const LOOK_BACK_DAYS = 14;
/** A timer's work ends within a minute; the next one goes on. What takes four fifths of it is told as slow. */
export const RUN_MS = 45_000;

/** Timer: makes the orders of every slot's days that have locked, one order or one reason a due day. */
export async function runOrders(world: World) {
  const until = performance.now() + RUN_MS;
  const isLate = () => performance.now() > until;
  const settings = await settingsOf(world);
  const runs: { day: Day; slotIds: string[]; done: boolean }[] = [];
  const { due, next } = await dueGroups(world, settings);
  for (const group of due) {
    const done = await made(world, group, isLate);
    runs.push({ day: group.day, slotIds: [...group.slots.keys()], done });
    if (isLate()) return { runs, again: true };
  }
  await advance(world, next, runs);
  await goOnWithAsked(world, isLate);
  return { runs, again: isLate() };
}

/** Runs slots that lock together; what fails does not keep other days from being made, and is tried again. */
async function made(world: World, group: LockGroup, isLate: () => boolean): Promise<boolean> {
  try {
    return await runGroup(world, till, group, isLate);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    world.log.error('order run failed', { day: group.day, slotIds: [...group.slots.keys()], reason });
    return false;
  }
}

/** What has locked and is not closed, the first lock first; and of each slot the first day that is not closed. */
async function dueGroups(
  world: World,
  settings: Settings,
): Promise<{ due: LockGroup[]; next: Map<string, Day> }> {
  const now = world.clock.now().toISOString();
  const today = dayOf(now, settings.timeZone);
  const oldest = addDays(today, -LOOK_BACK_DAYS);
  const slotIds = settings.slots.map(({ slotId }) => slotId);
  const rows = await world.store.getMany(slotIds.map((slotId) => ({ table: Meta, key: closedKey(slotId) })));
  const next = new Map(
    slotIds.map((slotId, i) => {
      const closed = rows[i]?.text;
      return [slotId, typeof closed === 'string' ? laterDay(addDays(closed, 1), oldest) : oldest];
    }),
  );
  const due: LockGroup[] = [];
  const last = addDays(today, lockReachDays(settings));
  for (let day = [...next.values()].sort()[0] ?? today; day <= last; day = addDays(day, 1)) {
    for (const group of lockGroupsOf(settings, day)) {
      const open = [...group.slots.keys()].some((slotId) => (next.get(slotId) ?? '') <= day);
      if (open && runsFrom(group.lock) <= now) due.push(group);
    }
  }
  due.sort((a, b) => (`${a.lock} ${a.day}` < `${b.lock} ${b.day}` ? -1 : 1));
  return { due, next };
}

/** Writes down, for each slot, up to which day everything is closed. */
async function advance(
  world: World,
  next: Map<string, Day>,
  runs: readonly { day: Day; slotIds: string[]; done: boolean }[],
): Promise<void> {
  const closed = new Set(
    runs.flatMap(({ day, slotIds, done }) => (done ? slotIds.map((slotId) => `${slotId} ${day}`) : [])),
  );
  for (const [slotId, first] of next) {
    let day = first;
    while (closed.has(`${slotId} ${day}`)) day = addDays(day, 1);
    if (day > first) await world.store.write(put(Meta, { ...closedKey(slotId), text: addDays(day, -1) }));
  }
}

/** Goes on with a day that staff asked for and whose run took longer than an answer may. */
async function goOnWithAsked(world: World, isLate: () => boolean): Promise<void> {
  const asked = await world.store.get(Meta, askedKey);
  if (!asked?.text) return;
  const done = await runDay(world, till, asked.text, isLate);
  if (done) await world.store.write(put(Meta, { ...askedKey, text: '' }));
}
