import { z } from '@hono/zod-openapi';
import { isDay, isTimeZone } from '#shared/domain/day.ts';
import { onDemand } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';
import { Cached } from './cached.ts';
import { defineTable } from './table.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'must be a clock time HH:MM' });

/** A recurring delivery window, half-open: it holds `from` and does not hold `to`. */
export const SlotWindow = z.strictObject({
  slotId: z.string().regex(/^[A-Z][A-Z0-9_]{1,30}$/),
  from: clockTime,
  to: clockTime,
  /** The last moment to change a delivery day: this clock time, so many days before it. */
  cutoffTime: clockTime,
  cutoffDaysBefore: z.number().int().min(0).max(7),
  /** Most stops in one day's window; null is unlimited. */
  capacity: z.number().int().min(0).nullable(),
});
export type SlotWindow = z.infer<typeof SlotWindow>;

function slot(slotId: string, from: string, to: string): SlotWindow {
  return { slotId, from, to, cutoffTime: '22:00', cutoffDaysBefore: 1, capacity: null };
}

export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof weekdays)[number];

/** With year and number a document's number has at most 16 characters, as India asks (check). */
const seriesPrefix = z.string().regex(/^[A-Z0-9]{1,3}$/, { message: 'must be 1 to 3 capitals or digits' });

const calendarDay = z.string().refine(isDay, { message: 'must be a day YYYY-MM-DD' });

/**
 * An exception to a slot's cutoff. The most specific that fits wins: one of a date over one of a product, that over
 * one of a weekday, that over one of a slot alone. A product may only lock earlier than its slot.
 */
export const CutoffRule = z
  .strictObject({
    slotId: z.string().max(40).optional(),
    productId: z.string().max(64).optional(),
    weekday: z.enum(weekdays).optional(),
    date: calendarDay.optional(),
    cutoffTime: clockTime,
    cutoffDaysBefore: z.number().int().min(0).max(30),
  })
  .refine((rule) => rule.productId || rule.weekday || rule.date, {
    message: 'must name a product, a weekday or a date',
  });
export type CutoffRule = z.infer<typeof CutoffRule>;

