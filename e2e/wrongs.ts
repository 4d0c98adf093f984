import { z } from '@hono/zod-openapi';
import type { Sample } from './samples.ts';

/** One input that a door must refuse, and where the refusal must point. */
export interface Wrong {
  what: string;
  path: readonly (string | number)[];
  input: Sample;
}

type Path = readonly (string | number)[];
type Where = 'body' | 'query';

const LONG = 'x'.repeat(12_000);
/** Half of a character beyond the basic plane: valid in JSON's syntax, in no encoding. */
const HALF = 'half \ud83e character';
/** A number that JavaScript cannot write as JSON; `jsonOf` puts it in. */
const raw = (text: string) => `@raw:${text}@`;
const TOO_GREAT = [1e308, -1e308, raw('1e400'), raw('-1e400')];

/** JSON text of an input, with the numbers that JSON can say and JavaScript cannot. */
export function jsonOf(input: unknown): string {
  return JSON.stringify(input).replaceAll(/"@raw:([^@]+)@"/g, '$1');
}

/** Every way in which an input of a schema can be wrong, one at a time: made from the schema and a good sample. */
export function wrongsOf(schema: z.ZodType, sample: Sample, where: Where): Wrong[] {
  return inObject(formOf(schema, sample), sample, [], where).map(({ what, path, value, take }) => ({
    what,
    path,
    input: take ? without(sample, path) : (replaced(sample, path, value) as Sample),
  }));
}

/** The groups of fields that a door takes: one, or where a field tells them apart (`action`) several. */
export function formsOf(schema: z.ZodType): z.ZodObject[] {
  const { type } = core(schema);
  return (type instanceof z.ZodDiscriminatedUnion ? type.options : [type]) as z.ZodObject[];
}

/** The group of fields that a sample belongs to. */
function formOf(schema: z.ZodType, sample: Sample): z.ZodObject {
  const { type } = core(schema);
  const forms = formsOf(schema);
  const teller = type instanceof z.ZodDiscriminatedUnion ? type.def.discriminator : undefined;
  const form = forms.find(
    ({ shape }) => !teller || (shape[teller] as z.ZodType).safeParse(sample[teller]).success,
  );
  if (!form) throw new TypeError(`the sample is of no form: ${JSON.stringify(sample)}`);
  return form;
}

interface Change {
  what: string;
  path: Path;
  value?: unknown;
  /** The place is taken away instead. */
  take?: true;
}

/** A schema without what only wraps it. */
function core(schema: z.ZodType): { type: z.ZodType; isOptional: boolean; isNullable: boolean } {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return { ...core(schema.def.innerType as z.ZodType), isOptional: true };
  }
  if (schema instanceof z.ZodNullable)
    return { ...core(schema.def.innerType as z.ZodType), isNullable: true };
  if (schema instanceof z.ZodPipe) return core(schema.def.in as z.ZodType);
  return { type: schema, isOptional: false, isNullable: false };
}

function inObject(schema: z.ZodObject, sample: Sample, path: Path, where: Where): Change[] {
  const changes: Change[] = [
    { what: 'an unknown field', path: [...path, 'unheardOf'], value: 'x' },
    { what: 'a field __proto__', path: [...path, '__proto__'], value: where === 'query' ? 'x' : { qty: 1 } },
  ];
  for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
    const here = [...path, name];
    const { type, isOptional, isNullable } = core(field);
    if (!isOptional) changes.push({ what: 'nothing', path: here, take: true });
    if (!(name in sample)) continue;
    if (!isNullable && where === 'body') changes.push({ what: 'null', path: here, value: null });
    changes.push(...inField(type, sample[name], here, where));
  }
  return changes;
}

function inField(type: z.ZodType, sample: unknown, path: Path, where: Where): Change[] {
  const be = (what: string, ...values: unknown[]) =>
    values.map((value): Change => ({ what: `${what} (${shown(value)})`, path, value }));
  if (where === 'query') return [...inQuery(type, be), ...inDate(sample, be)];
  if (type.def.type === 'string') {
    return [
      ...be('no text', 5, true, {}, ['x']),
      ...be('text without end', LONG),
      ...be('half a character', HALF),
      ...inDate(sample, be),
    ];
  }
  if (type instanceof z.ZodNumber) {
    const fractions = isWhole(type) ? [0.5] : [];
    const negative = isSigned(path) ? [] : [-1];
    return [
      ...be('no number', 'five', '5', true, {}, [1], 'NaN'),
      ...be('an impossible number', ...TOO_GREAT, ...fractions, ...negative),
      ...(isAmount(path) ? be('a third decimal', 0.001, 27.505) : []),
    ];
  }
  if (type instanceof z.ZodBoolean) return be('neither yes nor no', 'yes', 1, {});
  if (type instanceof z.ZodEnum) return be('no such choice', 'NOPE', '', 7, {}, '__proto__', 'constructor');
  if (type instanceof z.ZodLiteral) return be('another value', false, 'true', 1);
  if (type instanceof z.ZodArray) return inArray(type, sample as unknown[], path, be);
  if (type instanceof z.ZodRecord) return inRecord(type, sample as Sample, path, be);
  if (type instanceof z.ZodObject)
    return [...be('no group', 'x', 5, []), ...inObject(type, sample as Sample, path, where)];
  if (type instanceof z.ZodDiscriminatedUnion) {
    const form = formOf(type, sample as Sample);
    return [...be('no group', 'x', 5, []), ...inObject(form, sample as Sample, path, where)];
  }
  if (type instanceof z.ZodUnion) return inUnion(type, sample, path, where, be);
  throw new TypeError(`${path.join('/')}: no wrong values are known for a ${type.def.type}`);
}

