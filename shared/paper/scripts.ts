/** The font files that a text needs; no single one of them has the letters of all our languages. */
export type Script = 'latin' | 'latinExt' | 'devanagari';

/** A stretch of text that one font file can set. */
export interface Stretch {
  script: Script;
  text: string;
}

type Range = readonly [number, number];

/** Devanagari with its joiners, Vedic signs and extensions, and the rupee sign, which the same file has. */
const devanagari: readonly Range[] = [
  [0x0900, 0x097f],
  [0x1cd0, 0x1cf9],
  [0x200c, 0x200d],
  [0x20b9, 0x20b9],
  [0x25cc, 0x25cc],
  [0xa830, 0xa839],
  [0xa8e0, 0xa8ff],
];
/** What the Latin file has: ASCII, Latin-1 and the punctuation of print. */
const latin: readonly Range[] = [
  [0x0000, 0x00ff],
  [0x0152, 0x0153],
  [0x2000, 0x206f],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2212, 0x2212],
];
const combining = /\p{M}/u;

/** Text cut into stretches by the font file each needs; shaping never crosses from one into the next. */
export function stretchesOf(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  for (const letter of text.normalize('NFC')) {
    const last = stretches.at(-1);
    const script = scriptOf(letter, last?.script);
    if (last && last.script === script) last.text += letter;
    else stretches.push({ script, text: letter });
  }
  return stretches;
}

function scriptOf(letter: string, before: Script | undefined): Script {
  if (isIn(devanagari, letter)) return 'devanagari';
  // A mark is set on the letter before it, by the same font.
  if (before && combining.test(letter)) return before;
  return isIn(latin, letter) ? 'latin' : 'latinExt';
}

function isIn(ranges: readonly Range[], letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  return ranges.some(([from, to]) => from <= code && code <= to);
}
