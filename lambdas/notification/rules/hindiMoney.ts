import type { MoneyOccasion } from './money.ts';
import type { Language } from './wording.ts';

export const hindiMoney: Pick<Language, MoneyOccasion['type']> = {
  TOPPED_UP: ({ amountMinor, balanceMinor, debited }, say) => ({
    subject: `आपके प्रीपेड बैलेंस में ${say.money(amountMinor)} जमा हुए`,
    paragraphs: [
      ...(debited ? [`जैसा बताया गया था, यह राशि ${say.value(debited)} से ली गई।`] : []),
      `अब आपका प्रीपेड बैलेंस ${say.money(balanceMinor)} है। धन्यवाद!`,
    ],
  }),

  WALLET_LOW: ({ day, cutoffAt, availableMinor, missingMinor }, say) => ({
    subject: `${say.day(day)} के लिए आपके बैलेंस में ${say.money(missingMinor)} कम हैं`,
    paragraphs: [
      `आपका प्रीपेड बैलेंस ${say.money(availableMinor)} है। आने वाले सामान के लिए ${say.money(missingMinor)} और चाहिए।`,
      `${say.moment(cutoffAt)} से पहले जमा कर दें, तो सब कुछ आएगा। नहीं तो हम उतना लाएँगे जितना बैलेंस में है, और बाकी का पैसा नहीं लगेगा।`,
    ],
    sms: `${say.day(day)} के लिए बैलेंस में ${say.money(missingMinor)} कम हैं। ${say.moment(cutoffAt)} से पहले जमा करें। ${say.dairy}`,
  }),

  AUTO_TOP_UP_SET: ({ enabled, amountMinor = 0, days = 0, method }, say) =>
    enabled
      ? {
          subject: 'ऑटो टॉप-अप चालू है',
          paragraphs: [
            `जब आपका प्रीपेड बैलेंस अगले ${say.value(days)} दिनों की डिलीवरी के लिए कम होगा, ${method ? `${say.value(method)} से ` : ''}${say.money(amountMinor)} लिए जाएँगे।`,
            'हर बार पैसा लेने से पहले हम आपको बताएँगे। आप इसे कभी भी बंद कर सकते हैं।',
          ],
        }
      : {
          subject: 'ऑटो टॉप-अप बंद है',
          paragraphs: ['अब अपने-आप कुछ नहीं लिया जाएगा। बैलेंस कम होने पर कृपया ख़ुद जमा करें।'],
        },

  MANDATE_NOTICE: ({ amountMinor, debitAt, dueDay, method }, say) => ({
    subject: `${say.moment(debitAt)} के बाद ${say.money(amountMinor)} लिए जाएँगे`,
    paragraphs: [
      `आपका प्रीपेड बैलेंस ${say.day(dueDay)} के लिए काफ़ी नहीं है। आपके चुने अनुसार उसके लिए ${method ? `${say.value(method)} से ` : ''}${say.money(amountMinor)} लिए जाएँगे।`,
      'अगर आप यह नहीं चाहते, तो उससे पहले ख़ुद जमा करें या ऑटो टॉप-अप बंद करें।',
    ],
    sms: `${say.moment(debitAt)} के बाद आपके प्रीपेड बैलेंस के लिए ${method ? `${say.value(method)} से ` : ''}${say.money(amountMinor)} लिए जाएँगे। ${say.dairy}`,
  }),

  DUNNING_STEP: ({ amountMinor, nextTryAt, method }, say) => ({
    subject: `भुगतान की याद: ${say.money(amountMinor)} नहीं लिए जा सके`,
    paragraphs: [
      `${method ?? 'आपके बैंक'} ने इसे अस्वीकार कर दिया, और कुछ नहीं लिया गया। हम ${say.moment(nextTryAt)} के बाद फिर कोशिश करेंगे।`,
      'अगर आप किसी भी तरीके से ख़ुद जमा कर दें, तो हम फिर कोशिश नहीं करेंगे। जितना बैलेंस में नहीं है, वह नहीं आएगा और उसका पैसा नहीं लगेगा।',
    ],
    sms: `${say.money(amountMinor)} नहीं लिए जा सके। ${say.moment(nextTryAt)} के बाद फिर कोशिश होगी; या ख़ुद जमा करें। ${say.dairy}`,
  }),

  DUNNING_EXHAUSTED: ({ amountMinor, method }, say) => ({
    subject: `भुगतान की याद: अब हम ${say.money(amountMinor)} लेने की कोशिश नहीं करेंगे`,
    paragraphs: [
      `${method ?? 'आपके बैंक'} ने इसे फिर अस्वीकार कर दिया, और कुछ नहीं लिया गया।`,
      'आपके नियमित ऑर्डर रुके हैं: जितना बैलेंस में नहीं है, वह नहीं आएगा और उसका पैसा नहीं लगेगा। जमा करते ही वे फिर आने लगेंगे।',
    ],
    sms: `${say.money(amountMinor)} फिर अस्वीकार हुए। जमा करने तक आपके नियमित ऑर्डर रुके हैं। ${say.dairy}`,
  }),

  TOP_UP_FAILED: ({ amountMinor, goesBack }, say) => ({
    subject: `${say.money(amountMinor)} आपके प्रीपेड बैलेंस में जमा नहीं हो सके`,
    paragraphs: [
      goesBack
        ? 'जो राशि ली गई, वह माँगी गई राशि नहीं थी। पूरी राशि उसी तरीके से लौट रही है।'
        : 'भुगतान पूरा नहीं हुआ, और आपसे कुछ नहीं लिया गया।',
      'आप फिर से, या किसी और तरीके से, भुगतान कर सकते हैं।',
    ],
  }),

  REFUND_ISSUED: ({ orderId, amountMinor, to }, say) => {
    const amount = say.money(amountMinor);
    const about = orderId ? `: ऑर्डर ${say.value(orderId)}` : '';
    if (to === 'WALLET') {
      return {
        subject: `${amount} आपके प्रीपेड बैलेंस में लौटाए गए${about}`,
        paragraphs: [`हमने ${amount} आपके प्रीपेड बैलेंस में लौटा दिए हैं। आप इन्हें तुरंत ख़र्च कर सकते हैं।`],
      };
    }
    if (to === 'BANK') {
      return {
        subject: `${amount} आपके बैंक खाते में भेजे गए`,
        paragraphs: [`आपने अपने प्रीपेड बैलेंस से ${amount} माँगे थे। यह राशि आपके बैंक खाते में पहुँच रही है।`],
      };
    }
    return {
      subject: `${amount} लौटाए गए${about}`,
      paragraphs: [
        `${orderId ? `ऑर्डर ${say.value(orderId)}` : 'प्रीपेड बैलेंस'} के ${amount} वहीं लौट रहे हैं जहाँ से आपने भुगतान किया था।`,
        'बैंक में दिखने में कुछ दिन लग सकते हैं।',
      ],
    };
  },

  REFUND_RETURNED: ({ orderId, amountMinor }, say) => ({
    subject: `${say.money(amountMinor)} लौटाए नहीं जा सके${orderId ? `: ऑर्डर ${say.value(orderId)}` : ''}`,
    paragraphs: ['बैंक ने यह राशि नहीं ली। अब यह आपके प्रीपेड बैलेंस में है: आप इसे ख़र्च कर सकते हैं, या फिर से माँग सकते हैं।'],
  }),

  REFUND_FAILED: ({ orderId, refundId, amountMinor }, say) => ({
    subject: `रिफ़ंड ${say.value(refundId)} अस्वीकार हुआ`,
    paragraphs: [
      'भुगतान कंपनी या बैंक ने यह रिफ़ंड अस्वीकार कर दिया। राशि अब ग्राहक के प्रीपेड बैलेंस में है, और उन्हें बता दिया गया है।',
    ],
    facts: [
      ...(orderId ? [['ऑर्डर', orderId] as const] : []),
      ['रिफ़ंड', refundId],
      ['राशि', say.money(amountMinor)],
    ],
  }),

  DISPUTE: ({ disputeId, paymentId, orderId, amountMinor, status }, say) => ({
    subject: {
      OPENED: `विवाद: भुगतान ${say.value(paymentId)} के ${say.money(amountMinor)}`,
      WON: `विवाद जीता गया: भुगतान ${say.value(paymentId)} के ${say.money(amountMinor)}`,
      LOST: `विवाद हारा गया: भुगतान ${say.value(paymentId)} के ${say.money(amountMinor)}`,
    }[status],
    paragraphs: [
      {
        OPENED: 'ग्राहक के बैंक ने यह भुगतान वापस ले लिया है। समय रहते भुगतान सेवा पर इसका जवाब दें।',
        WON: 'पैसा फिर भुगतान सेवा के पास है। कुछ करने की ज़रूरत नहीं।',
        LOST: orderId
          ? 'पैसा चला गया: इसे घाटे में लिखा गया है।'
          : 'इसे प्रीपेड बैलेंस से लिया गया; जो कम पड़ा, वह ग्राहक पर बकाया है।',
      }[status],
    ],
    facts: [['विवाद', disputeId], ['भुगतान', paymentId], ...(orderId ? [['ऑर्डर', orderId] as const] : [])],
  }),

  PROMO_GRANTED: ({ amountMinor, expiresOn }, say) => ({
    subject: `आपके लिए ${say.money(amountMinor)} का प्रोमो क्रेडिट`,
    paragraphs: [
      'यह आपके अगले ऑर्डर से अपने आप घट जाता है, किसी और भुगतान से पहले।',
      expiresOn ? `इसे ${say.day(expiresOn)} तक इस्तेमाल करें।` : 'इसकी कोई अंतिम तारीख़ नहीं है।',
    ],
  }),

  BILL_ISSUED: ({ billId, from, to, amountMinor, dueDay }, say) => ({
    subject: `आपका बिल: ${say.money(amountMinor)}, ${say.day(dueDay)} तक देना है`,
    paragraphs: ['प्रीपेड बैलेंस में पैसे डालकर इसे चुकाएँ: पहले बिल ही चुकता होता है।'],
    facts: [
      ['बिल', billId],
      ['अवधि', `${say.day(from)} – ${say.day(to)}`],
      ['राशि', say.money(amountMinor)],
      ['अंतिम दिन', say.day(dueDay)],
    ],
  }),

  BILL_OVERDUE: ({ billId, amountMinor, dueDay }, say) => ({
    subject: `भुगतान की याद: ${say.money(amountMinor)} ${say.day(dueDay)} तक देने थे`,
    paragraphs: [
      'जब तक यह नहीं चुकाया जाता, खाते पर और कुछ नहीं आएगा। प्रीपेड बैलेंस में पैसे डालें: पहले बिल ही चुकता होता है।',
    ],
    facts: [
      ['बिल', billId],
      ['राशि', say.money(amountMinor)],
    ],
  }),
};
