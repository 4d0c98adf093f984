import type { Schedule } from '#lambdas/order/models/Subscription.ts';
import type { DayOccasion } from './days.ts';
import { type Language, listed, reasonText, type Say } from './wording.ts';

/** After "because". */
const shortReasons = {
  SHORT: 'there was not enough for everybody',
  OUT_OF_STOCK: 'there was not enough for everybody',
  BALANCE_SHORT: 'your prepaid balance does not cover it',
  CREDIT_LIMIT: 'your account has reached its limit',
  HOLIDAY: 'it is a holiday',
  NOT_SERVED: 'we do not deliver on that day',
  MOVED: 'it comes on the day before, as the day is a holiday',
  PRODUCT_GONE: 'we do not sell it any more',
  CUSTOMER_GONE: 'the account is closed',
  RUN_MISSED: 'we could not get it ready in time, and we are sorry',
  OUTSIDE_SERVICE_AREA: 'we do not deliver to your address',
  ADDRESS_NEEDED: 'we have no address to bring it to',
};

const changes: Readonly<Record<string, string>> = {
  SKIP: 'Skipped',
  UNSKIP: 'Coming again',
  PAUSE: 'Paused from',
  RESUME: 'Resumed from',
  CHANGE: 'Changed from',
  ADD_ONE_OFF: 'Added for',
  CANCEL: 'Cancelled from',
};

export const englishDays: Pick<Language, DayOccasion['type']> = {
  DAY_ORDERED: ({ visit, items, amountMinor, balance, cashMinor, accountMinor }, say) => ({
    subject: `Coming ${say.visit(visit)}`,
    paragraphs: [
      ...(balance
        ? [
            `${say.money(balance.takenMinor)} is set aside from your prepaid balance. ${say.money(balance.leftMinor)} is left in it.`,
          ]
        : []),
      ...(cashMinor === undefined ? [] : [`Please keep ${say.money(cashMinor)} ready for the courier.`]),
      ...(accountMinor === undefined ? [] : [`${say.money(accountMinor)} goes on your account.`]),
      'What does not come is not charged.',
    ],
    facts: [
      ...items.map((item) => [`${item.qty} × ${item.name}`, say.money(item.amountMinor)] as const),
      ['Total', say.money(amountMinor)],
    ],
  }),

  DAY_COMPLETED: ({ day, items, amountMinor }, say) => ({
    subject: `Your top-up came in time for ${say.day(day)}: ${listed(items)}`,
    paragraphs: [
      `What your balance had not covered comes after all. ${say.money(amountMinor)} is set aside for it.`,
      'What does not come is not charged.',
    ],
    facts: [
      ...items.map((item) => [`${item.qty} × ${item.name}`, say.money(item.amountMinor)] as const),
      ['Total', say.money(amountMinor)],
    ],
  }),

  DAY_SHORT: ({ day, lines }, say) => {
    const missing = listed(lines.map(({ name, qty, granted }) => ({ name, qty: qty - granted })));
    const reasons = [
      ...new Set(lines.map(({ reason }) => reasonText(reason, shortReasons) ?? 'it cannot come')),
    ];
    const [reason = ''] = reasons;
    const partly = lines.filter(({ granted }) => granted > 0);
    return {
      subject: `Not coming on ${say.day(day)}: ${missing}`,
      paragraphs: [
        `It does not come because ${reasons.join('; and because ')}.`,
        'You pay nothing for what does not come.',
        ...(lines.some(({ reason }) => reason === 'BALANCE_SHORT')
          ? ['As soon as you pay in, your next days come.']
          : []),
      ],
      facts: partly.map(({ name, qty, granted }) => [name, `${granted} of ${qty} comes`] as const),
      sms: `Not coming on ${say.day(day)}: ${missing}, because ${say.long(reason)}. You pay nothing for it. ${say.dairy}`,
    };
  },

  SUBSCRIPTION_CREATED: ({ firstDay, lastDay, schedule, items, monthMinor, receiptId }, say) => ({
    subject: `Your standing order begins on ${say.day(firstDay)}`,
    paragraphs: [
      `From then on it comes ${schedule ? often(schedule, say) : 'as you chose'}, until ${lastDay ? say.day(lastDay) : 'you change it'}.`,
      monthMinor > 0
        ? `As things stand, this month comes to ${say.money(monthMinor)}. You pay for what comes, and for nothing else.`
        : 'You pay for what comes, and for nothing else.',
    ],
    facts: [...items.map(({ name, qty }) => [name, String(qty)] as const), ['Receipt', receiptId]],
  }),

  SUBSCRIPTION_CHANGED: ({ action, firstDay, monthBeforeMinor, monthAfterMinor, receiptId }, say) => ({
    subject: `${changes[action] ?? 'Changed from'} ${say.day(firstDay)}: your standing order`,
    paragraphs: [
      monthBeforeMinor === monthAfterMinor
        ? `As things stand, this month comes to ${say.money(monthAfterMinor)}, as before.`
        : `As things stand, this month comes to ${say.money(monthAfterMinor)}; it was ${say.money(monthBeforeMinor)}.`,
    ],
    facts: [['Receipt', receiptId]],
  }),

  SUBSCRIPTION_ENDED: ({ lastDay }, say) => ({
    subject: 'Your standing order has ended',
    paragraphs: [
      lastDay ? `${say.day(lastDay)} was its last day, as you chose.` : 'Its last day is over.',
      'Nothing more comes of it, and nothing is charged. A new one can begin on any day.',
    ],
  }),

  PAUSE_ENDING: ({ pausedTo, firstDay, cutoffAt }, say) => ({
    subject: `Your pause ends: we come again on ${say.day(firstDay)}`,
    paragraphs: [
      `You paused your standing order until ${say.day(pausedTo)}.`,
      `Still away? You can pause on, skip days or change them until ${say.moment(cutoffAt)}.`,
    ],
  }),

  PRICE_CHANGED: (occasion, say) => {
    const { product, fromDay, oldPriceMinor, newPriceMinor, month } = occasion;
    return {
      subject: `${say.value(product)} costs ${say.money(newPriceMinor)} from ${say.day(fromDay)}`,
      paragraphs: [
        `Until then it costs ${say.money(oldPriceMinor)}. Days before that stay as they are.`,
        `As things stand, your standing order comes to ${say.money(occasion.monthAfterMinor)} in ${say.month(month)}; it would have been ${say.money(occasion.monthBeforeMinor)}.`,
        'If you do not want it at this price, you can change or cancel it until a day locks.',
      ],
      facts: [['Receipt', occasion.receiptId]],
    };
  },
};

function often(schedule: Schedule, say: Say): string {
  switch (schedule.type) {
    case 'DAILY':
      return 'every day';
    case 'ALTERNATE_DAYS':
      return 'every other day';
    case 'EVERY_N_DAYS':
      return schedule.n === 1 ? 'every day' : `every ${say.value(schedule.n)} days`;
    case 'WEEKDAYS':
      return `on ${say.long(schedule.days.map(say.weekday).join(', '))}`;
    case 'MONTHLY':
      return `on these days of the month: ${say.long(schedule.daysOfMonth.join(', '))}`;
  }
}
