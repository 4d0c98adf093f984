import { useTranslations } from 'use-intl';
import { Choices, Stepper } from '../../kit/ui/Field.tsx';
import { type Schedule, type Terms, withSchedule } from './terms.ts';

type Kind = Schedule['type'];
const kinds: readonly Kind[] = ['DAILY', 'ALTERNATE_DAYS', 'WEEKDAYS', 'EVERY_N_DAYS', 'MONTHLY'];
const daysOfMonth = Array.from({ length: 31 }, (_, i) => i + 1);

/** A kind of schedule as it begins, until its household says more. */
function firstOf(type: Kind): Schedule {
  switch (type) {
    case 'WEEKDAYS':
      return { type, days: ['MON', 'WED', 'FRI'] };
    case 'EVERY_N_DAYS':
      return { type, n: 3 };
    case 'MONTHLY':
      return { type, daysOfMonth: [1, 15] };
    default:
      return { type };
  }
}

/** On which days a standing order comes. */
export function ScheduleFields({ terms, onChange }: { terms: Terms; onChange: (terms: Terms) => void }) {
  const t = useTranslations('subscribe');
  const { schedule } = terms;
  return (
    <>
      <Choices<Kind>
        label={t('pattern')}
        columns="sm:grid-cols-3"
        value={schedule.type}
        onChange={(type) => onChange(withSchedule(terms, firstOf(type)))}
        choices={kinds.map((value) => ({ value, label: t(value) }))}
      />
      {schedule.type === 'EVERY_N_DAYS' && (
        <div className="flex flex-wrap items-center gap-3">
          <span className="font-semibold">{t('everyN')}</span>
          <Stepper
            label={t('everyN')}
            value={schedule.n}
            min={2}
            max={90}
            onChange={(n) => onChange({ ...terms, schedule: { type: 'EVERY_N_DAYS', n } })}
          />
        </div>
      )}
      {schedule.type === 'MONTHLY' && (
        <DaysOfMonth
          chosen={schedule.daysOfMonth}
          onChange={(some) => onChange({ ...terms, schedule: { type: 'MONTHLY', daysOfMonth: some } })}
        />
      )}
    </>
  );
}

function DaysOfMonth({
  chosen,
  onChange,
}: {
  chosen: readonly number[];
  onChange: (days: number[]) => void;
}) {
  const t = useTranslations('subscribe');
  const toggle = (day: number) =>
    onChange(
      chosen.includes(day) ? chosen.filter((one) => one !== day) : [...chosen, day].toSorted(byNumber),
    );
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-semibold">{t('daysOfMonth')}</legend>
      <div className="grid grid-cols-7 gap-1">
        {daysOfMonth.map((day) => (
          <label
            key={day}
            className="grid min-h-11 place-items-center rounded-xl border border-line-strong bg-paper has-checked:border-float has-checked:bg-float has-checked:text-on-float has-focus-visible:outline-3 has-focus-visible:outline-float"
          >
            <input
              type="checkbox"
              className="sr-only"
              checked={chosen.includes(day)}
              onChange={() => toggle(day)}
            />
            <span className="figures font-semibold">{day}</span>
          </label>
        ))}
      </div>
      <p className="text-sm text-soft">{t('lastDay')}</p>
    </fieldset>
  );
}

const byNumber = (a: number, b: number) => a - b;
