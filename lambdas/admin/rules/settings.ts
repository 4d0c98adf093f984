import { z } from '@hono/zod-openapi';
import { Settings } from '#shared/data/settings.ts';
import type { Instant } from '#shared/domain/day.ts';
import { hasPhones } from '#shared/domain/phone.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import { parseInput } from '#shared/http/parse.ts';

/** A field as a change may give it: without its default, and a group of settings only in part. */
function changeable(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault) return changeable(field.unwrap() as z.ZodType);
  if (field instanceof z.ZodNullable) return changeable(field.unwrap() as z.ZodType).nullable();
  // A rule over several of its fields is for the whole group, which is checked when the change is in it.
  return field instanceof z.ZodObject ? z.strictObject(field.shape).partial() : field;
}

const fields = Object.entries(Settings.shape).map(([name, field]) => [name, changeable(field).optional()]);

/** What shall change of the settings; a list replaces the list before. */
export const ChangeSettings = z.strictObject(Object.fromEntries(fields) as Record<string, z.ZodType>);
export type ChangeSettings = Record<string, unknown>;

export interface ChangedSettings {
  settings: Settings;
  /** What the row keeps: only what was ever set, so that a default may still improve. */
  kept: Record<string, unknown>;
  /** The names of what differs from before. */
  fields: string[];
}

/** The settings after a change, or the refusal that names every bad place of it. */
export function changeSettings(
  kept: Record<string, unknown>,
  change: ChangeSettings,
  now: Instant,
): ChangedSettings | Problem {
  const before: Record<string, unknown> = Settings.parse(kept);
  const merged = Object.fromEntries(
    Object.entries(change)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, merge(before[name], value)]),
  );
  const parsed = parseInput(Settings, { ...before, ...merged }, 'body');
  if (parsed instanceof Problem) return parsed;
  if (!hasPhones(parsed.country)) {
    const detail = 'is no country whose telephone numbers are known';
    return refuse('INVALID_INPUT', undefined, { errors: [{ pointer: '/country', detail }] });
  }
  const settings = { ...parsed, holidays: declared(parsed.holidays, Settings.parse(kept).holidays, now) };
  const after: Record<string, unknown> = settings;
  const differing = Object.keys(merged).filter((name) => !isSame(before[name], after[name]));
  return {
    settings,
    kept: { ...kept, ...Object.fromEntries(differing.map((name) => [name, after[name]])) },
    fields: differing,
  };
}

type Holidays = Settings['holidays'];

/** Holidays with the moment each was declared: one that stood before keeps its own, whatever the caller says. */
function declared(holidays: Holidays, before: Holidays, now: Instant): Holidays {
  return holidays.map((holiday) => {
    const known = before.find(({ day, move }) => day === holiday.day && move === holiday.move);
    return { ...holiday, declaredAt: known ? known.declaredAt : now };
  });
}

/** Groups are merged, anything else is replaced. */
function merge(before: unknown, change: unknown): unknown {
  if (!isGroup(before) || !isGroup(change)) return change;
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (!isGroup(a) || !isGroup(b)) return a === b;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isSame(a[name], b[name]));
}
