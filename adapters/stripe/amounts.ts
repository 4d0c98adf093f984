import type { Minor } from '#shared/domain/money.ts';

/*
 * Milkfloat counts every currency in hundredths. Stripe counts in the currency's smallest unit: yen in yen, dinars in
 * thousandths. Króna and Ugandan shilling have no hundredths any more, but Stripe still counts them.
 */
const wholeOnly = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ');
const wholeInHundredths = ['ISK', 'UGX'];
const thousandths = ['BHD', 'JOD', 'KWD', 'OMR', 'TND'];

/** What Stripe is told; undefined for what nobody can pay: nothing, fractions, or hundredths that do not exist. */
export function toStripe(amountMinor: Minor, currency: string): number | undefined {
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) return undefined;
  const isWhole = amountMinor % 100 === 0;
  if (wholeOnly.includes(currency)) return isWhole ? amountMinor / 100 : undefined;
  if (wholeInHundredths.includes(currency)) return isWhole ? amountMinor : undefined;
  return thousandths.includes(currency) ? amountMinor * 10 : amountMinor;
}

/** What Stripe tells, which writes currencies small. */
export function fromStripe(amount: number, currency: string): Minor {
  const code = currency.toUpperCase();
  if (wholeOnly.includes(code)) return amount * 100;
  return thousandths.includes(code) ? Math.round(amount / 10) : amount;
}
