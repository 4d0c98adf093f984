import { askedKey, figuresOf, runDay } from '#lambdas/order/models/orderRun/day.ts';
import type { Figures } from '#lambdas/order/models/orderRun/figures.ts';
import { simulateDay } from '#lambdas/order/models/orderRun/simulate.ts';
import { till } from '#lambdas/payment/models/runTill.ts';
import { Meta } from '#shared/data/meta.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { put } from '#shared/data/write.ts';
import { addDays, type Day, dayOf } from '#shared/domain/day.ts';
import { toMajor } from '#shared/domain/money.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import type { World } from '#shared/world.ts';

/** Days before today that may still be run: as many as a dairy may have been shut. */
const LOOK_BACK_DAYS = 14;
/** An answer comes within 10 s; what is not made by then the timer goes on with. */
const MOST_MS = 7_500;

/** Runs a day now: what has not locked yet is made as it stands, and locks with that. */
export async function runDayNow(world: World, { input: { day } }: Call<{ day: Day }>) {
  const wrong = await checkDay(world, day);
  if (wrong) return wrong;
  const until = performance.now() + MOST_MS;
  const done = await runDay(world, till, day, () => performance.now() > until);
  if (!done) await world.store.write(put(Meta, { ...askedKey, text: day }));
  return { day, ...shown(await figuresOf(world, day)), done };
}

/** What a day's run would make if it ran now: the run's own decisions, with nothing written. */
export async function simulateRun(world: World, { input: { day } }: Call<{ day: Day }>) {
  const wrong = await checkDay(world, day);
  if (wrong) return wrong;
  const { demand, short, ...figures } = await simulateDay(world, till, day);
  return { day, ...shown(figures), demand, short };
}

async function checkDay(world: World, day: Day): Promise<Problem | undefined> {
  const { timeZone, bookAheadDays } = await settingsOf(world);
  const today = dayOf(world.clock.now(), timeZone);
  const [first, last] = [addDays(today, -LOOK_BACK_DAYS), addDays(today, bookAheadDays)];
  if (first <= day && day <= last) return undefined;
  const detail = `must be a day from ${first} to ${last}`;
  return refuse('INVALID_INPUT', `The day ${detail}.`, { errors: [{ pointer: '/day', detail }] });
}

function shown({ due, orders, reasons, amount, digest }: Figures) {
  return { due, orders, reasons, amount: toMajor(amount), digest };
}
