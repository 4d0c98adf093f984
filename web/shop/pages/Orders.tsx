import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { LinkButton } from '../../kit/ui/Button.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';

/** The household's orders, the newest first. */
export default function Orders() {
  const t = useTranslations('orders');
  const basket = useTranslations('basket');
  const { money, dayNear } = useFormats();
  const status = useStatusText();
  const pages = useDoorPages('GET /order/list', { limit: 20 });
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  return (
    <>
      <PageHead title={t('title')} />
      <Waiting pages={pages} lines={5} className="h-20" />
      {rows?.length === 0 && (
        <Empty title={t('none')}>
          {t('noneText')}
          <LinkButton to="/" kind="primary">
            {basket('toShop')}
          </LinkButton>
        </Empty>
      )}
      <ul className="grid gap-3">
        {rows?.map(({ orderId, deliveryDay, items, amount, charged, status: is }) => (
          <li key={orderId} className="card">
            <Link href={`/orders/${orderId}`} className="grid gap-1 p-4 no-underline">
              <span className="flex flex-wrap items-center justify-between gap-2">
                <span className="font-semibold">{dayNear(deliveryDay)}</span>
                <Tag tone={is === 'CANCELLED' ? 'bad' : is === 'DELIVERED' ? 'good' : 'plain'}>
                  {status(is)}
                </Tag>
              </span>
              <span className="text-soft">{items.map(({ qty, name }) => `${qty} × ${name}`).join(', ')}</span>
              <span className="figures font-semibold">{money(charged ?? amount)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <More pages={pages} />
    </>
  );
}
