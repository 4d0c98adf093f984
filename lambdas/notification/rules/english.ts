import { englishDays } from './englishDays.ts';
import { englishDoor } from './englishDoor.ts';
import { englishMoney } from './englishMoney.ts';
import type { Visit } from './facts.ts';
import { type Language, reasonText, type Say, type Words } from './wording.ts';

const cancelReasons = {
  CUSTOMER: 'You asked for it.',
  STAFF: 'The dairy had to cancel it.',
  PAYMENT_TIMEOUT: 'It was not paid in time.',
  HOLIDAY: 'We do not deliver on that day.',
  DELIVERY_FAILED: 'It could not be delivered.',
};
const failReasons = {
  NOBODY_HOME: 'nobody was at home',
  WRONG_ADDRESS: 'the address could not be found',
  NO_ACCESS: 'the courier could not get in',
  REFUSED: 'it was refused at the door',
  DAMAGED: 'the goods were damaged on the way',
};

export const english: Language = {
  ...englishDays,
  ...englishDoor,
  ...englishMoney,
  regards: (dairy) => `Kind regards\n${dairy}`,
  footer: (dairy) => `You get this message because you have an account with ${dairy}.`,

  WELCOME_EMAIL: (_, { name, dairy }) => ({
    subject: name ? `Welcome ${name}!` : 'Welcome!',
    paragraphs: [
      `Your account with ${dairy} is ready.`,
      'Choose your milk and your daily essentials, pick a day and a time, and find them at your door.',
    ],
  }),

  PASSWORD_RESET: ({ goodUntil }, { clock, mask }) => ({
    subject: 'Your code to set a new password',
    paragraphs: [
      `With this code you can set a new password until ${clock(goodUntil)}.`,
      'Did you not ask for it? Then nothing has to be done: your password stays as it is.',
    ],
    code: mask,
  }),

  SIGN_IN_CODE: ({ goodUntil }, { clock, dairy, mask }) => ({
    subject: 'Your code to sign in',
    paragraphs: [
      `With this code you can sign in until ${clock(goodUntil)}. Nobody of the dairy will ask you for it.`,
    ],
    code: mask,
    sms: `${mask} is your code to sign in at ${dairy}, until ${clock(goodUntil)}. Tell it to nobody.`,
  }),

  ORDER_CONFIRMED: ({ orderId, visit, amountMinor, items, cashMinor }, say) => ({
    subject: `Confirmed: order ${say.value(orderId)}`,
    paragraphs: [
      visit ? `We bring it on ${say.visit(visit)}.` : 'We are getting it ready.',
      ...(cashMinor === undefined ? [] : [`Please keep ${say.money(cashMinor)} ready for the courier.`]),
    ],
    facts: [
      ...items.map((item) => [`${item.qty} × ${item.name}`, say.money(item.amountMinor)] as const),
      ['Total', say.money(amountMinor)],
    ],
    sms: `Order ${say.value(orderId)} confirmed${forVisit(visit, say)}. Total ${say.money(amountMinor)}. ${say.dairy}`,
  }),

  ORDER_CANCELLED: ({ orderId, visit, amountMinor, reason, paid, toBalance }, say) => {
    const back = toBalance ? 'is in your prepaid balance again' : 'goes back the way you paid it';
    const money = paid ? `${say.money(amountMinor)} ${back}.` : 'Nothing was charged for it.';
    return {
      subject: `Cancelled: order ${say.value(orderId)}`,
      paragraphs: [sentence(reasonText(reason, cancelReasons) ?? 'It will not be delivered.'), money],
      facts: visit ? [['Was planned for', say.visit(visit)]] : [],
      sms: `Order ${say.value(orderId)} was cancelled. ${money} ${say.dairy}`,
    };
  },

  PAYMENT_FAILED: ({ orderId, amountMinor, canRetry, goesBack }, say) => ({
    subject: `Payment failed: order ${say.value(orderId)}`,
    paragraphs: [
      goesBack
        ? `What was taken from you could not be used for order ${say.value(orderId)}. All of it goes back the way it came.`
        : `The payment of ${say.money(amountMinor)} did not go through. Nothing was taken from you.`,
      ...(canRetry
        ? ['The order still waits: you can pay again, or in another way, before it expires.']
        : []),
    ],
  }),

  DELIVERY_UPDATE: (occasion, say) => {
    const { orderId, status, visit, cashMinor } = occasion;
    const cash =
      cashMinor === undefined ? [] : [`Please keep ${say.money(cashMinor)} ready for the courier.`];
    const due: Words['facts'] = visit ? [['Delivery', say.visit(visit)]] : [];
    switch (status) {
      case 'ASSIGNED':
        return {
          subject: `A courier was found: order ${say.value(orderId)}`,
          paragraphs: ['A courier will bring it to your door.', ...cash],
          facts: due,
        };
      case 'PICKED_UP':
        return {
          subject: `Left the dairy: order ${say.value(orderId)}`,
          paragraphs: ['The courier has picked it up.', ...cash],
          facts: due,
        };
      case 'IN_TRANSIT':
        return {
          subject: `On its way: order ${say.value(orderId)}`,
          paragraphs: ['The courier is on the way to you.', ...cash],
          facts: due,
          sms: [`Order ${say.value(orderId)} is on its way to you.`, ...cash, say.dairy].join(' '),
        };
      case 'DELIVERED':
        return {
          subject: `Delivered: order ${say.value(orderId)}`,
          paragraphs: ['It is at your door. Thank you, and enjoy it!'],
          sms: `Order ${say.value(orderId)} was delivered. Thank you! ${say.dairy}`,
        };
      case 'FAILED': {
        const why = reasonText(occasion.reason, failReasons);
        return {
          subject: `Not delivered: order ${say.value(orderId)}`,
          paragraphs: [
            why ? `The courier tells us: ${sentence(why)}` : 'The courier could not hand it over.',
            'The dairy will look after it. You pay nothing for what you did not get.',
          ],
          sms: `Order ${say.value(orderId)} could not be delivered. You pay nothing for what you did not get. ${say.dairy}`,
        };
      }
      default:
        return {
          subject: `News: order ${say.value(orderId)}`,
          paragraphs: [`Its delivery is now: ${status.toLowerCase().replaceAll('_', ' ')}.`],
        };
    }
  },

  STOCK_LOW: ({ productId, product, stock, day }, say) => ({
    subject: `${say.value(product)} is running low`,
    paragraphs: [`Only ${say.value(stock)} can still be sold${day ? ` for ${say.day(day)}` : ''}.`],
    facts: [
      ['Product', `${product} (${productId})`],
      ['Left', String(stock)],
    ],
  }),
};

function forVisit(visit: Visit | undefined, say: Say): string {
  return visit ? ` for ${say.visit(visit)}` : '';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
