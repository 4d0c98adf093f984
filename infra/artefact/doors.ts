import { type Sample, samples } from '../../e2e/samples.ts';
import { lambdas } from '../../lambdas/all.ts';
import { addDays } from '../../shared/domain/day.ts';
import type { AnyDoor } from '../../shared/http/door.ts';
import type { Dairy } from './dairy.ts';

interface Answered {
  door: string;
  status: number;
}

const WEEK_MS = 7 * 86_400_000;

/** What ends the sessions of who asks is asked at the end. */
const last = ['eraseProfile', 'logout'];

/**
 * Asks every door of the dairy as its samples say: by HTTP as somebody who may, or directly where it has no route. Ids of
 * the samples become those of `real`, where there are any.
 */
export async function askEveryDoor(
  { http, functions }: Dairy,
  tokens: Readonly<Record<string, string>>,
  real: Map<unknown, string>,
): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const { lambda, door } of inOrder()) {
    for (const sample of samples[door.name] ?? []) {
      const payload = made(sample, real);
      const { status, body } = door.http
        ? await byHttp(door.http, payload, tokenFor(door, tokens))
        : await directly(lambda, door, payload);
      answered.push({ door: door.name, status });
      // The samples that follow change it.
      if (door.name === 'subscribeOrder' && body.subscriptionId) real.set('S101', body.subscriptionId);
    }
  }
  return answered;

  async function byHttp({ method, path }: NonNullable<AnyDoor['http']>, payload: Sample, token?: string) {
    if (method !== 'GET') return http<Body>(method, path, { token, body: payload });
    const values = Object.entries(payload).filter(([, value]) => typeof value !== 'object');
    return http<Body>(method, `${path}?${new URLSearchParams(values as [string, string][])}`, { token });
  }

  async function directly(lambda: string, { name }: AnyDoor, payload: Sample) {
    const body = (await functions.invoke(`milkfloat-${lambda}`, { function: name, payload })) as Body | null;
    return { status: Number(body?.status) || 200, body: body ?? {} };
  }
}

interface Body {
  status?: unknown;
  subscriptionId?: string;
}

function inOrder(): { lambda: string; door: AnyDoor }[] {
  const all = lambdas.flatMap(({ name, doors }) => doors.map((door) => ({ lambda: name, door })));
  const place = ({ door }: { door: AnyDoor }) => last.indexOf(door.name);
  return all.toSorted((a, b) => place(a) - place(b));
}

function tokenFor({ who }: AnyDoor, tokens: Readonly<Record<string, string>>): string | undefined {
  const role = who === 'public' ? undefined : who.find((one) => tokens[one]);
  return role && tokens[role];
}

/** A sample of this dairy, in its days; a cursor is only good where it comes from. */
function made(sample: Sample, real: ReadonlyMap<unknown, string>): Sample {
  return JSON.parse(JSON.stringify(sample), (name, value) =>
    name === 'cursor' ? undefined : (real.get(value) ?? (typeof value === 'string' ? moved(value) : value)),
  );
}

/** The samples speak of the week of this Monday. */
const MONDAY = '2027-01-04';

/** A day, a moment or a month of the samples as that of the week that begins next, on the same weekday. */
function moved(text: string): string {
  const [, month, day = '', rest = ''] = /^(\d{4}-\d\d)(-\d\d)?(T.*)?$/.exec(text) ?? [];
  if (month === undefined) return text;
  const weeks = Math.ceil((Date.now() - Date.parse(MONDAY)) / WEEK_MS);
  const there = addDays(`${month}${day || MONDAY.slice(7)}`, 7 * weeks);
  return there.slice(0, month.length + day.length) + rest;
}
