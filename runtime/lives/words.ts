import type { Schedule } from './model/almanac.ts';
import type { Deed } from './model/house.ts';
import type { Act, Item, Piece } from './model/standing.ts';
import type { Disturbance } from './stage.ts';
import type { Place } from './wishes.ts';

const money = (paise: number) => (paise / 100).toFixed(2);

/** What somebody does, as a sentence. Standing orders are numbered from 0 as they were made, and so are households. */
export function told(deed: Deed): string {
  switch (deed.deed) {
    case 'SUBSCRIBE': {
      const { items, schedule, startDate, endDate, slot, paymentMethod } = deed.asked;
      const until = endDate ? ` to ${endDate}` : '';
      const what = `${wanted(items)} ${days(schedule)} from ${startDate}${until}`;
      return `household ${deed.household} asks for ${what} in ${slot}, by ${paymentMethod}`;
    }
    case 'CHANGE':
      return `order ${deed.order}: ${change(deed.act)}`;
    case 'TOP_UP':
      return `household ${deed.household} pays ${money(deed.amount)} in`;
    case 'TRY_AGAIN':
      return `what household ${deed.household} could not pay is tried again`;
    case 'WITHDRAW':
      return `household ${deed.household} takes ${money(deed.amount)} back`;
    case 'GRANT':
      return `household ${deed.household} is given ${money(deed.amount)} of promo credit`;
    case 'PRICE':
      return `${deed.productId} shall cost ${money(deed.price)}`;
    case 'RUN':
      return 'the order run';
    case 'DELIVER':
      return `order ${deed.order} of ${deed.day} is delivered${lacking(deed.short)} (${money(deed.cash)} counted, were it cash)`;
    case 'FAIL':
      return `order ${deed.order} of ${deed.day} finds nobody at home, and is given up`;
    case 'CALL_OFF':
      return `the desk cancels order ${deed.order} of ${deed.day}`;
  }
}

function lacking(short: Piece | undefined): string {
  return short ? ` without ${wanted([short])}` : '';
}

function change(act: Act): string {
  const from = 'from' in act && act.from ? ` from ${act.from}` : '';
  switch (act.action) {
    case 'SKIP':
      return `skip ${act.day}`;
    case 'UNSKIP':
      return `do not skip ${act.day}`;
    case 'PAUSE':
      return `pause${act.productIds ? ` ${act.productIds}` : ''}${from}${act.to ? ` to ${act.to}` : ''}`;
    case 'RESUME':
      return `resume${from}${act.reanchor ? ', counted anew' : ''}`;
    case 'CHANGE': {
      const terms = [
        act.items && wanted(act.items),
        act.schedule && days(act.schedule),
        act.slot && `in ${act.slot}`,
        act.paymentMethod && `by ${act.paymentMethod}`,
      ];
      return `change${from}: ${terms.filter(Boolean).join(', ')}`;
    }
    case 'ADD_ONE_OFF':
      return `add ${wanted(act.items)} to ${act.day}`;
    case 'CANCEL':
      return `end${from}`;
  }
}

function wanted(items: readonly (Item | Piece)[]): string {
  return items
    .map(({ productId, qty, ...more }) => {
      const others = Object.keys(more).length > 0 ? ` ${JSON.stringify(more)}` : '';
      return `${qty} ${productId}${others}`;
    })
    .join(' + ');
}

function days(schedule: Schedule): string {
  switch (schedule.type) {
    case 'DAILY':
      return 'every day';
    case 'ALTERNATE_DAYS':
      return 'every other day';
    case 'EVERY_N_DAYS':
      return `every ${schedule.n} days`;
    case 'WEEKDAYS':
      return `on ${schedule.days}`;
    case 'MONTHLY':
      return `on the days ${schedule.daysOfMonth} of a month`;
  }
}

/** How a dairy has arranged its days. */
export function arranged({ begins, arrangement }: Place): string {
  const { timeZone, slots, cutoffs, closedWeekdays, holidays } = arrangement;
  const lock = (cutoff: { cutoffTime: string; cutoffDaysBefore: number }) =>
    `locks ${cutoff.cutoffTime} ${cutoff.cutoffDaysBefore} days before`;
  return [
    `In ${timeZone} a dairy opens on ${begins}`,
    ...slots.map((slot) => `${slot.slotId} ${lock(slot)}`),
    ...cutoffs.map(
      ({ cutoffTime: _, cutoffDaysBefore: __, ...what }) =>
        `but ${JSON.stringify(what)} ${lock({ cutoffTime: _, cutoffDaysBefore: __ })}`,
    ),
    closedWeekdays.length > 0 ? `closed on ${closedWeekdays}` : 'open every weekday',
    ...holidays.map(({ day, move }) => `${day} is a holiday (${move})`),
  ].join('; ');
}

/** How the order runs on the way were disturbed. */
export function disturbed(runs: number, run: Disturbance, down: boolean): string {
  if (runs === 0) return 'no run is due';
  if (down) return `${runs} runs were missed, and are made late`;
  if (run === 'NONE') return `${runs} runs`;
  if (run === 'TWICE') return `${runs} runs, each made twice`;
  if (run === 'TOGETHER') return `${runs} runs, each by two at once`;
  return `${runs} runs, each killed ${run.written ? 'after' : 'before'} write ${run.killedAt} and made again`;
}
