import { memo } from 'react';
import { useTranslations } from 'use-intl';
import { daysBetween, useFormats, weekdayOf, weekdays } from '../../kit/formats.ts';
import { coming, type Day } from './calendar.ts';

/** A month of days, each with what it costs. */
export const Month = memo(function Month({
  first,
  last,
  days,
  choose,
}: {
  first: string;
  last: string;
  days: readonly Day[];
  choose: (day: string) => void;
}) {
  const t = useTranslations('days');
  const { money, number, weekday, dayLong, today } = useFormats();
  const byDay = new Map(days.map((one) => [one.day, one]));
  const now = today();
  return (
    <div className="grid grid-cols-7 gap-1">
      {weekdays.map((one) => (
        <span key={one} className="text-center text-sm text-soft" aria-hidden="true">
          {weekday(one)}
        </span>
      ))}
      {daysBetween(first, last).map((day, i) => {
        const one = byDay.get(day);
        const lines = one?.lines ?? [];
        const comes = lines.some(({ status }) => coming.includes(status));
        const isOff = lines.length > 0 && !comes;
        const told = comes ? money(one?.amount ?? 0) : t('nothing');
        return (
          <button
            key={day}
            type="button"
            style={i === 0 ? { gridColumnStart: weekdayOf(day) + 1 } : undefined}
            onClick={() => choose(day)}
            className={`grid min-h-16 content-start rounded-xl border p-0.5 text-start sm:min-h-20 sm:p-2 ${
              day === now ? 'border-float border-2' : 'border-line'
            } ${comes ? 'bg-float-wash' : isOff ? 'bg-butter-wash' : 'bg-paper'}`}
          >
            <span className="sr-only">{`${dayLong(day)}: ${told}`}</span>
            <span className="figures ps-0.5 font-semibold" aria-hidden="true">
              {Number(day.slice(8))}
            </span>
            {(comes || isOff) && (
              <span className="figures text-[0.7rem] tracking-tight sm:text-sm" aria-hidden="true">
                {comes ? (
                  <>
                    <span className="sm:hidden">{number(Math.round(one?.amount ?? 0))}</span>
                    <span className="hidden sm:inline">{told}</span>
                  </>
                ) : (
                  '–'
                )}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
});
