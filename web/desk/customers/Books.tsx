import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { useDoor, useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { useMovementText } from '../../kit/text/movements.ts';
import { Card } from '../../kit/ui/Figures.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';

import { StatusTag } from '../../kit/ui/StatusTag.tsx';
import { Download } from '../Download.tsx';

/** A household's ledger, its bills and its statement of the month. */
export function CustomerBooks({ userId }: { userId: string }) {
  const t = useTranslations('customer');
  const { moment, money, today, day } = useFormats();
  const kind = useMovementText();
  const pages = useDoorPages('GET /payment/ledger', { userId, limit: 20 });
  const bills = useDoor('GET /payment/bills', { userId, limit: 12 });
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  const month = today().slice(0, 7);
  return (
    <Card
      title={t('ledger')}
      aside={
        <span className="flex gap-2">
          <Download
            door="GET /payment/statement"
            input={{ userId, month, format: 'pdf' }}
            name={`statement-${userId}-${month}.pdf`}
            label="PDF"
          />
          <Download
            door="GET /payment/statement"
            input={{ userId, month, format: 'csv' }}
            name={`statement-${userId}-${month}.csv`}
          />
        </span>
      }
    >
      {bills.data && bills.data.length > 0 && (
        <ul className="grid gap-1">
          {bills.data.map((bill) => (
            <li key={bill.billId} className="flex flex-wrap justify-between gap-2">
              <span>{t('bill', { from: day(bill.from), to: day(bill.to), due: day(bill.dueDay) })}</span>
              <span className="figures">
                {money(bill.left)} <StatusTag status={bill.status} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <Waiting pages={pages} />
      {rows?.length === 0 && <p className="text-soft">{t('noMovements')}</p>}
      <ul className="divide-y divide-line">
        {rows?.map(({ movementId, at, kind: is, orderId, wallet, lines }) => (
          <li key={movementId}>
            <details className="group py-2">
              <summary className="flex justify-between gap-3">
                <span>
                  {kind(is)} <span className="block text-sm text-soft">{moment(at)}</span>
                </span>
                <span className={`figures font-semibold ${wallet < 0 ? 'text-berry' : ''}`}>
                  {wallet === 0 ? '—' : money(wallet)}
                </span>
              </summary>
              <ul className="mt-2 rounded-xl bg-cream px-3 py-2 text-sm">
                {lines.map(({ account, tax, amount }) => (
                  <li key={`${account} ${tax ?? ''}`} className="figures flex justify-between">
                    <span>
                      {account} {tax}
                    </span>
                    <span>{money(amount)}</span>
                  </li>
                ))}
                {orderId && (
                  <li>
                    <Link href={`/orders/${orderId}`}>{t('toOrder')}</Link>
                  </li>
                )}
              </ul>
            </details>
          </li>
        ))}
      </ul>
      <More pages={pages} small />
    </Card>
  );
}
