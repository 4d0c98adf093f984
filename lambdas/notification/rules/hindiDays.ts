import type { Schedule } from '#lambdas/order/models/Subscription.ts';
import type { DayOccasion } from './days.ts';
import { type Language, listed, reasonText, type Say } from './wording.ts';

/** After "क्योंकि". */
const shortReasons = {
  SHORT: 'सबके लिए पर्याप्त नहीं था',
  OUT_OF_STOCK: 'सबके लिए पर्याप्त नहीं था',
  BALANCE_SHORT: 'आपके प्रीपेड बैलेंस में इतनी राशि नहीं है',
  CREDIT_LIMIT: 'आपके खाते की सीमा पूरी हो गई है',
  HOLIDAY: 'उस दिन छुट्टी है',
  NOT_SERVED: 'उस दिन हम डिलीवरी नहीं करते',
  MOVED: 'छुट्टी के कारण यह एक दिन पहले आएगा',
  PRODUCT_GONE: 'अब हम इसे नहीं बेचते',
  CUSTOMER_GONE: 'खाता बंद है',
  RUN_MISSED: 'हम इसे समय पर तैयार नहीं कर सके, हमें खेद है',
  OUTSIDE_SERVICE_AREA: 'आपके पते पर हम डिलीवरी नहीं करते',
  ADDRESS_NEEDED: 'हमारे पास कोई पता नहीं है',
};

const changes: Readonly<Record<string, (day: string) => string>> = {
  SKIP: (day) => `${day} की डिलीवरी छोड़ी गई`,
  UNSKIP: (day) => `${day} को फिर आएगा`,
  PAUSE: (day) => `${day} से रोका गया`,
  RESUME: (day) => `${day} से फिर शुरू`,
  ADD_ONE_OFF: (day) => `${day} के लिए जोड़ा गया`,
  CANCEL: (day) => `${day} से बंद`,
};

