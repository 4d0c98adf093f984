import { readFile } from 'node:fs/promises';
import type { Instant } from '#shared/domain/day.ts';
import { type Script, stretchesOf } from './scripts.ts';

/** How a piece of text looks. */
export interface Look {
  size?: number;
  bold?: boolean;
  colour?: string;
}

/** One column of a table: how wide, and to which side its text goes. */
export interface Column {
  width: number;
  align?: 'left' | 'right';
}

/** A row of a table: a text for each column. */
export interface Row {
  cells: readonly (string | undefined)[];
  look?: Look;
  /** A line above it, as over a sum. */
  ruled?: boolean;
}

/** What a paper says at the foot of every page; `page` makes its last words, such as "Page 1 of 2". */
export interface Foot {
  text: string;
  page: (number: number, of: number) => string;
}

export const ink = '#1c2b2a';
export const faint = '#5f6f6d';
export const accent = '#0b6e5f';
const hairline = '#c9d3d1';
const tint = '#eef5f3';

const SIZE = { width: 595.28, height: 841.89 };
const MARGIN = 48;
const FOOT = 40;

type Weight = '400' | '600';
type Fonts = Record<`${Script} ${Weight}`, Buffer>;
type Pdf = InstanceType<typeof import('pdfkit')>;

/** Where the font files lie; written out, so that a bundle takes each of them along. */
const fontFiles = {
  'latin 400': new URL(
    '../../node_modules/@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff',
    import.meta.url,
  ),
  'latin 600': new URL(
    '../../node_modules/@fontsource/noto-sans/files/noto-sans-latin-600-normal.woff',
    import.meta.url,
  ),
  'latinExt 400': new URL(
    '../../node_modules/@fontsource/noto-sans/files/noto-sans-latin-ext-400-normal.woff',
    import.meta.url,
  ),
  'latinExt 600': new URL(
    '../../node_modules/@fontsource/noto-sans/files/noto-sans-latin-ext-600-normal.woff',
    import.meta.url,
  ),
  'devanagari 400': new URL(
    '../../node_modules/@fontsource/noto-sans/files/noto-sans-devanagari-400-normal.woff',
    import.meta.url,
  ),
  'devanagari 600': new URL(
    '../../node_modules/@fontsource/noto-sans/files/noto-sans-devanagari-600-normal.woff',
    import.meta.url,
  ),
} satisfies Record<keyof Fonts, URL>;

let loaded: Promise<Fonts> | undefined;

function fonts(): Promise<Fonts> {
  loaded ??= Promise.all(
    Object.entries(fontFiles).map(async ([name, file]) => [name, await readFile(file)] as const),
  ).then((files) => Object.fromEntries(files) as Fonts);
  return loaded;
}

/** An empty paper in A4. The library and its fonts are loaded by the first one. */
export async function newPaper(about: { title: string; author: string; at: Instant }): Promise<Paper> {
  const [{ default: PDFDocument }, files] = await Promise.all([import('pdfkit'), fonts()]);
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    // No built-in font: those know neither the rupee sign nor Hindi, and their files are not in a bundle.
    font: null as unknown as string,
    lang: 'en',
    info: { Title: about.title, Author: about.author, CreationDate: new Date(about.at) },
  });
  for (const [name, file] of Object.entries(files)) pdf.registerFont(name, file);
  return new Paper(pdf);
}

/** A paper that is written from the top down: text in Latin and Devanagari letters, tables, rules, pages by themselves. */
export class Paper {
  readonly #pdf: Pdf;
  readonly left = MARGIN;
  readonly width = SIZE.width - 2 * MARGIN;
  /** Where the next thing goes. */
  y = MARGIN;

  constructor(pdf: Pdf) {
    this.#pdf = pdf;
  }

  /** A new page when what comes does not fit on this one. Answers whether it began one. */
  room(height: number): boolean {
    if (this.y + height <= SIZE.height - MARGIN - FOOT) return false;
    this.#pdf.addPage();
    this.y = MARGIN;
    return true;
  }

  /** Leaves some space. */
  skip(height: number): void {
    this.y += height;
  }

  /** How wide a text is on one line. */
  widthOf(text: string, look: Look = {}): number {
    return stretchesOf(text).reduce((sum, stretch) => {
      this.#use(stretch.script, look);
      return sum + this.#pdf.widthOfString(stretch.text);
    }, 0);
  }

  /** Text at a place, on as many lines as its width asks for; answers how high it is. It does not move `y`. */
  put(
    text: string,
    x: number,
    y: number,
    options: Look & { width: number; align?: Column['align'] },
  ): number {
    const height = lineHeight(options);
    const lines = this.#wrap(text, options.width, options);
    for (const [i, line] of lines.entries()) {
      const start = options.align === 'right' ? x + options.width - this.widthOf(line, options) : x;
      this.#line(line, start, y + i * height, options);
    }
    return lines.length * height;
  }

