import type { Visit } from './facts.ts';
import { hindiDays } from './hindiDays.ts';
import { hindiDoor } from './hindiDoor.ts';
import { hindiMoney } from './hindiMoney.ts';
import { type Language, reasonText, type Say, type Words } from './wording.ts';

const cancelReasons = {
  CUSTOMER: 'आपने इसे रद्द करने को कहा था।',
  STAFF: 'डेयरी को इसे रद्द करना पड़ा।',
  PAYMENT_TIMEOUT: 'समय पर भुगतान नहीं हुआ।',
  HOLIDAY: 'उस दिन हम डिलीवरी नहीं करते।',
  DELIVERY_FAILED: 'इसे पहुँचाया नहीं जा सका।',
};
const failReasons = {
  NOBODY_HOME: 'घर पर कोई नहीं था',
  WRONG_ADDRESS: 'पता नहीं मिला',
  NO_ACCESS: 'कूरियर अंदर नहीं जा सका',
  REFUSED: 'दरवाज़े पर लेने से मना कर दिया गया',
  DAMAGED: 'सामान रास्ते में ख़राब हो गया',
};

export const hindi: Language = {
  ...hindiDays,
  ...hindiDoor,
  ...hindiMoney,
  regards: (dairy) => `सादर\n${dairy}`,
  footer: (dairy) => `आपको यह संदेश इसलिए मिला क्योंकि ${dairy} में आपका खाता है।`,

  WELCOME_EMAIL: (_, { name, dairy }) => ({
    subject: name ? `स्वागत है, ${name}!` : 'स्वागत है!',
    paragraphs: [
      `${dairy} में आपका खाता तैयार है।`,
      'दूध और रोज़ की ज़रूरत का सामान चुनिए, दिन और समय तय कीजिए, और वह आपके दरवाज़े पर मिलेगा।',
    ],
  }),

  PASSWORD_RESET: ({ goodUntil }, { clock, mask }) => ({
    subject: 'नया पासवर्ड बनाने का कोड',
    paragraphs: [
      `इस कोड से आप ${clock(goodUntil)} बजे तक नया पासवर्ड बना सकते हैं।`,
      'अगर आपने यह नहीं माँगा था, तो कुछ करने की ज़रूरत नहीं: आपका पासवर्ड वही रहेगा।',
    ],
    code: mask,
  }),

  SIGN_IN_CODE: ({ goodUntil }, { clock, dairy, mask }) => ({
    subject: 'साइन इन करने का कोड',
    paragraphs: [`इस कोड से आप ${clock(goodUntil)} बजे तक साइन इन कर सकते हैं। डेयरी से कोई आपसे यह कोड नहीं पूछेगा।`],
    code: mask,
    sms: `${mask} ${dairy} में साइन इन करने का आपका कोड है, ${clock(goodUntil)} बजे तक। इसे किसी को न बताएँ।`,
  }),

  ORDER_CONFIRMED: ({ orderId, visit, amountMinor, items, cashMinor }, say) => ({
    subject: `पक्का हुआ: ऑर्डर ${say.value(orderId)}`,
    paragraphs: [
      visit ? `हम इसे ${say.visit(visit)} पर लाएँगे।` : 'हम इसे तैयार कर रहे हैं।',
      ...(cashMinor === undefined ? [] : [keepReady(say.money(cashMinor))]),
    ],
    facts: [
      ...items.map((item) => [`${item.qty} × ${item.name}`, say.money(item.amountMinor)] as const),
      ['कुल', say.money(amountMinor)],
    ],
    sms: `ऑर्डर ${say.value(orderId)} पक्का हुआ${visitAfter(visit, say)}। कुल ${say.money(amountMinor)}। ${say.dairy}`,
  }),

  ORDER_CANCELLED: ({ orderId, visit, amountMinor, reason, paid, toBalance }, say) => {
    const back = toBalance ? 'फिर से आपके प्रीपेड बैलेंस में हैं' : 'उसी तरीके से लौटाए जा रहे हैं जिससे आपने भुगतान किया था';
    const money = paid ? `${say.money(amountMinor)} ${back}।` : 'इसके लिए कुछ नहीं लिया गया।';
    return {
      subject: `रद्द हुआ: ऑर्डर ${say.value(orderId)}`,
      paragraphs: [sentence(reasonText(reason, cancelReasons) ?? 'यह नहीं पहुँचाया जाएगा'), money],
      facts: visit ? [['तय समय', say.visit(visit)]] : [],
      sms: `ऑर्डर ${say.value(orderId)} रद्द हुआ। ${money} ${say.dairy}`,
    };
  },

  PAYMENT_FAILED: ({ orderId, amountMinor, canRetry, goesBack }, say) => ({
    subject: `भुगतान नहीं हुआ: ऑर्डर ${say.value(orderId)}`,
    paragraphs: [
      goesBack
        ? `ली गई राशि ऑर्डर ${say.value(orderId)} के काम नहीं आ सकी। पूरी राशि उसी तरीके से लौट रही है।`
        : `${say.money(amountMinor)} का भुगतान पूरा नहीं हुआ। आपसे कुछ नहीं लिया गया।`,
      ...(canRetry ? ['ऑर्डर अभी रुका हुआ है: समय रहते आप फिर से, या किसी और तरीके से, भुगतान कर सकते हैं।'] : []),
    ],
  }),

  DELIVERY_UPDATE: (occasion, say) => {
    const { orderId, status, visit, cashMinor } = occasion;
    const cash = cashMinor === undefined ? [] : [keepReady(say.money(cashMinor))];
    const due: Words['facts'] = visit ? [['डिलीवरी', say.visit(visit)]] : [];
    switch (status) {
      case 'ASSIGNED':
        return {
          subject: `कूरियर तय हुआ: ऑर्डर ${say.value(orderId)}`,
          paragraphs: ['कूरियर इसे आपके दरवाज़े तक लाएगा।', ...cash],
          facts: due,
        };
      case 'PICKED_UP':
        return {
          subject: `डेयरी से निकला: ऑर्डर ${say.value(orderId)}`,
          paragraphs: ['कूरियर ने इसे उठा लिया है।', ...cash],
          facts: due,
        };
      case 'IN_TRANSIT':
        return {
          subject: `रास्ते में है: ऑर्डर ${say.value(orderId)}`,
          paragraphs: ['कूरियर आपकी ओर आ रहा है।', ...cash],
          facts: due,
          sms: [`ऑर्डर ${say.value(orderId)} रास्ते में है।`, ...cash, say.dairy].join(' '),
        };
      case 'DELIVERED':
        return {
          subject: `पहुँच गया: ऑर्डर ${say.value(orderId)}`,
          paragraphs: ['यह आपके दरवाज़े पर है। धन्यवाद!'],
          sms: `ऑर्डर ${say.value(orderId)} पहुँच गया। धन्यवाद! ${say.dairy}`,
        };
      case 'FAILED': {
        const why = reasonText(occasion.reason, failReasons);
        return {
          subject: `पहुँचाया नहीं जा सका: ऑर्डर ${say.value(orderId)}`,
          paragraphs: [
            why ? `कूरियर ने बताया: ${sentence(why)}` : 'कूरियर इसे सौंप नहीं सका।',
            'डेयरी इसे देखेगी। जो आपको नहीं मिला, उसका कोई पैसा नहीं लगेगा।',
          ],
          sms: `ऑर्डर ${say.value(orderId)} पहुँचाया नहीं जा सका। जो नहीं मिला, उसका पैसा नहीं लगेगा। ${say.dairy}`,
        };
      }
      default:
        return { subject: `ख़बर: ऑर्डर ${say.value(orderId)}`, paragraphs: [`डिलीवरी अब: ${status}`] };
    }
  },

  STOCK_LOW: ({ productId, product, stock, day }, say) => ({
    subject: `${say.value(product)} कम बचा है`,
    paragraphs: [`${day ? `${say.day(day)} के लिए ` : ''}बेचने के लिए केवल ${say.value(stock)} बचा है।`],
    facts: [
      ['उत्पाद', `${product} (${productId})`],
      ['बचा', String(stock)],
    ],
  }),
};

function keepReady(amount: string): string {
  return `कृपया कूरियर के लिए ${amount} तैयार रखें।`;
}

function visitAfter(visit: Visit | undefined, say: Say): string {
  return visit ? `: ${say.visit(visit)}` : '';
}

function sentence(text: string): string {
  return /[.!?।]$/.test(text) ? text : `${text}।`;
}