/** What a dairy decides for itself. Every setting has a default, so that an empty store is a working dairy. */
export const Settings = z.strictObject({
  dairyName: z.string().trim().min(1).max(80).default('Milkfloat Dairy'),
  currency: z
    .enum(['INR', 'EUR', 'GBP', 'USD', 'AUD', 'NZD', 'SGD', 'AED', 'LKR', 'NPR', 'BDT'])
    .default('INR'),
  /** Whose telephone numbers are meant where one has no country code: two letters. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, { message: 'must be a country of two capitals such as IN' })
    .default('IN'),
  timeZone: z
    .string()
    .refine(isTimeZone, { message: 'is not a time zone name such as Asia/Kolkata' })
    .default('Asia/Kolkata'),
  slots: z
    .array(SlotWindow)
    .min(1)
    .max(24)
    .refine((slots) => new Set(slots.map((s) => s.slotId)).size === slots.length, {
      message: 'has a slotId twice',
    })
    .refine((slots) => slots.every((s) => s.from < s.to), {
      message: 'has a slot that ends before it begins',
    })
    .refine((slots) => slots.every((s) => s.cutoffDaysBefore > 0 || s.cutoffTime <= s.from), {
      message: 'has a slot whose cutoff comes after it began',
    })
    .default([
      slot('EARLY', '05:00', '07:00'),
      slot('MORNING', '07:00', '10:00'),
      slot('MIDDAY', '11:00', '14:00'),
      slot('EVENING', '17:00', '20:00'),
    ]),
  /** Exceptions to the slots' cutoffs. */
  cutoffs: z.array(CutoffRule).max(500).default([]),
  /** Weekdays on which nothing is delivered. */
  closedWeekdays: z.array(z.enum(weekdays)).max(6).default([]),
  /** Days on which nothing is delivered. A subscription's delivery moves to the day before, or is dropped. */
  holidays: z
    .array(
      z.strictObject({
        day: calendarDay,
        name: z.string().trim().min(1).max(60),
        move: z.enum(['DAY_BEFORE', 'DROP']),
        /** When it was declared, as the server saw it: nothing moves to a day that had locked by then. */
        declaredAt: z.iso.datetime().optional(),
      }),
    )
    .max(200)
    .refine((holidays) => new Set(holidays.map(({ day }) => day)).size === holidays.length, {
      message: 'has a day twice',
    })
    .default([]),
  /**
   * What an order run makes where prepaid balance does not pay everything: the whole lines it pays, nothing, or also
   * lines that are then owed, up to a limit.
   */
  balanceShort: z.enum(['LINES', 'NONE', 'GRACE']).default('LINES'),
  /** What a household may owe with GRACE, major units. */
  graceLimit: z.number().min(0).max(100_000).multipleOf(0.01).default(0),
  /** So long after the cutoff a top-up still brings what the balance was too short for. */
  retryAfterCutoffMinutes: z.number().int().min(0).max(720).default(60),
  /** How many days after its delivery a problem can be reported. */
  problemDays: z.number().int().min(0).max(30).default(2),
  /** Up to this a reported problem is credited at once, and up to that in a month; major units. */
  instantCreditLimit: z.number().min(0).max(100_000).multipleOf(0.01).default(200),
  instantCreditMonthly: z.number().min(0).max(100_000).multipleOf(0.01).default(500),
  /** The tax of a deposit that is kept for a lost bottle: basis points by component. */
  bottleTax: z
    .record(z.string().regex(/^[A-Z][A-Z0-9]{0,19}$/), z.number().int().min(0).max(10_000))
    .default({}),
  /** The smallest coin that cash at a door is rounded to, major units; 0 rounds nothing. */
  roundCashTo: z.number().min(0).max(100).multipleOf(0.01).default(0),
  /** Whether households can take unused prepaid balance back. */
  withdrawals: z.boolean().default(true),
  /** A household is told of an automatic top-up so many hours before it is debited. */
  mandateNoticeHours: z.number().int().min(0).max(168).default(24),
  /** A declined automatic top-up is tried again so many days after the first time. */
  dunningDays: z
    .array(z.number().int().min(1).max(60))
    .max(10)
    .refine((days) => days.every((day, i) => i === 0 || day > (days[i - 1] ?? 0)), {
      message: 'must rise from day to day',
    })
    .default([1, 3, 5]),
  /** The time of day at which automatic top-ups are looked at and tried again. */
  collectionTime: clockTime.default('10:00'),
  /** The time of day at which households are told that their balance misses the next cutoff, or that a pause ends. */
  lowBalanceTime: clockTime.default('12:00'),
  /** A price rise reaches standing orders so many days after it was announced. */
  priceNoticeDays: z.number().int().min(0).max(60).default(7),
  /** How many days ahead a delivery can be ordered. */
  bookAheadDays: z.number().int().min(1).max(90).default(30),
  /** How long an unpaid order keeps its stock. */
  unpaidOrderMinutes: z.number().int().min(1).max(1440).default(30),
  /** Postal codes that are served; none means everywhere. */
  servedPincodes: z.array(z.string().trim().min(3).max(10)).max(5_000).default([]),
  /** Registration numbers and address that invoices carry. */
  seller: z
    .strictObject({
      legalName: z.string().max(120).optional(),
      address: z.string().max(300).optional(),
      taxNumber: z.string().max(30).optional(),
      foodLicence: z.string().max(30).optional(),
    })
    .default({}),
  /** How invoices and their notes are numbered: each a series of its own that begins anew with the financial year. */
  invoiceSeries: z
    .strictObject({
      invoice: seriesPrefix,
      creditNote: seriesPrefix,
      debitNote: seriesPrefix,
      yearStartMonth: z.number().int().min(1).max(12),
    })
    .refine(({ invoice, creditNote, debitNote }) => new Set([invoice, creditNote, debitNote]).size === 3, {
      message: 'has one prefix for two series',
    })
    .default({ invoice: 'INV', creditNote: 'CN', debitNote: 'DN', yearStartMonth: 4 }),
  /** Messages that can wait are not sent in these local hours. */
  quietHours: z
    .strictObject({ from: clockTime, to: clockTime })
    .nullable()
    .default({ from: '22:00', to: '06:00' }),
});
export type Settings = z.infer<typeof Settings>;

export const SettingsRow = onDemand(() =>
  z.object({
    settingsId: z.string(),
    version: z.number().int(),
    settings: z.record(z.string(), z.unknown()),
  }),
);
export const SettingsTable = defineTable('Settings', SettingsRow, { hash: 'settingsId' });
export const settingsKey = { settingsId: 'dairy' };

const caches = new WeakMap<World, Cached<Settings>>();

function cacheOf(world: World): Cached<Settings> {
  let cache = caches.get(world);
  if (!cache) {
    cache = new Cached(async () => {
      const row = await world.store.get(SettingsTable, settingsKey);
      return Settings.parse(row?.settings ?? {});
    }, world.clock);
    caches.set(world, cache);
  }
  return cache;
}

/** The dairy's settings, at most 2 s old. */
export function settingsOf(world: World): Promise<Settings> | Settings {
  return cacheOf(world).get();
}

/** Makes the next reader wait for the store, after a change. */
export function forgetSettings(world: World): void {
  cacheOf(world).forget();
}
