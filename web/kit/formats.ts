import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { useDairy } from './dairy.ts';
import { useLanguage } from './text/Words.tsx';

const DAY_MS = 86_400_000;

/** A calendar day so many days later (or earlier): `2027-01-31` and 1 are `2027-02-01`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** All calendar days from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The first and the last day of the month that a day lies in. */
export function monthOf(day: string): { first: string; last: string } {
  const first = `${day.slice(0, 7)}-01`;
  const last = addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1);
  return { first, last };
}

/** 0 is Monday. */
export function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof weekdays)[number];

/** How the dairy writes money, days and times, in the language of who looks and the dairy's own time zone. */
export function useFormats() {
  const { currency, timeZone } = useDairy();
  const { language } = useLanguage();
  const t = useTranslations('kit');
  return useMemo(() => {
    const locale = `${language}-IN`;
    const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
    const whole = new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 0 });
    const exact = new Intl.NumberFormat(locale, { style: 'currency', currency });
    const dayLong = format({ weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
    const dayShort = format({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
    const month = format({ month: 'long', year: 'numeric', timeZone: 'UTC' });
    const weekdayName = format({ weekday: 'short', timeZone: 'UTC' });
    const weekdayLong = format({ weekday: 'long', timeZone: 'UTC' });
    const time = format({ hour: 'numeric', minute: '2-digit', timeZone });
    const moment = format({ day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', timeZone });
    const isoDay = new Intl.DateTimeFormat('en-CA', { timeZone });
    const noon = (day: string) => new Date(`${day}T12:00:00Z`);
    const dayOf = (instant: string | Date) => isoDay.format(new Date(instant));
    const today = () => dayOf(new Date());
    return {
      /** An amount in the dairy's currency; without paise where there are none. */
      money: (amount: number) => (Number.isInteger(amount) ? whole : exact).format(amount),
      number: (value: number) => new Intl.NumberFormat(locale).format(value),
      /** A share of 1: 0.25 is `25%`. */
      percent: (share: number) =>
        new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share),
      /** `Monday, 4 January` */
      dayLong: (day: string) => dayLong.format(noon(day)),
      /** `Mon, 4 Jan` */
      day: (day: string) => dayShort.format(noon(day)),
      /** Today, tomorrow, or the day. */
      dayNear: (day: string) => {
        const now = today();
        if (day === now) return t('today');
        if (day === addDays(now, 1)) return t('tomorrow');
        if (day === addDays(now, -1)) return t('yesterday');
        return dayShort.format(noon(day));
      },
      month: (day: string) => month.format(noon(day)),
      weekday: (weekday: Weekday, long = false) =>
        (long ? weekdayLong : weekdayName).format(noon(addDays('2024-01-01', weekdays.indexOf(weekday)))),
      /** The time of an instant, in the dairy's zone. */
      time: (instant: string) => time.format(new Date(instant)),
      /** From one instant to another of a day, in the dairy's zone. */
      window: (from: string, to: string) => time.formatRange(new Date(from), new Date(to)),
      /** Day and time of an instant, in the dairy's zone. */
      moment: (instant: string) => moment.format(new Date(instant)),
      /** A window between two clock times, as `05:00` and `07:00`. */
      hours: (from: string, to: string) => {
        const clock = format({ hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });
        return clock.formatRange(new Date(`2024-01-01T${from}:00Z`), new Date(`2024-01-01T${to}:00Z`));
      },
      /** The dairy's calendar day of an instant. */
      dayOf,
      today,
    };
  }, [currency, timeZone, language, t]);
}
