import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import type { Output } from '../../kit/api/client.ts';
import { useFormats } from '../../kit/formats.ts';
import { useProductNames } from '../../kit/products.ts';
import { StatusTag } from '../../kit/ui/StatusTag.tsx';

type Report = Output<'GET /order/problems'>[number];

/** Reported problems and what came of each; with a link to their orders where they are of several. */
export function ProblemList({
  reports,
  items,
}: {
  reports: readonly Report[];
  /** The lines of their one order, which have the names as they were. */
  items?: readonly { productId: string; name: string }[];
}) {
  const t = useTranslations('problems');
  const { money, moment } = useFormats();
  const nameToday = useProductNames({ when: items === undefined });
  const nameOf = (productId: string) =>
    items?.find((one) => one.productId === productId)?.name ?? nameToday(productId);
  return (
    <ul className="divide-y divide-line">
      {reports.map(({ problemId, orderId, productId, qty, kind, note, status, amount, credited, ...at }) => (
        <li key={problemId} className="grid gap-1 py-3">
          <p className="flex flex-wrap items-center justify-between gap-2">
            <span className="font-semibold">
              {t(`kinds.${kind}`)}: {qty} × {nameOf(productId)}
            </span>
            <StatusTag status={status} />
          </p>
          {note && <p>“{note}”</p>}
          <p className="text-soft">
            {status === 'CREDITED' && t('wasCredited', { amount: money(credited) })}
            {status === 'OPEN' && t('isOpen', { amount: money(amount) })}
            {status === 'REFUSED' && t('wasRefused')}
          </p>
          <p className="flex flex-wrap gap-x-4 text-sm text-soft">
            <span>{moment(at.decidedAt ?? at.createdAt)}</span>
            {!items && <Link href={`/orders/${orderId}`}>{t('toOrder')}</Link>}
          </p>
        </li>
      ))}
    </ul>
  );
}
