import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { useDoor, useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { Card } from '../../kit/ui/Figures.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';

import { StatusTag } from '../../kit/ui/StatusTag.tsx';

/** What a household ordered, and what it reported of it. */
export function CustomerOrders({ userId }: { userId: string }) {
  const t = useTranslations('customer');
  const problems = useTranslations('problems');
  const { day, money, moment } = useFormats();
  const pages = useDoorPages('GET /order/list', { userId, limit: 10 });
  const reports = useDoor('GET /order/problems', { userId, limit: 10 });
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  return (
    <Card title={t('orders')}>
      <Waiting pages={pages} />
      {rows?.length === 0 && <p className="text-soft">{t('noOrders')}</p>}
      <ul className="divide-y divide-line">
        {rows?.map(({ orderId, deliveryDay, items, amount, charged, status, through }) => (
          <li key={orderId}>
            <Link href={`/orders/${orderId}`} className="grid gap-0.5 py-2 no-underline">
              <span className="flex justify-between gap-2">
                <span className="font-semibold">{day(deliveryDay)}</span>
                <span className="figures">{money(charged ?? amount)}</span>
              </span>
              <span className="flex flex-wrap items-center justify-between gap-2 text-sm text-soft">
                {items.map(({ qty, name }) => `${qty} × ${name}`).join(', ')}
                <span className="flex gap-1">
                  {through === 'DESK' && <span>{t('byDesk')}</span>} <StatusTag status={status} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <More pages={pages} small />
      {reports.data && reports.data.length > 0 && (
        <>
          <h3 className="text-lg">{t('reported')}</h3>
          <ul className="grid gap-2">
            {reports.data.map((report) => (
              <li key={report.problemId} className="flex flex-wrap items-center justify-between gap-2">
                <Link href={`/orders/${report.orderId}`}>
                  {problems(`kinds.${report.kind}`)}, {moment(report.createdAt)}
                </Link>
                <span className="figures">
                  {money(report.credited || report.amount)} <StatusTag status={report.status} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
