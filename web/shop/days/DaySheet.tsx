import { useDeferredValue } from 'react';
import { useTranslations } from 'use-intl';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { useDoorAll } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { LinkButton } from '../../kit/ui/Button.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { coming, type Line, toneOf } from './calendar.ts';
import { DayDeeds } from './DayDeeds.tsx';

const none: readonly { productId: string; name: string }[] = [];

/** What comes on a day, until when it can change, and what can be done about it. */
export function DaySheet({
  day,
  lines,
  subscriptions,
  close,
}: {
  day: string;
  lines: readonly Line[];
  subscriptions: readonly Subscription[];
  close: () => void;
}) {
  const t = useTranslations('days');
  const { money, dayLong, moment } = useFormats();
  const status = useStatusText();
  const names = useDoorAll('GET /product/list', { limit: 100 });
  const nameOf = (productId: string) =>
    names.data?.find((one) => one.productId === productId)?.name ?? productId;
  // The list of all that can be added is long: the day itself shows first.
  const products = useDeferredValue(names.data ?? none, none);
  const now = new Date().toISOString();
  return (
    <Sheet title={dayLong(day)} open onClose={close}>
      {lines.length === 0 && <p className="text-soft">{t('nothing')}</p>}
      <ul className="grid gap-3">
        {lines.map((line) => (
          <li key={`${line.subscriptionId} ${line.productId} ${line.status}`} className="grid gap-1">
            <p className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-semibold">
                {line.qty} × {nameOf(line.productId)}
              </span>
              <span className="figures">{coming.includes(line.status) ? money(line.amount) : ''}</span>
            </p>
            <p className="flex flex-wrap items-center gap-2 text-sm text-soft">
              <Tag tone={toneOf(line.status)}>{status(line.status)}</Tag>
              {line.locksAt > now
                ? t('locks', { time: moment(line.locksAt) })
                : t('locked', { time: moment(line.locksAt) })}
            </p>
            {line.orderId && (
              <LinkButton to={`/orders/${line.orderId}`} size="small" className="justify-self-start">
                {t('order')}
              </LinkButton>
            )}
          </li>
        ))}
      </ul>
      <DayDeeds day={day} lines={lines} subscriptions={subscriptions} close={close} products={products} />
    </Sheet>
  );
}
