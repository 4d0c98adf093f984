import { useTranslations } from 'use-intl';
import { useFormats } from '../kit/formats.ts';

interface Row {
  cohort: string;
  households: number;
  week: number;
  retained: number;
  share: number;
}

/** Of the households whose first delivery was in a week, how many were delivered to in each week after it. */
export function Retention({ rows }: { rows: readonly Row[] }) {
  const t = useTranslations('reports');
  const { day, number, percent } = useFormats();
  const cohorts = [...new Set(rows.map(({ cohort }) => cohort))].sort();
  const weeks = [...new Set(rows.map(({ week }) => week))].sort((a, b) => a - b);
  const at = (cohort: string, week: number) => rows.find((row) => row.cohort === cohort && row.week === week);
  return (
    // A wide table scrolls by keyboard too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls
    <section tabIndex={0} aria-label={t('types.retention')} className="card overflow-x-auto p-3">
      <table className="figures w-full text-sm">
        <caption className="sr-only">{t('types.retention')}</caption>
        <thead>
          <tr>
            <th scope="col" className="p-2 text-start">
              {t('columns.cohort')}
            </th>
            <th scope="col" className="p-2 text-end">
              {t('columns.households')}
            </th>
            {weeks.map((week) => (
              <th key={week} scope="col" className="p-2 text-end">
                {t('week', { week })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohorts.map((cohort) => (
            <tr key={cohort} className="border-t border-line">
              <th scope="row" className="whitespace-nowrap p-2 text-start">
                {day(cohort)}
              </th>
              <td className="p-2 text-end">{number(at(cohort, 0)?.households ?? 0)}</td>
              {weeks.map((week) => {
                const row = at(cohort, week);
                return (
                  <td key={week} className="p-2 text-end">
                    {row && <Share share={row.share} text={percent(row.share)} />}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const shades = ['bg-cream', 'bg-berry-wash', 'bg-butter-wash', 'bg-float-wash', 'bg-meadow-wash'] as const;

function Share({ share, text }: { share: number; text: string }) {
  const shade = shades[Math.min(shades.length - 1, Math.floor(share * shades.length))];
  return <span className={`inline-block rounded-lg px-2 py-0.5 ${shade}`}>{text}</span>;
}
