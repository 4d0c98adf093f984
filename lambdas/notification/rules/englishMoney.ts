import type { MoneyOccasion } from './money.ts';
import type { Language } from './wording.ts';

export const englishMoney: Pick<Language, MoneyOccasion['type']> = {
  TOPPED_UP: ({ amountMinor, balanceMinor, debited }, say) => ({
    subject: `${say.money(amountMinor)} was paid into your prepaid balance`,
    paragraphs: [
      ...(debited ? [`It was debited from ${say.value(debited)}, as announced.`] : []),
      `Your prepaid balance is ${say.money(balanceMinor)} now. Thank you!`,
    ],
  }),

  WALLET_LOW: ({ day, cutoffAt, availableMinor, missingMinor }, say) => ({
    subject: `Your balance lacks ${say.money(missingMinor)} for ${say.day(day)}`,
    paragraphs: [
      `Your prepaid balance is ${say.money(availableMinor)}. What is to come needs ${say.money(missingMinor)} more.`,
      `Pay it in before ${say.moment(cutoffAt)}, and everything comes. Else we bring what the balance covers, and you pay nothing for the rest.`,
    ],
    sms: `Your prepaid balance lacks ${say.money(missingMinor)} for ${say.day(day)}. Pay in before ${say.moment(cutoffAt)}. ${say.dairy}`,
  }),

  AUTO_TOP_UP_SET: ({ enabled, amountMinor = 0, days = 0, method }, say) =>
    enabled
      ? {
          subject: 'Automatic top-ups are on',
          paragraphs: [
            `When your prepaid balance does not cover your next ${say.value(days)} days of deliveries, ${say.money(amountMinor)} is debited${method ? ` from ${say.value(method)}` : ''}.`,
            'We tell you before each debit. You can switch this off at any time.',
          ],
        }
      : {
          subject: 'Automatic top-ups are off',
          paragraphs: [
            'Nothing is debited by itself any more. Please pay in yourself when your balance runs low.',
          ],
        },

  MANDATE_NOTICE: ({ amountMinor, debitAt, dueDay, method }, say) => ({
    subject: `${say.money(amountMinor)} will be debited after ${say.moment(debitAt)}`,
    paragraphs: [
      `Your prepaid balance does not last for ${say.day(dueDay)}. As you set, ${say.money(amountMinor)} is debited${method ? ` from ${say.value(method)}` : ''} for it.`,
      'If you do not want this, pay in yourself or switch automatic top-ups off before then.',
    ],
    sms: `${say.money(amountMinor)} will be debited${method ? ` from ${say.value(method)}` : ''} after ${say.moment(debitAt)} for your prepaid balance. ${say.dairy}`,
  }),

  DUNNING_STEP: ({ amountMinor, nextTryAt, method }, say) => ({
    subject: `Payment reminder: ${say.money(amountMinor)} could not be debited`,
    paragraphs: [
      `${method ?? 'Your bank'} declined it, and nothing was taken. We try again after ${say.moment(nextTryAt)}.`,
      'If you pay in yourself, in any way, we do not try again. What your balance does not cover does not come, and is not charged.',
    ],
    sms: `${say.money(amountMinor)} could not be debited. We try again after ${say.moment(nextTryAt)}; or pay in yourself. ${say.dairy}`,
  }),

  DUNNING_EXHAUSTED: ({ amountMinor, method }, say) => ({
    subject: `Payment reminder: we do not try to debit ${say.money(amountMinor)} any more`,
    paragraphs: [
      `${method ?? 'Your bank'} declined it again, and nothing was taken.`,
      'Your standing orders wait: what your balance does not cover does not come, and is not charged. As soon as you pay in, they come again.',
    ],
    sms: `${say.money(amountMinor)} was declined again. Your standing orders wait until you pay in. ${say.dairy}`,
  }),

  TOP_UP_FAILED: ({ amountMinor, goesBack }, say) => ({
    subject: `${say.money(amountMinor)} could not be paid into your prepaid balance`,
    paragraphs: [
      goesBack
        ? 'What was taken from you was not what was asked for. All of it goes back the way it came.'
        : 'The payment did not go through, and nothing was taken from you.',
      'You can try again, or pay in another way.',
    ],
  }),

  REFUND_ISSUED: ({ orderId, amountMinor, to }, say) => {
    const amount = say.money(amountMinor);
    const about = orderId ? `: order ${say.value(orderId)}` : '';
    if (to === 'WALLET') {
      return {
        subject: `${amount} is in your prepaid balance${about}`,
        paragraphs: [`We gave you ${amount} back, into your prepaid balance. You can spend it at once.`],
      };
    }
    if (to === 'BANK') {
      return {
        subject: `${amount} was paid to your bank account`,
        paragraphs: [
          `You asked for ${amount} of your prepaid balance. It is on its way to your bank account.`,
        ],
      };
    }
    return {
      subject: `Refund of ${amount}${about}`,
      paragraphs: [
        `${amount} ${orderId ? `for order ${say.value(orderId)} ` : 'of your prepaid balance '}is on its way back to where you paid from.`,
        'Your bank may take a few days to show it.',
      ],
    };
  },

  REFUND_RETURNED: ({ orderId, amountMinor }, say) => ({
    subject: `${say.money(amountMinor)} could not be paid back${orderId ? `: order ${say.value(orderId)}` : ''}`,
    paragraphs: [
      'The bank did not take it. It is in your prepaid balance now: you can spend it, or ask for it again.',
    ],
  }),

  REFUND_FAILED: ({ orderId, refundId, amountMinor }, say) => ({
    subject: `Refund ${say.value(refundId)} was refused`,
    paragraphs: [
      'The payment provider, or the bank, refused this refund. The money is in the household’s prepaid balance now, and the household was told.',
    ],
    facts: [
      ...(orderId ? [['Order', orderId] as const] : []),
      ['Refund', refundId],
      ['Amount', say.money(amountMinor)],
    ],
  }),

  DISPUTE: ({ disputeId, paymentId, orderId, amountMinor, status }, say) => ({
    subject: {
      OPENED: `Disputed: ${say.money(amountMinor)} of payment ${say.value(paymentId)}`,
      WON: `Dispute won: ${say.money(amountMinor)} of payment ${say.value(paymentId)}`,
      LOST: `Dispute lost: ${say.money(amountMinor)} of payment ${say.value(paymentId)}`,
    }[status],
    paragraphs: [
      {
        OPENED:
          "The household's bank took this charge back. Answer it at the payment provider before its time is up.",
        WON: 'The money is with the payment provider again. Nothing has to be done.',
        LOST: orderId
          ? 'The money is gone: it is booked as a loss.'
          : 'It was taken from the prepaid balance; what that lacked, the household owes.',
      }[status],
    ],
    facts: [
      ['Dispute', disputeId],
      ['Payment', paymentId],
      ...(orderId ? [['Order', orderId] as const] : []),
    ],
  }),

  PROMO_GRANTED: ({ amountMinor, expiresOn }, say) => ({
    subject: `${say.money(amountMinor)} promo credit for you`,
    paragraphs: [
      'It is taken off your next orders by itself, before anything else pays.',
      expiresOn ? `You can use it until ${say.day(expiresOn)}.` : 'It does not expire.',
    ],
  }),

  BILL_ISSUED: ({ billId, from, to, amountMinor, dueDay }, say) => ({
    subject: `Your bill: ${say.money(amountMinor)}, to be paid by ${say.day(dueDay)}`,
    paragraphs: ['Pay it by topping up your prepaid balance: what you pay clears the bill first.'],
    facts: [
      ['Bill', billId],
      ['Period', `${say.day(from)} – ${say.day(to)}`],
      ['Amount', say.money(amountMinor)],
      ['To be paid by', say.day(dueDay)],
    ],
  }),

  BILL_OVERDUE: ({ billId, amountMinor, dueDay }, say) => ({
    subject: `Payment reminder: ${say.money(amountMinor)} was due on ${say.day(dueDay)}`,
    paragraphs: [
      'Until it is paid nothing more comes on account. Top up your prepaid balance: what you pay clears the bill first.',
    ],
    facts: [
      ['Bill', billId],
      ['Amount', say.money(amountMinor)],
    ],
  }),
};
