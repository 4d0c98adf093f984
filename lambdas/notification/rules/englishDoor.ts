import type { DoorOccasion } from './door.ts';
import { type Language, listed } from './wording.ts';

export const englishDoor: Pick<Language, DoorOccasion['type']> = {
  PROBLEM_REPORTED: ({ orderId, thing, amountMinor, creditedMinor }, say) =>
    creditedMinor > 0
      ? {
          subject: `${say.money(creditedMinor)} credited: ${listed([thing])} of order ${say.value(orderId)}`,
          paragraphs: [
            `We are sorry. ${say.money(creditedMinor)} is in your prepaid balance; what you owed, if anything, was cleared with it first.`,
          ],
        }
      : {
          subject: `We look into it: ${listed([thing])} of order ${say.value(orderId)}`,
          paragraphs: [
            'We are sorry, and thank you for telling us. Somebody at the dairy looks at it, and you hear from us.',
          ],
          facts: [['It cost', say.money(amountMinor)]],
        },

  PROBLEM_DECIDED: ({ orderId, thing, amountMinor, creditedMinor }, say) =>
    creditedMinor > 0
      ? {
          subject: `${say.money(creditedMinor)} credited: ${listed([thing])} of order ${say.value(orderId)}`,
          paragraphs: [
            creditedMinor < amountMinor
              ? `We looked at what you reported. Of the ${say.money(amountMinor)} that it cost we credit ${say.money(creditedMinor)}.`
              : 'We looked at what you reported, and are sorry. All that it cost is credited.',
            'It is in your prepaid balance; what you owed, if anything, was cleared with it first.',
          ],
        }
      : {
          subject: `Not credited: ${listed([thing])} of order ${say.value(orderId)}`,
          paragraphs: [
            `We looked at what you reported, and cannot credit the ${say.money(amountMinor)} that it cost.`,
            'If you see it otherwise, please get in touch with us.',
          ],
        },

  DELIVERY_CORRECTED: ({ orderId, chargedBeforeMinor, chargedMinor, differences }, say) => ({
    subject: `Put right: order ${say.value(orderId)}`,
    paragraphs: [
      'We corrected what had been noted of this delivery at your door.',
      chargedBeforeMinor === chargedMinor
        ? `What came costs ${say.money(chargedMinor)}, as before. Cash or bottles were counted anew.`
        : `What came costs ${say.money(chargedMinor)}; we had said ${say.money(chargedBeforeMinor)}.`,
      'Your statement shows what that changes in your balance. If you see it otherwise, please get in touch with us.',
    ],
    facts: differences.map(
      ({ name, qty }) => [name, `${Math.abs(qty)} ${qty > 0 ? 'more' : 'less'} than we had noted`] as const,
    ),
  }),

  BOTTLES_LOST: ({ bottles, amountMinor }, say) => ({
    subject: `Empties that do not come back: ${listed([bottles])}`,
    paragraphs: [
      `They are noted as lost or broken, so their deposit of ${say.money(amountMinor)} stays with us.`,
      'If you still have them, please get in touch with us.',
    ],
  }),
};
