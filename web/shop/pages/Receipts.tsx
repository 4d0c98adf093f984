import { useTranslations } from 'use-intl';
import { useDoor } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Empty } from '../../kit/ui/States.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import type en from '../text/en.ts';

/** What was changed of the household's standing orders, by whom, and what each change did to its month. */
export default function Receipts() {
  const t = useTranslations('receipts');
  const actions = useTranslations('receipts.actions');
  const { money, day, moment } = useFormats();
  const receipts = useDoor('GET /order/receipts', { limit: 100 });
  const actionOf = (action: string) => {
    const known = action as keyof typeof en.receipts.actions;
    return actions.has(known) ? actions(known) : action;
  };
  return (
    <>
      <PageHead title={t('title')} />
      <Await query={receipts}>
        {(some) =>
          some.length === 0 ? (
            <Empty title={t('none')} />
          ) : (
            <ul className="card divide-y divide-line p-4">
              {some.map(({ receiptId, action, at, through, firstDayAffected, cutoffAt, ...month }) => (
                <li key={receiptId} className="grid gap-1 py-3">
                  <p className="flex flex-wrap items-center justify-between gap-2">
                    <span className="font-semibold">{actionOf(action)}</span>
                    {through !== 'SELF' && <Tag>{t(through)}</Tag>}
                  </p>
                  <p className="flex flex-wrap justify-between gap-x-4">
                    <span>{t('from', { day: day(firstDayAffected), time: moment(cutoffAt) })}</span>
                    <span className="figures font-semibold">
                      {t('month', { before: money(month.monthBefore), after: money(month.monthAfter) })}
                    </span>
                  </p>
                  <p className="text-sm text-soft">
                    {moment(at)} · {receiptId}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
    </>
  );
}
