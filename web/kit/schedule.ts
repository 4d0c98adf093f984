import { useTranslations } from 'use-intl';
import type { Subscription } from './api/doors.gen.ts';
import { useFormats } from './formats.ts';

/** On which days a standing order comes, in words. */
export function useSchedule(): (schedule: Subscription['schedule']) => string {
  const t = useTranslations('schedule');
  const { weekday } = useFormats();
  return (schedule) => {
    switch (schedule.type) {
      case 'DAILY':
      case 'ALTERNATE_DAYS':
        return t(schedule.type);
      case 'WEEKDAYS':
        return schedule.days.map((one) => weekday(one)).join(', ');
      case 'EVERY_N_DAYS':
        return t('every', { n: schedule.n });
      default:
        return t('monthly', { days: schedule.daysOfMonth.join(', ') });
    }
  };
}
