import { ChevronLeft, ChevronRight } from 'lucide-react';
import { startTransition, useCallback, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useDoor } from '../../kit/api/hooks.ts';
import { addDays, monthOf, useFormats } from '../../kit/formats.ts';
import { Button, IconButton, LinkButton } from '../../kit/ui/Button.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Skeleton } from '../../kit/ui/States.tsx';
import { DaySheet } from '../days/DaySheet.tsx';
import { Month } from '../days/Month.tsx';
import { PauseSheet } from '../standing/PauseSheet.tsx';
import { StandingList } from '../standing/StandingList.tsx';

/** The household's month: what comes on each day, and what can be done about it. */
export default function Days() {
  const t = useTranslations('days');
  const { today, month } = useFormats();
  const [shown, setShown] = useState(today());
  const [chosen, setChosen] = useState<string>();
  const [isPausing, setPausing] = useState(false);
  // The tap itself is answered at once; the sheet comes as soon as it is made.
  const open = useCallback((day: string) => startTransition(() => setChosen(day)), []);
  const { first, last } = monthOf(shown);
  const calendar = useDoor('GET /order/calendar', { from: first, to: last }, { keep: true });
  const subscriptions = useDoor('GET /order/subscriptions', {});
  const current = useMemo(
    () => (subscriptions.data ?? []).filter(({ status }) => status !== 'CANCELLED'),
    [subscriptions.data],
  );
  return (
    <>
      <PageHead title={t('title')}>
        {current.length > 0 && <Button onClick={() => setPausing(true)}>{t('pauseAll')}</Button>}
        <LinkButton to="/receipts">{t('receipts')}</LinkButton>
      </PageHead>
      <div className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
        <section className="card p-3 sm:p-5">
          <div className="mb-3 flex items-center justify-between">
            <IconButton label={t('previous')} onClick={() => setShown(addDays(first, -1))}>
              <ChevronLeft aria-hidden="true" />
            </IconButton>
            <h2 className="text-xl" aria-live="polite">
              {month(first)}
            </h2>
            <IconButton label={t('next')} onClick={() => setShown(addDays(last, 1))}>
              <ChevronRight aria-hidden="true" />
            </IconButton>
          </div>
          <Await query={calendar} loading={<Skeleton lines={5} className="h-16" />}>
            {(days) => <Month first={first} last={last} days={days} choose={open} />}
          </Await>
        </section>
        <Await query={subscriptions}>{() => <StandingList subscriptions={current} />}</Await>
      </div>
      {chosen && (
        <DaySheet
          day={chosen}
          lines={calendar.data?.find(({ day }) => day === chosen)?.lines ?? []}
          subscriptions={current}
          close={() => setChosen(undefined)}
        />
      )}
      {isPausing && <PauseSheet subscriptions={current} close={() => setPausing(false)} />}
    </>
  );
}
