import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root. */
export const root = join(import.meta.dirname, '..');

/** One file of the repository, and its text without what is not code. */
export interface Source {
  /** From the root, with slashes. */
  path: string;
  text: string;
  /** As `text` with comments blanked; places stay the same. */
  bare: string;
  /** As `bare` with the insides of strings and regular expressions blanked too. */
  code: string;
}

/** One import of a file: where from, at which line, and whether only types come by it. */
export interface Import {
  from: string;
  line: number;
  typeOnly: boolean;
  names: string[];
}

/** What nobody wrote by hand; `data` only at the root, where a dairy keeps its own. */
const outside = /^data\/|(^|\/)(node_modules|\.git|dist|cdk\.out|coverage)\/|\.log$/;

/** Every file under a folder of the repository, in one order. */
export function filesUnder(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (outside.test(entry.isDirectory() ? `${path}/` : path)) return [];
      return entry.isDirectory() ? filesUnder(path) : [path];
    })
    .sort();
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Every TypeScript file of the repository. */
export function sources(): Source[] {
  return filesUnder()
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readText(path);
      return { path, text, bare: blank(text, 'COMMENTS'), code: blank(text, 'COMMENTS AND STRINGS') };
    });
}

export function isTest(path: string): boolean {
  return (
    /\.(test|journey)\.ts$/.test(path) ||
    /^runtime\/test\w+\.ts$|\/testing\.ts$/.test(path) ||
    path.startsWith('e2e/')
  );
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** The places where a pattern is found, as `path:line why`. */
export function places(
  source: Source,
  pattern: RegExp,
  why: string,
  within: 'text' | 'bare' | 'code' = 'code',
): string[] {
  const text = source[within];
  return [...text.matchAll(new RegExp(pattern, `${pattern.flags.replace('g', '')}g`))].map(
    (match) => `${source.path}:${lineAt(text, match.index)} ${why}`,
  );
}

const IMPORT = /^[ \t]*(?:import|export)\s+(type\s+)?((?:[\w*$\s,]|\{[^}]*\})*?)\s*(?:from\s*)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

/** What a file imports or re-exports, whole or in part, at once or later. */
export function importsOf({ bare }: Source): Import[] {
  const declared = [...bare.matchAll(IMPORT)].map((match) => {
    const clause = match[2] ?? '';
    const names = (/\{([^}]*)\}/.exec(clause)?.[1] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    const alsoOther = clause.replace(/\{[^}]*\}/, '').replace(/[\s,]/g, '') !== '';
    return {
      from: match[3] ?? '',
      line: lineAt(bare, match.index + match[0].search(/\S/)),
      typeOnly:
        match[1] !== undefined ||
        (names.length > 0 && !alsoOther && names.every((name) => name.startsWith('type '))),
      names: names.map((name) => name.replace(/^type /, '').replace(/ as .*$/, '')),
    };
  });
  const later = [...bare.matchAll(DYNAMIC)].map((match) => ({
    from: match[1] ?? '',
    line: lineAt(bare, match.index),
    typeOnly: false,
    names: [],
  }));
  return [...declared, ...later];
}

/** What an import names, from the root with slashes; a package keeps its name. */
export function targetOf(path: string, from: string): string {
  const alias = /^#(shared|lambdas|adapters|runtime)\//.exec(from);
  if (alias) return from.slice(1);
  if (!from.startsWith('.')) return from;
  const parts = path.split('/').slice(0, -1);
  for (const part of from.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

type What = 'COMMENTS' | 'COMMENTS AND STRINGS';

/**
 * A program's text with some of it replaced by blanks, so that a search finds only the rest, at its true line.
 * One pass over the characters: enough for code that Biome has formatted, where a `/` after an operator or an
 * opening bracket begins a regular expression.
 */
export function blank(text: string, what: What): string {
  const kept = text.split('');
  const strings = what === 'COMMENTS AND STRINGS';
  const wipe = (from: number, to: number) => {
    for (let i = from; i < to; i++) if (kept[i] !== '\n') kept[i] = ' ';
  };
  /** For each template literal that is open, how many braces are open inside its `${}`. */
  const templates: number[] = [];
  let i = 0;
  while (i < text.length) {
    const two = text.slice(i, i + 2);
    const start = i;
    if (two === '//') {
      i = endAt(text, '\n', i);
      wipe(start, i);
    } else if (two === '/*') {
      i = Math.min(text.length, endAt(text, '*/', i + 2) + 2);
      wipe(start, i);
    } else if (text[i] === "'" || text[i] === '"') {
      i = endOfString(text, i);
      if (strings) wipe(start + 1, i - 1);
    } else if (text[i] === '/' && beginsRegExp(text, i)) {
      i = endOfRegExp(text, i);
      if (strings) wipe(start + 1, i - 1);
    } else if (text[i] === '`' || (text[i] === '}' && templates.at(-1) === 0)) {
      if (text[i] === '}') templates.pop();
      i = endOfTemplateText(text, i + 1);
      if (strings) wipe(start + 1, text[i - 1] === '`' ? i - 1 : i - 2);
      if (text[i - 1] === '{') templates.push(0);
    } else {
      if (text[i] === '{' && templates.length > 0) templates.push((templates.pop() ?? 0) + 1);
      if (text[i] === '}' && templates.length > 0) templates.push((templates.pop() ?? 1) - 1);
      i++;
    }
  }
  return kept.join('');
}

function endAt(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

function endOfString(text: string, from: number): number {
  let i = from + 1;
  while (i < text.length && text[i] !== text[from]) i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

function endOfTemplateText(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    if (text[i] === '\\') i += 2;
    else if (text[i] === '`') return i + 1;
    else if (text[i] === '$' && text[i + 1] === '{') return i + 2;
    else i++;
  }
  return i;
}

function beginsRegExp(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 200), at).trimEnd();
  return (
    before === '' || /(?:[(,=:[!&|?{};<>+*%~^-]|\b(?:return|of|in|case|typeof|await|void))$/.test(before)
  );
}

function endOfRegExp(text: string, from: number): number {
  let i = from + 1;
  let inClass = false;
  while (i < text.length && text[i] !== '\n' && (inClass || text[i] !== '/')) {
    if (text[i] === '[') inClass = true;
    if (text[i] === ']') inClass = false;
    i += text[i] === '\\' ? 2 : 1;
  }
  return i + 1;
}
