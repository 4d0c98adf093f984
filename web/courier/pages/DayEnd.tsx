import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useDoor } from '../../kit/api/hooks.ts';
import { useSession } from '../../kit/api/session.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { PageHead, useOnline } from '../../kit/ui/Shell.tsx';
import { Failure, Skeleton } from '../../kit/ui/States.tsx';
import { refresh } from '../phone/refresh.ts';
import { wakeNow } from '../phone/sender.ts';
import { usePhone } from '../phone/store.ts';
import { useStandings } from '../round.ts';
import { unsentOf } from '../rules/outbox.ts';
import { type Totals, totalsOf } from '../rules/stops.ts';

/** The end of the day: what the phone counts beside what the dairy's books say, and the cash to hand over. */
export function DayEnd() {
  const t = useTranslations('courier.day');
  const { dayNear, today, money, number } = useFormats();
  const day = today();
  const { standings } = useStandings(day);
  const { actions } = usePhone();
  const isOnline = useOnline();
  const session = useSession();
  const unsent = unsentOf(actions).length;
  const books = useDoor(
    'GET /delivery/totals',
    { day },
    { when: isOnline && session !== undefined, everyMs: 20_000, staleMs: 0 },
  );
  const phone = totalsOf(standings);
  const server: Totals | undefined = books.data && {
    delivered: books.data.delivered,
    failed: books.data.failed,
    open: books.data.open,
    cash: books.data.cashCollected,
    empties: books.data.empties,
  };
  const rows: { label: string; figure: keyof Totals; show: (value: number) => string }[] = [
    { label: t('delivered'), figure: 'delivered', show: number },
    { label: t('failed'), figure: 'failed', show: number },
    { label: t('open'), figure: 'open', show: number },
    { label: t('empties'), figure: 'empties', show: number },
    { label: t('cash'), figure: 'cash', show: money },
  ];
  // What is not sent may change no figure, and the dairy still does not know of it.
  const isEqual = server && unsent === 0 && rows.every(({ figure }) => server[figure] === phone[figure]);
  const again = () => {
    wakeNow();
    void refresh(day);
    void books.refetch();
  };
  return (
    <>
      <PageHead title={t('title', { day: dayNear(day) })} />
      <div className="card p-4">
        <table className="figures w-full text-lg">
          <caption className="sr-only">{t('caption')}</caption>
          <thead>
            <tr className="text-soft">
              <td />
              <th scope="col" className="py-2 text-end font-semibold">
                {t('phone')}
              </th>
              <th scope="col" className="py-2 text-end font-semibold">
                {t('server')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, figure, show }) => (
              <tr key={figure} className="border-t border-line">
                <th scope="row" className="py-3 text-start font-semibold">
                  {label}
                </th>
                <td className="text-end text-xl font-bold">{show(phone[figure])}</td>
                <td
                  className={`text-end text-xl font-bold ${
                    server && server[figure] !== phone[figure] ? 'text-berry' : ''
                  }`}
                >
                  {server ? show(server[figure]) : '–'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="mt-4 grid gap-3">
        {isOnline && books.isPending && session && <Skeleton lines={1} className="h-14" />}
        {isOnline && books.error && <Failure error={books.error} retry={() => void books.refetch()} />}
        {!isOnline && <p className="text-soft">{t('offline')}</p>}
        {server && isEqual && (
          <p
            role="status"
            className="flex items-center gap-3 rounded-xl bg-meadow-wash px-4 py-4 text-lg font-semibold text-meadow"
          >
            <CircleCheck aria-hidden="true" /> {t('agree')}
          </p>
        )}
        {server && !isEqual && (
          <p
            role="status"
            className="flex items-center gap-3 rounded-xl bg-butter-wash px-4 py-4 text-lg font-semibold"
          >
            <TriangleAlert aria-hidden="true" className="shrink-0" />
            {unsent > 0 ? t('unsent', { count: unsent }) : t('differ')}
          </p>
        )}
        {books.data && (
          <section aria-label={t('handOver')} className="card grid gap-1 p-4">
            <p className="text-lg font-semibold">{t('handOver')}</p>
            <p className="figures font-display text-5xl font-extrabold">{money(books.data.cashHeld)}</p>
            <p className="text-soft">{t('handOverText')}</p>
          </section>
        )}
        {isOnline && session && (
          <Button size="large" wide busy={books.isFetching} onClick={again}>
            {t('again')}
          </Button>
        )}
      </div>
    </>
  );
}
