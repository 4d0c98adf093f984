import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useSearchParams } from 'wouter';
import { addDays, useFormats } from '../kit/formats.ts';
import { IconButton } from '../kit/ui/Button.tsx';
import { useDayInput } from '../kit/ui/DayField.tsx';

/** What the address of the page says to show; changing it keeps the rest, and Back brings the last one. */
export function useShown() {
  const [search, setSearch] = useSearchParams();
  const set = (changes: Record<string, string | undefined>) =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      return next;
    });
  return { shown: (name: string) => search.get(name) || undefined, set };
}

/** The day that a page is about: the one in its address, or else so many days from today. */
export function useShownDay(fromToday = 0): [string, (day: string) => void] {
  const { today } = useFormats();
  const { shown, set } = useShown();
  return [shown('day') ?? addDays(today(), fromToday), (day) => set({ day })];
}

/** Which day: back, the day itself, on. */
export function DayBar({ day, onChange }: { day: string; onChange: (day: string) => void }) {
  const t = useTranslations('desk');
  const { dayNear } = useFormats();
  return (
    <div className="no-print flex flex-wrap items-center gap-1">
      <IconButton label={t('dayBefore')} onClick={() => onChange(addDays(day, -1))}>
        <ChevronLeft aria-hidden="true" />
      </IconButton>
      <span className="min-w-20 text-center font-semibold" aria-live="polite">
        {dayNear(day)}
      </span>
      <IconButton label={t('dayAfter')} onClick={() => onChange(addDays(day, 1))}>
        <ChevronRight aria-hidden="true" />
      </IconButton>
      <input
        {...useDayInput(day, onChange)}
        aria-label={t('day')}
        className="min-h-11 rounded-xl border border-line-strong bg-paper px-3"
      />
    </div>
  );
}
