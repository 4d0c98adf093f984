import type { MoneyOccasion } from './money.ts';
import type { Language } from './wording.ts';

type MoneyWords = MoneyOccasion['type'];

export const englishMoney: Pick<Language, MoneyWords> = {
  TOPPED_UP: ({ amountMinor, balanceMinor }, say) => ({
    subject: `${say.money(amountMinor)} was paid into your prepaid balance`,
    paragraphs: [`Your prepaid balance is ${say.money(balanceMinor)} now. Thank you!`],
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
    const about = orderId ? `: order ${orderId}` : '';
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
        `${amount} ${orderId ? `for order ${orderId} ` : 'of your prepaid balance '}is on its way back to where you paid from.`,
        'Your bank may take a few days to show it.',
      ],
    };
  },

  REFUND_RETURNED: ({ orderId, amountMinor }, say) => ({
    subject: `${say.money(amountMinor)} could not be paid back${orderId ? `: order ${orderId}` : ''}`,
    paragraphs: [
      'The bank did not take it. It is in your prepaid balance now: you can spend it, or ask for it again.',
    ],
  }),

  REFUND_FAILED: ({ orderId, refundId, amountMinor }, say) => ({
    subject: `Refund ${refundId} was refused`,
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
      OPENED: `Disputed: ${say.money(amountMinor)} of payment ${paymentId}`,
      WON: `Dispute won: ${say.money(amountMinor)} of payment ${paymentId}`,
      LOST: `Dispute lost: ${say.money(amountMinor)} of payment ${paymentId}`,
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
