import type { Minor } from '#shared/domain/money.ts';

const small = [
  ...[
    'zero',
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
  ],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
/** Indian numbering: after the thousands come lakhs and crores. */
const steps = [
  [10_000_000, 'crore'],
  [100_000, 'lakh'],
  [1_000, 'thousand'],
  [100, 'hundred'],
] as const;

/** A rupee amount in English words, Indian numbering: "One lakh two thousand rupees and fifty paise". */
export function rupeesInWords(amount: Minor): string {
  const rupees = Math.floor(amount / 100);
  const paise = amount % 100;
  const whole = `${numberInWords(rupees)} ${rupees === 1 ? 'rupee' : 'rupees'}`;
  const words = paise === 0 ? whole : `${whole} and ${numberInWords(paise)} paise`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function numberInWords(number: number): string {
  for (const [size, name] of steps) {
    if (number < size) continue;
    const rest = number % size;
    const head = `${numberInWords(Math.floor(number / size))} ${name}`;
    return rest === 0 ? head : `${head} ${numberInWords(rest)}`;
  }
  if (number < small.length) return small[number] ?? '';
  const rest = number % 10;
  const ten = tens[Math.floor(number / 10)] ?? '';
  return rest === 0 ? ten : `${ten}-${small[rest]}`;
}
