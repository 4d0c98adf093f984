import type { Minor } from '#shared/domain/money.ts';
import type { DocumentKind } from './document.ts';
import { rupeesInWords } from './inWords.ts';

/** The words of an invoice in one language. */
export interface InvoiceWords {
  locale: string;
  titles: Record<DocumentKind, string>;
  mixed: string;
  number: string;
  forInvoice: string;
  order: string;
  day: string;
  deliverOn: string;
  buyer: string;
  licence: { tax: string; food: string };
  columns: { name: string; hsn: string; qty: string; price: string; amount: string };
  exempt: string;
  /** What promo credit takes off a line. */
  discount: string;
  net: string;
  total: string;
  /** What notes changed of an invoice's total since. */
  noted: string;
  inclusive: string;
  notYet: string;
  /** An amount in words, where the language and the currency have them. */
  inWords?: (amount: Minor) => string;
  madeOn: (when: string) => string;
  page: (number: number, of: number) => string;
}

const english: InvoiceWords = {
  locale: 'en-IN',
  titles: {
    SUMMARY: 'Order summary',
    INVOICE: 'Tax invoice',
    BILL_OF_SUPPLY: 'Bill of supply',
    CREDIT_NOTE: 'Credit note',
    DEBIT_NOTE: 'Debit note',
  },
  mixed: 'Invoice-cum-bill of supply',
  number: 'No.',
  forInvoice: 'for invoice',
  order: 'Order',
  day: 'Date',
  deliverOn: 'To be delivered on',
  buyer: 'Household',
  licence: { tax: 'Tax no.', food: 'Food licence' },
  columns: { name: 'Product', hsn: 'HSN', qty: 'Qty', price: 'Price', amount: 'Amount' },
  exempt: 'exempt',
  discount: 'less promo credit',
  net: 'Value without tax',
  total: 'Total',
  noted: 'By credit and debit notes since',
  inclusive: 'Prices include tax.',
  notYet: 'This is no invoice. The invoice follows the delivery and has what was really delivered.',
  inWords: rupeesInWords,
  madeOn: (when) => `Made on ${when}.`,
  page: (number, of) => `Page ${number} of ${of}`,
};

const hindi: InvoiceWords = {
  locale: 'hi-IN',
  titles: {
    SUMMARY: 'ऑर्डर का सार',
    INVOICE: 'कर बिल',
    BILL_OF_SUPPLY: 'आपूर्ति बिल',
    CREDIT_NOTE: 'क्रेडिट नोट',
    DEBIT_NOTE: 'डेबिट नोट',
  },
  mixed: 'कर बिल एवं आपूर्ति बिल',
  number: 'क्रमांक',
  forInvoice: 'बिल',
  order: 'ऑर्डर',
  day: 'दिनांक',
  deliverOn: 'डिलीवरी का दिन',
  buyer: 'परिवार',
  licence: { tax: 'कर पंजीकरण', food: 'खाद्य लाइसेंस' },
  columns: { name: 'सामान', hsn: 'HSN', qty: 'मात्रा', price: 'दर', amount: 'राशि' },
  exempt: 'कर मुक्त',
  discount: 'प्रोमो राशि घटाकर',
  net: 'कर के बिना मूल्य',
  total: 'कुल',
  noted: 'बाद के क्रेडिट और डेबिट नोट',
  inclusive: 'दरों में कर शामिल है।',
  notYet: 'यह बिल नहीं है। बिल डिलीवरी के बाद आता है, और उसमें वही होता है जो सचमुच पहुँचा।',
  madeOn: (when) => `${when} को बना।`,
  page: (number, of) => `पृष्ठ ${number} / ${of}`,
};

export const invoiceWords = { en: english, hi: hindi };
