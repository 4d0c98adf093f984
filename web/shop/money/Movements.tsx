import { useTranslations } from 'use-intl';
import { useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { useMovementText } from '../../kit/text/movements.ts';
import { More } from '../../kit/ui/Pages.tsx';

import { Empty, Failure, Skeleton } from '../../kit/ui/States.tsx';

/** Every movement of the household's money, the newest first. */
export function Movements() {
  const t = useTranslations('money');
  const { money, moment } = useFormats();
  const pages = useDoorPages('GET /payment/ledger', { limit: 20 });
  const kindOf = useMovementText();
  if (pages.error) return <Failure error={pages.error} retry={() => void pages.refetch()} />;
  if (!pages.data) return <Skeleton lines={6} className="h-12" />;
  const rows = pages.data.pages.flatMap((page) => page.rows);
  if (rows.length === 0) return <Empty title={t('none')} />;
  return (
    <section className="card p-4">
      <h2 className="mb-2 text-xl">{t('movements')}</h2>
      <ul className="divide-y divide-line">
        {rows.map(({ movementId, at, kind, wallet }) => (
          <li key={movementId} className="flex items-center justify-between gap-3 py-2.5">
            <span>
              <span className="block font-semibold">{kindOf(kind)}</span>
              <span className="text-sm text-soft">{moment(at)}</span>
            </span>
            <span className={`figures font-semibold ${wallet > 0 ? 'text-meadow' : ''}`}>
              {wallet > 0 ? '+' : ''}
              {wallet === 0 ? '' : money(wallet)}
            </span>
          </li>
        ))}
      </ul>
      <More pages={pages} />
    </section>
  );
}
