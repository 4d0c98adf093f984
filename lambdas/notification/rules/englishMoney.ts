import type { Language } from './wording.ts';

type MoneyWords = 'TOPPED_UP' | 'TOP_UP_FAILED' | 'REFUND_ISSUED' | 'REFUND_RETURNED' | 'REFUND_FAILED';

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
};