  /** A paragraph over the whole width, or less of it. */
  paragraph(text: string, look: Look = {}, width = this.width): void {
    for (const line of this.#wrap(text, width, look)) {
      this.room(lineHeight(look));
      this.#line(line, this.left, this.y, look);
      this.y += lineHeight(look);
    }
  }

  /** A heading with its rule; it stays with what follows. */
  heading(text: string): void {
    this.skip(14);
    this.room(70);
    this.put(text, this.left, this.y, { size: 11, bold: true, colour: accent, width: this.width });
    this.y += 17;
    this.rule(accent);
    this.skip(3);
  }

  /** A line over the whole width. */
  rule(colour = hairline): void {
    this.#pdf
      .moveTo(this.left, this.y)
      .lineTo(this.left + this.width, this.y)
      .lineWidth(0.7)
      .strokeColor(colour)
      .stroke();
    this.y += 1;
  }

  /** A shaded box from here down; what is in it is written over it. */
  box(x: number, y: number, width: number, height: number): void {
    this.#pdf.roundedRect(x, y, width, height, 4).fill(tint);
  }

  /** A table. Its head comes again on every page it runs over. */
  table(columns: readonly Column[], head: readonly string[], rows: readonly Row[]): void {
    if (head.length > 0) this.#row(columns, { cells: head, look: { size: 8, bold: true, colour: faint } });
    for (const row of rows) {
      if (this.room(this.#heightOf(columns, row)) && head.length > 0) {
        this.#row(columns, { cells: head, look: { size: 8, bold: true, colour: faint } });
      }
      this.#row(columns, row);
    }
  }

  #row(columns: readonly Column[], row: Row): void {
    const look = { size: 9, ...row.look };
    if (row.ruled) this.rule();
    let x = this.left;
    for (const [i, column] of columns.entries()) {
      const text = row.cells[i];
      if (text) this.put(text, x + 2, this.y + 2, { ...look, width: column.width - 6, align: column.align });
      x += column.width;
    }
    this.y += this.#heightOf(columns, row);
  }

  #heightOf(columns: readonly Column[], row: Row): number {
    const look = { size: 9, ...row.look };
    const lines = columns.map(({ width }, i) => this.#wrap(row.cells[i] ?? '', width - 6, look).length);
    return Math.max(1, ...lines) * lineHeight(look) + 4;
  }

  #wrap(text: string, width: number, look: Look): string[] {
    const lines: string[] = [];
    for (const part of text.split('\n')) {
      let line = '';
      for (const word of part.split(' ').flatMap((whole) => this.#pieces(whole, width, look))) {
        const longer = line === '' ? word : `${line} ${word}`;
        if (line !== '' && this.widthOf(longer, look) > width) {
          lines.push(line);
          line = word;
        } else line = longer;
      }
      lines.push(line);
    }
    return lines;
  }

  /** A word that is wider than its place, in pieces that fit; letters with their marks stay whole. */
  #pieces(word: string, width: number, look: Look): string[] {
    if (this.widthOf(word, look) <= width) return [word];
    const pieces: string[] = [];
    let piece = '';
    for (const { segment } of new Intl.Segmenter('hi').segment(word)) {
      if (piece !== '' && this.widthOf(piece + segment, look) > width) {
        pieces.push(piece);
        piece = '';
      }
      piece += segment;
    }
    return [...pieces, piece];
  }

  #line(text: string, x: number, y: number, look: Look): void {
    let at = x;
    for (const { script, text: part } of stretchesOf(text)) {
      this.#use(script, look);
      this.#pdf
        .fillColor(look.colour ?? ink)
        .text(part, at, y + (look.size ?? 10), { lineBreak: false, baseline: 'alphabetic' });
      at += this.#pdf.widthOfString(part);
    }
  }

  #use(script: Script, { size = 10, bold = false }: Look): void {
    this.#pdf.font(`${script} ${bold ? '600' : '400'}`).fontSize(size);
  }

  /** Writes the foot of every page and ends the paper: its bytes. */
  async finish({ text, page }: Foot): Promise<Uint8Array> {
    const { start, count } = this.#pdf.bufferedPageRange();
    const look = { size: 7.5, colour: faint };
    for (let i = 0; i < count; i++) {
      this.#pdf.switchToPage(start + i);
      this.y = SIZE.height - MARGIN - FOOT + 16;
      this.rule();
      this.put(text, this.left, this.y + 4, { ...look, width: this.width - 90 });
      const right = { ...look, width: 85, align: 'right' as const };
      this.put(page(i + 1, count), this.left + this.width - 85, this.y + 4, right);
    }
    const chunks: Uint8Array[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      this.#pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      this.#pdf.on('end', resolve);
      this.#pdf.on('error', reject);
    });
    this.#pdf.end();
    await ended;
    return Buffer.concat(chunks);
  }
}

function lineHeight({ size = 10 }: Look): number {
  return size * 1.42;
}
