/**
 * Where a message's values stand among its words. Texts are made with every value between two characters that no
 * script uses, so that one rendering gives both the text, without them, and the template that the text was made from,
 * with a variable in place of each value. India's telecom operators let through only texts of templates they know.
 */
const fences = { value: '\uE000', long: '\uE001', dairy: '\uE002' } as const;
type Kind = keyof typeof fences;
const END = '\uE003';
const anyFence = /[\uE000-\uE003]/g;
const fenced = /([\uE000-\uE002])([^\uE000-\uE003]*)\uE003/g;

/** A variable holds this many characters at an operator. */
export const VARIABLE_CHARS = 30;
const mostChars: Readonly<Record<string, number>> = {
  [fences.value]: VARIABLE_CHARS,
  [fences.long]: 2 * VARIABLE_CHARS,
};
const inTemplate: Readonly<Record<string, string>> = {
  [fences.value]: '{#var#}',
  [fences.long]: '{#var#}{#var#}',
  // A name that everybody is told by is none of the variables.
  [fences.dairy]: '{dairy}',
};
/** What values usually take: a date with a window, a few products. */
const USUAL_CHARS = 20;

export function fence(text: string | number, kind: Kind = 'value'): string {
  return `${fences[kind]}${bare(String(text))}${END}`;
}

/** The text as people read it. */
export function bare(text: string): string {
  return text.replaceAll(anyFence, '');
}

/** The text as it is registered. */
export function templateOf(text: string): string {
  return text.replaceAll(fenced, (_, opening: string) => inTemplate[opening] ?? '');
}

/** How long texts of this template usually are; the same for every text of it. */
export function usualLength(text: string): number {
  return text.replaceAll(fenced, 'x'.repeat(USUAL_CHARS)).length;
}

/**
 * The text with values that fit their variables, in at most so many UTF-16 units. Long values give way first; where
 * that is not enough the text is cut, and is of no template any more.
 */
export function fitted(text: string, most: number): { text: string; isWhole: boolean } {
  const inVariables = text.replaceAll(fenced, (_, opening: string, value: string) => {
    return `${opening}${clip(value, mostChars[opening] ?? value.length)}${END}`;
  });
  let over = bare(inVariables).length - most;
  const short = inVariables.replaceAll(fenced, (all, opening: string, value: string) => {
    if (over <= 0 || opening !== fences.long) return all;
    const shorter = clip(value, Math.max(1, value.length - over));
    over -= value.length - shorter.length;
    return `${opening}${shorter}${END}`;
  });
  return { text: clip(bare(short), most), isWhole: over <= 0 };
}

/** Text of at most `most` UTF-16 units, cut between characters. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > most - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
