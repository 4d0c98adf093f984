import { createHash } from 'node:crypto';
import { CsvError, parse } from 'csv-parse/sync';
import { Problem, type ProblemPlace, refuse } from '#shared/domain/problem.ts';
import { parseInput } from '#shared/http/parse.ts';
import { AddProduct, newProduct } from './product.ts';

const MAX_ROWS = 5_000;
const MOST_ERRORS = 100;

type Column = keyof typeof AddProduct.shape;
/** A list does not fit into a cell: rates by date are told one by one. */
const columns = (Object.keys(AddProduct.shape) as Column[]).filter((column) => column !== 'taxChanges');
const needed: readonly Column[] = ['name', 'price', 'category'];
const numbers: readonly Column[] = ['price', 'stock', 'dailySupply', 'lowStockAt', 'deposit'];

/** One good row: a product as it shall be. Its stock counts only when it is new. */
export type ImportRow = AddProduct & { productId: string };

/**
 * The rows of a catalogue in CSV, or the refusal that names every bad place as `/csv/<row>/<column>`, rows
 * counted as a spreadsheet does: the header is row 1. An empty cell says nothing. A row without a productId
 * gets one that follows from name, unit and category, so that the same file twice means the same products.
 */
export function readCatalogue(csv: string): ImportRow[] | Problem {
  const table = parsed(csv);
  if (table instanceof Problem) return table;
  const [header = [], ...rest] = table;
  const names = header.map((cell) => cell.trim());
  const badHeader = headerErrors(names);
  if (badHeader.length > 0) return rejected(badHeader);

  const filled = rest
    .map((cells, i) => ({ cells, row: i + 2 }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  if (filled.length > MAX_ROWS) {
    return rejected([{ pointer: '/csv', detail: `has ${filled.length} rows; ${MAX_ROWS} are allowed` }]);
  }
  const errors: ProblemPlace[] = [];
  const rows: ImportRow[] = [];
  const firstRowOf = new Map<string, number>();
  for (const { cells, row } of filled) {
    const read = readRow(names, cells, row);
    if (!('productId' in read)) {
      errors.push(...read.errors);
      continue;
    }
    const before = firstRowOf.get(read.productId);
    if (before === undefined) firstRowOf.set(read.productId, row);
    else errors.push({ pointer: `/csv/${row}/productId`, detail: `is the product of row ${before} again` });
    rows.push(read);
  }
  return errors.length > 0 ? rejected(errors) : rows;
}

function parsed(csv: string): string[][] | Problem {
  try {
    return parse(csv, { bom: true, relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return rejected([{ pointer: '/csv', detail: error.message }]);
  }
}

function headerErrors(names: readonly string[]): ProblemPlace[] {
  const errors: ProblemPlace[] = [];
  names.forEach((name, i) => {
    const pointer = `/csv/1/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!(columns as readonly string[]).includes(name)) {
      errors.push({ pointer, detail: `is no column; there are ${columns.join(', ')}` });
    } else if (names.indexOf(name) !== i) {
      errors.push({ pointer, detail: 'is there twice' });
    }
  });
  const missing = needed.filter((name) => !names.includes(name));
  return [
    ...errors,
    ...missing.map((name) => ({ pointer: `/csv/1/${name}`, detail: 'the column is missing' })),
  ];
}

function readRow(
  names: readonly string[],
  cells: readonly string[],
  row: number,
): ImportRow | { errors: ProblemPlace[] } {
  if (cells.length > names.length) {
    const detail = `has ${cells.length} cells under ${names.length} columns`;
    return { errors: [{ pointer: `/csv/${row}`, detail }] };
  }
  const given = names.flatMap((name, i) => {
    const text = (cells[i] ?? '').trim();
    return text === '' ? [] : [[name, cellValue(name as Column, text)] as const];
  });
  const input = parseInput(AddProduct, Object.fromEntries(given), 'body');
  if (input instanceof Problem) return { errors: placesOf(input, row) };
  const whole = {
    ...input,
    productId: input.productId ?? derivedId(input),
    // A daily supply tells the mode, also of a product that is there already; a stock tells only a new one's.
    stockMode: input.stockMode ?? (input.dailySupply === undefined ? undefined : ('PER_DAY' as const)),
  };
  const fits = newProduct(whole, '');
  return fits instanceof Problem ? { errors: placesOf(fits, row) } : whole;
}

/** A cell's text as the schema wants it; what cannot be read stays text, which the schema then names. */
function cellValue(column: Column, text: string): unknown {
  if (numbers.includes(column)) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (column !== 'taxes') return text;
  const parts = text.split(';').map((part) => /^\s*([^:\s]+)\s*:\s*(\d{1,6})\s*$/.exec(part));
  if (parts.some((part) => part === null)) return text;
  return Object.fromEntries(parts.map((part) => [part?.[1], Number(part?.[2])]));
}

function placesOf(problem: Problem, row: number): ProblemPlace[] {
  return (problem.errors ?? []).map((place) => {
    const column = place.pointer.split('/')[1] ?? '';
    const unreadable = column === 'taxes' && place.pointer === '/taxes' && place.code === 'invalid_type';
    return {
      ...place,
      pointer: `/csv/${row}/${column}`,
      detail: unreadable ? 'must be like CGST:250;SGST:250' : place.detail,
    };
  });
}

function derivedId({ name, unit = '', category }: AddProduct): string {
  const identity = [name, unit, category].map((text) => text.normalize('NFC').toLowerCase()).join('\n');
  return `P${createHash('sha256').update(identity).digest('hex').slice(0, 20)}`;
}

function rejected(errors: readonly ProblemPlace[]): Problem {
  const places = errors.length === 1 ? '1 bad place' : `${errors.length} bad places`;
  return refuse('IMPORT_REJECTED', `The file has ${places}; nothing was written.`, {
    errors: errors.slice(0, MOST_ERRORS),
  });
}
