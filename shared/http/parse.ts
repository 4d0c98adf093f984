import type { z } from '@hono/zod-openapi';
import { type Problem, type ProblemCode, type ProblemPlace, refuse } from '#shared/domain/problem.ts';

/** A value as the schema has it, or the refusal that names every bad place. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, where: 'body' | 'query'): T | Problem {
  const unfit = unfitIn(value, []);
  if (unfit) {
    const { detail } = unfit;
    const pointer = pointerOf(unfit.path, where);
    return refuse('INVALID_INPUT', `${pointer}: ${detail}`, {
      errors: [{ pointer, code: 'unfit_value', detail }],
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => placesOf(issue, where));
  const code = parsed.error.issues.map(codeOf).find((named) => named !== undefined) ?? 'INVALID_INPUT';
  return refuse(code, `${errors[0]?.pointer || 'The body'}: ${errors[0]?.detail}`, { errors });
}

const MAX_DEPTH = 32;

/** What no schema should have to meet: text no encoding carries, numbers no store holds, endless nesting. */
function unfitIn(
  value: unknown,
  path: readonly PropertyKey[],
): { path: readonly PropertyKey[]; detail: string } | undefined {
  const halfPair = { path, detail: 'has half of a surrogate pair, which is no character' };
  if (typeof value === 'string') return value.isWellFormed() ? undefined : halfPair;
  if (typeof value === 'number') {
    // DynamoDB holds numbers from 1E-130 to 9.9E+125; nothing a dairy counts is near either.
    const size = Math.abs(value);
    return size === 0 || (size > 1e-100 && size < 1e100)
      ? undefined
      : { path, detail: 'is out of every range' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= MAX_DEPTH) return { path: path.slice(0, 3), detail: 'is nested too deeply' };
  for (const [name, inner] of Object.entries(value)) {
    const found = name.isWellFormed() ? unfitIn(inner, [...path, name]) : halfPair;
    if (found) return found;
  }
  return undefined;
}

/** A schema's own rule may name the code of its refusal: `{ params: { code: 'TOO_MANY_LINES' } }`. */
function codeOf(issue: z.core.$ZodIssue): ProblemCode | undefined {
  return issue.code === 'custom' ? (issue.params?.code as ProblemCode | undefined) : undefined;
}

function placesOf(issue: z.core.$ZodIssue, where: 'body' | 'query'): ProblemPlace[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key], where),
      code: 'unknown_field',
      detail: 'is not a field of this request',
    }));
  }
  if (issue.code === 'invalid_union') {
    // Of several forms the caller meant the one whose type fits: its own bad places are the useful ones.
    const meant = issue.errors.find(
      (errors) => !errors.some((e) => e.path.length === 0 && e.code === 'invalid_type'),
    );
    if (meant)
      return meant.flatMap((inner) => placesOf({ ...inner, path: [...issue.path, ...inner.path] }, where));
  }
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [
    {
      pointer: pointerOf(issue.path, where),
      code: missing ? 'missing' : issue.code,
      detail: missing ? 'is missing' : issue.message,
    },
  ];
}

/** A path as a JSON pointer (RFC 6901); of a query, `?name`. */
function pointerOf(path: readonly PropertyKey[], where: 'body' | 'query'): string {
  const steps = path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'));
  return where === 'query' ? `?${steps.join('/')}` : steps.map((step) => `/${step}`).join('');
}

/** The parameters of a URL's query; a name given twice or a broken escape is 400. */
export function readQuery(url: string): Record<string, string> | Problem {
  const start = url.indexOf('?');
  if (start < 0) return {};
  const query = new Map<string, string>();
  const end = url.indexOf('#', start);
  for (const pair of url.slice(start + 1, end < 0 ? undefined : end).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    let name: string;
    let value: string;
    try {
      name = unescaped(equals < 0 ? pair : pair.slice(0, equals));
      value = equals < 0 ? '' : unescaped(pair.slice(equals + 1));
    } catch (error) {
      return refuse('MALFORMED_QUERY', 'The query has a broken % escape.', { cause: error });
    }
    if (query.has(name)) return refuse('MALFORMED_QUERY', `The query names ${name} twice.`);
    query.set(name, value);
  }
  return Object.fromEntries(query);
}

/** Throws URIError for a broken escape. */
function unescaped(text: string): string {
  return /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text;
}
