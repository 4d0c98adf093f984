import type { DoorOccasion } from './door.ts';
import { type Language, listed } from './wording.ts';

export const hindiDoor: Pick<Language, DoorOccasion['type']> = {
  PROBLEM_REPORTED: ({ orderId, thing, amountMinor, creditedMinor }, say) =>
    creditedMinor > 0
      ? {
          subject: `${say.money(creditedMinor)} लौटाए गए: ऑर्डर ${say.value(orderId)} का ${listed([thing])}`,
          paragraphs: [
            `हमें खेद है। ${say.money(creditedMinor)} आपके प्रीपेड बैलेंस में हैं; अगर कुछ बकाया था, तो पहले वह चुकता हुआ।`,
          ],
        }
      : {
          subject: `हम इसे देख रहे हैं: ऑर्डर ${say.value(orderId)} का ${listed([thing])}`,
          paragraphs: ['हमें खेद है, और बताने के लिए धन्यवाद। डेयरी में कोई इसे देखेगा, और हम आपको बताएँगे।'],
          facts: [['दाम', say.money(amountMinor)]],
        },

  PROBLEM_DECIDED: ({ orderId, thing, amountMinor, creditedMinor }, say) =>
    creditedMinor > 0
      ? {
          subject: `${say.money(creditedMinor)} लौटाए गए: ऑर्डर ${say.value(orderId)} का ${listed([thing])}`,
          paragraphs: [
            creditedMinor < amountMinor
              ? `आपने जो बताया था, वह हमने देखा। उसके दाम ${say.money(amountMinor)} में से हम ${say.money(creditedMinor)} लौटा रहे हैं।`
              : 'आपने जो बताया था, वह हमने देखा, और हमें खेद है। उसका पूरा दाम लौटाया गया है।',
            'यह आपके प्रीपेड बैलेंस में है; अगर कुछ बकाया था, तो पहले वह चुकता हुआ।',
          ],
        }
      : {
          subject: `नहीं लौटाया गया: ऑर्डर ${say.value(orderId)} का ${listed([thing])}`,
          paragraphs: [
            `आपने जो बताया था, वह हमने देखा, और उसका दाम ${say.money(amountMinor)} हम नहीं लौटा सकते।`,
            'अगर आपको ऐसा नहीं लगता, तो कृपया हमसे बात करें।',
          ],
        },

  DELIVERY_CORRECTED: ({ orderId, chargedBeforeMinor, chargedMinor, differences }, say) => ({
    subject: `सुधारा गया: ऑर्डर ${say.value(orderId)}`,
    paragraphs: [
      'आपके दरवाज़े पर इस डिलीवरी का जो लिखा गया था, उसे हमने सुधारा है।',
      chargedBeforeMinor === chargedMinor
        ? `जो आया, उसका दाम पहले की तरह ${say.money(chargedMinor)} है। नक़द या ख़ाली बोतलें फिर से गिनी गईं।`
        : `जो आया, उसका दाम ${say.money(chargedMinor)} है; पहले हमने ${say.money(chargedBeforeMinor)} बताया था।`,
      'इससे आपके बैलेंस में क्या बदला, यह आपके विवरण में है। अगर आपको ऐसा नहीं लगता, तो कृपया हमसे बात करें।',
    ],
    facts: differences.map(
      ({ name, qty }) => [name, `जो लिखा था उससे ${Math.abs(qty)} ${qty > 0 ? 'ज़्यादा' : 'कम'}`] as const,
    ),
  }),

  BOTTLES_LOST: ({ bottles, amountMinor }, say) => ({
    subject: `ख़ाली बोतलें जो नहीं लौटेंगी: ${listed([bottles])}`,
    paragraphs: [
      `ये खोई या टूटी हुई लिखी गई हैं, इसलिए इनकी जमा राशि ${say.money(amountMinor)} हमारे पास रहेगी।`,
      'अगर ये अब भी आपके पास हैं, तो कृपया हमसे बात करें।',
    ],
  }),
};