export const hindiDays: Pick<Language, DayOccasion['type']> = {
  DAY_ORDERED: ({ visit, items, amountMinor, balance, cashMinor, accountMinor }, say) => ({
    subject: `आ रहा है: ${say.visit(visit)}`,
    paragraphs: [
      ...(balance
        ? [
            `आपके प्रीपेड बैलेंस से ${say.money(balance.takenMinor)} अलग रखे गए हैं। बैलेंस में ${say.money(balance.leftMinor)} बचे हैं।`,
          ]
        : []),
      ...(cashMinor === undefined ? [] : [`कृपया कूरियर के लिए ${say.money(cashMinor)} तैयार रखें।`]),
      ...(accountMinor === undefined ? [] : [`${say.money(accountMinor)} आपके खाते में जोड़े जाएँगे।`]),
      'जो नहीं आता, उसका पैसा नहीं लगता।',
    ],
    facts: [
      ...items.map((item) => [`${item.qty} × ${item.name}`, say.money(item.amountMinor)] as const),
      ['कुल', say.money(amountMinor)],
    ],
  }),

  DAY_COMPLETED: ({ day, items, amountMinor }, say) => ({
    subject: `आपका पैसा ${say.day(day)} के लिए समय पर आ गया: ${listed(items)}`,
    paragraphs: [
      `जो बैलेंस की कमी से नहीं आ रहा था, वह अब आएगा। इसके लिए ${say.money(amountMinor)} अलग रखे गए हैं।`,
      'जो नहीं आता, उसका पैसा नहीं लगता।',
    ],
    facts: [
      ...items.map((item) => [`${item.qty} × ${item.name}`, say.money(item.amountMinor)] as const),
      ['कुल', say.money(amountMinor)],
    ],
  }),

  DAY_SHORT: ({ day, lines }, say) => {
    const missing = listed(lines.map(({ name, qty, granted }) => ({ name, qty: qty - granted })));
    const reasons = [
      ...new Set(lines.map(({ reason }) => reasonText(reason, shortReasons) ?? 'यह नहीं आ सकता')),
    ];
    const [reason = ''] = reasons;
    const partly = lines.filter(({ granted }) => granted > 0);
    return {
      subject: `${say.day(day)} को नहीं आएगा: ${missing}`,
      paragraphs: [
        `यह नहीं आएगा, क्योंकि ${reasons.join('; और ')}।`,
        'जो नहीं आता, उसका पैसा नहीं लगता।',
        ...(lines.some(({ reason }) => reason === 'BALANCE_SHORT') ? ['जमा करते ही आपके अगले दिन आने लगेंगे।'] : []),
      ],
      facts: partly.map(({ name, qty, granted }) => [name, `${qty} में से ${granted} आएगा`] as const),
      sms: `${say.day(day)} को नहीं आएगा: ${missing}, क्योंकि ${say.long(reason)}। इसका पैसा नहीं लगेगा। ${say.dairy}`,
    };
  },

  SUBSCRIPTION_CREATED: ({ firstDay, lastDay, schedule, items, monthMinor, receiptId }, say) => ({
    subject: `आपका नियमित ऑर्डर ${say.day(firstDay)} से शुरू होगा`,
    paragraphs: [
      `इसके बाद यह ${schedule ? often(schedule, say) : 'आपके चुने हुए दिनों पर'} आएगा, ${lastDay ? `${say.day(lastDay)} तक` : 'जब तक आप इसे न बदलें'}।`,
      monthMinor > 0
        ? `अभी के हिसाब से इस महीने का ख़र्च ${say.money(monthMinor)} होगा। जो आता है, केवल उसी का पैसा लगता है।`
        : 'जो आता है, केवल उसी का पैसा लगता है।',
    ],
    facts: [...items.map(({ name, qty }) => [name, String(qty)] as const), ['रसीद', receiptId]],
  }),

  SUBSCRIPTION_CHANGED: ({ action, firstDay, monthBeforeMinor, monthAfterMinor, receiptId }, say) => {
    const what = changes[action] ?? ((day: string) => `${day} से बदला गया`);
    return {
      subject: `आपका नियमित ऑर्डर: ${what(say.day(firstDay))}`,
      paragraphs: [
        monthBeforeMinor === monthAfterMinor
          ? `अभी के हिसाब से इस महीने का ख़र्च पहले की तरह ${say.money(monthAfterMinor)} होगा।`
          : `अभी के हिसाब से इस महीने का ख़र्च ${say.money(monthAfterMinor)} होगा; पहले ${say.money(monthBeforeMinor)} था।`,
      ],
      facts: [['रसीद', receiptId]],
    };
  },

  SUBSCRIPTION_ENDED: ({ lastDay }, say) => ({
    subject: 'आपका नियमित ऑर्डर पूरा हुआ',
    paragraphs: [
      lastDay ? `आपके चुने अनुसार ${say.day(lastDay)} इसका आख़िरी दिन था।` : 'इसका आख़िरी दिन बीत चुका है।',
      'इसमें अब कुछ नहीं आएगा और कुछ नहीं लगेगा। नया ऑर्डर किसी भी दिन शुरू हो सकता है।',
    ],
  }),

  PAUSE_ENDING: ({ pausedTo, firstDay, cutoffAt }, say) => ({
    subject: `आपकी रोक पूरी हो रही है: हम ${say.day(firstDay)} को फिर आएँगे`,
    paragraphs: [
      `आपने अपना नियमित ऑर्डर ${say.day(pausedTo)} तक रोका था।`,
      `अभी भी बाहर हैं? ${say.moment(cutoffAt)} तक आप इसे और रोक सकते हैं, दिन छोड़ सकते हैं या बदल सकते हैं।`,
    ],
  }),

  PRICE_CHANGED: (occasion, say) => {
    const { product, fromDay, oldPriceMinor, newPriceMinor, month } = occasion;
    return {
      subject: `${say.day(fromDay)} से ${say.value(product)} का दाम ${say.money(newPriceMinor)}`,
      paragraphs: [
        `तब तक दाम ${say.money(oldPriceMinor)} है। उससे पहले के दिन वैसे ही रहेंगे।`,
        `अभी के हिसाब से ${say.month(month)} में आपके नियमित ऑर्डर का ख़र्च ${say.money(occasion.monthAfterMinor)} होगा; पहले के दाम पर ${say.money(occasion.monthBeforeMinor)} होता।`,
        'अगर इस दाम पर नहीं चाहिए, तो दिन पक्का होने से पहले आप इसे बदल या बंद कर सकते हैं।',
      ],
      facts: [['रसीद', occasion.receiptId]],
    };
  },
};

function often(schedule: Schedule, say: Say): string {
  switch (schedule.type) {
    case 'DAILY':
      return 'हर दिन';
    case 'ALTERNATE_DAYS':
      return 'एक दिन छोड़कर';
    case 'EVERY_N_DAYS':
      return schedule.n === 1 ? 'हर दिन' : `हर ${say.value(schedule.n)} दिन पर`;
    case 'WEEKDAYS':
      return `हर ${say.long(schedule.days.map(say.weekday).join(', '))} को`;
    case 'MONTHLY':
      return `महीने की ${say.long(schedule.daysOfMonth.join(', '))} तारीख़ को`;
  }
}
