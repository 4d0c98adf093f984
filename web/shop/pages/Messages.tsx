import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { LinkButton } from '../../kit/ui/Button.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useSeen } from '../seen.ts';

/** All that the dairy has told the household, the newest first; what came since the last look is marked. */
export default function Messages() {
  const t = useTranslations('messages');
  const { moment, dayNear, dayOf } = useFormats();
  const pages = useDoorPages('GET /notification/list', { limit: 30 });
  const { isNew, look } = useSeen();
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  const newest = rows?.[0]?.createdAt;
  useEffect(() => {
    if (newest) look(newest);
  }, [newest, look]);
  return (
    <>
      <PageHead title={t('title')}>
        <LinkButton to="/account#messages">{t('settings')}</LinkButton>
      </PageHead>
      <Waiting pages={pages} lines={5} className="h-24" />
      {rows?.length === 0 && <Empty title={t('none')}>{t('noneText')}</Empty>}
      <ul className="grid gap-3">
        {rows?.map(({ notificationId, subject, message, channel, createdAt, orderId }) => (
          <li key={notificationId} className="card grid gap-2 p-4">
            <p className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-semibold">{subject ?? t(channel)}</span>
              {isNew(createdAt) && <Tag tone="warn">{t('new')}</Tag>}
            </p>
            <p className="whitespace-pre-line">{message}</p>
            <p className="flex flex-wrap gap-x-4 text-sm text-soft">
              <span>
                {dayNear(dayOf(createdAt))}, {moment(createdAt)} · {t(channel)}
              </span>
              {orderId && <Link href={`/orders/${orderId}`}>{t('toOrder')}</Link>}
            </p>
          </li>
        ))}
      </ul>
      <More pages={pages} />
    </>
  );
}
