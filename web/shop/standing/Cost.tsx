import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { Output } from '../../kit/api/client.ts';
import { useFormats } from '../../kit/formats.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Skeleton } from '../../kit/ui/States.tsx';

export type Preview = Output<'POST /order/subscription/preview'>;

/** What a change would cost, or why it cannot be made; before anybody confirms it. */
export function Cost({
  query,
  begins = false,
}: {
  query: Pick<UseQueryResult<Preview | Preview[]>, 'data' | 'error' | 'isPlaceholderData'>;
  /** It is a standing order that begins: there is nothing to compare with. */
  begins?: boolean;
}) {
  const text = useRefusalText();
  if (query.error) {
    return (
      <p role="status" className="rounded-xl bg-berry-wash px-4 py-3 font-semibold text-berry">
        {text(query.error)}
      </p>
    );
  }
  if (!query.data) return <Skeleton lines={2} />;
  const previews = Array.isArray(query.data) ? query.data : [query.data];
  return <Figures previews={previews} begins={begins} old={query.isPlaceholderData} />;
}

function Figures({ previews, begins, old }: { previews: readonly Preview[]; begins: boolean; old: boolean }) {
  const t = useTranslations('cost');
  const { money, day, moment } = useFormats();
  const sum = (of: (preview: Preview) => number) =>
    Math.round(previews.reduce((total, preview) => total + of(preview), 0) * 100) / 100;
  const [before, after] = [sum((one) => one.monthBefore), sum((one) => one.monthAfter)];
  const next = sum((one) => one.next30After);
  const first = previews.toSorted((a, b) => (a.firstDayAffected < b.firstDayAffected ? -1 : 1))[0];
  const stays = previews.flatMap((one) => one.stays ?? []);
  const differs = Math.round((after - before) * 100) / 100;
  if (!first) return null;
  return (
    <section
      aria-label={t('title')}
      aria-live="polite"
      className={`grid gap-1 rounded-xl bg-float-wash px-4 py-3 ${old ? 'opacity-60' : ''}`}
    >
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-semibold">{t('month')}</span>
        <span className="figures font-display text-2xl font-extrabold">{money(after)}</span>
      </p>
      {!begins && differs !== 0 && (
        <p className="figures flex justify-between gap-4 text-soft">
          <span>{t('was', { amount: money(before) })}</span>
          <span>
            {differs > 0 ? t('more', { amount: money(differs) }) : t('less', { amount: money(-differs) })}
          </span>
        </p>
      )}
      <p className="figures flex justify-between gap-4 text-soft">
        <span>{t('next30')}</span>
        <span>{money(next)}</span>
      </p>
      <p className="text-sm">
        {t('from', { day: day(first.firstDayAffected), time: moment(first.cutoffAt) })}
      </p>
      {stays.length > 0 && (
        <p className="text-sm font-semibold">
          {t('stays', { days: [...new Set(stays.map((one) => day(one.day)))].join(', ') })}
        </p>
      )}
      <p className="text-sm text-soft">{t('forecast')}</p>
    </section>
  );
}