type Be = (what: string, ...values: unknown[]) => Change[];

/** A query has text only. */
function inQuery(type: z.ZodType, be: Be): Change[] {
  const texts = [...be('text without end', LONG)];
  if (type instanceof z.ZodNumber)
    return [...texts, ...be('no such number', 'five', '-1', '0', '1.5', '1e308', 'NaN', '101')];
  if (type.def.type === 'string') return texts;
  return [...texts, ...be('no such choice', 'NOPE', '__proto__', '-1')];
}

/** Days and instants that a calendar does not have, or that are written otherwise. */
function inDate(sample: unknown, be: Be): Change[] {
  if (/^\d{4}-\d\d-\d\d$/.test(String(sample))) {
    return be(
      'no day',
      'tomorrow',
      '2027-02-29',
      '2027-13-01',
      '2027-1-5',
      '05.01.2027',
      '2027-01-05T00:00:00Z',
    );
  }
  if (!/^\d{4}-\d\d-\d\dT/.test(String(sample))) return [];
  return be(
    'no instant',
    'tomorrow',
    '2027-02-29T07:00:00Z',
    '2027-01-05',
    '2027-01-05T07:00:00',
    '2027-01-05T25:00:00Z',
  );
}

function inArray(type: z.ZodArray, sample: unknown[], path: Path, be: Be): Change[] {
  const element = core(type.element as z.ZodType).type;
  return [
    ...be('no list', 'x', 5, {}),
    ...be('a list of nothing', [null]),
    ...be('a list without end', endless(sample[0])),
    ...inField(element, sample[0], [...path, 0], 'body'),
  ];
}

/** As many as a body of 1 MB still holds. */
function endless(element: unknown): unknown[] {
  return Array.from({ length: Math.floor(1_000_000 / (jsonOf(element).length + 1)) }, () => element);
}

function inRecord(type: z.ZodRecord, sample: Sample, path: Path, be: Be): Change[] {
  const noGroup = be('no group', 'x', 5, []);
  // Where any value is good under any name, there is no more to be wrong.
  if (type.valueType instanceof z.ZodUnknown) return noGroup;
  const [name = ''] = Object.keys(sample);
  return [
    ...noGroup,
    { what: 'a bad name', path: [...path, 'not a name'], value: sample[name] },
    { what: 'a bad value', path: [...path, name], value: 'x' },
    { what: 'a negative value', path: [...path, name], value: -1 },
  ];
}

/** Either a text or a group: the sample is a group, whose own fields must be named. */
function inUnion(type: z.ZodUnion, sample: unknown, path: Path, where: Where, be: Be): Change[] {
  const options = (type.options as z.ZodType[]).map((option) => core(option).type);
  const group = options.find((option) => option instanceof z.ZodObject);
  const own = group ? inObject(group, sample as Sample, path, where) : [];
  return [...be('neither text nor group', 5, true, [], ''), ...own];
}

function isWhole(type: z.ZodNumber): boolean {
  const checks = (type.def.checks ?? []) as { _zod: { def: { check: string } } }[];
  return checks.some((check) => check._zod.def.check === 'number_format');
}

/** South of the equator and west of Greenwich there are households too. */
function isSigned(path: Path): boolean {
  return ['lat', 'lng'].includes(String(path.at(-1)));
}

function isAmount(path: Path): boolean {
  return ['price', 'amount', 'totalAmount', 'cashCollected'].includes(String(path.at(-1)));
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 30 ? `${text.slice(0, 27)}…` : text;
}

/** A copy with another value at a place; what is not on the way stays the same. */
export function replaced(whole: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const copy = (Array.isArray(whole) ? [...whole] : { ...(whole as object) }) as Sample;
  const next = replaced(copy[step], rest, value);
  // A plain assignment to __proto__ would change the prototype instead of making a field.
  Object.defineProperty(copy, step, { value: next, enumerable: true, configurable: true, writable: true });
  return copy;
}

function without(whole: Sample, path: Path): Sample {
  const parent = path.slice(0, -1);
  const group = parent.reduce<unknown>((value, step) => (value as Sample)[step], whole) as Sample;
  const { [path.at(-1) ?? '']: _gone, ...kept } = group;
  return replaced(whole, parent, kept) as Sample;
}
