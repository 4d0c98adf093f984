import { memo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { useChange } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import { useSchedule } from '../../kit/schedule.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button, LinkButton } from '../../kit/ui/Button.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { stale } from '../days/calendar.ts';
import { ChangeSheet } from './ChangeSheet.tsx';
import { EndSheet } from './EndSheet.tsx';
import { PauseSheet } from './PauseSheet.tsx';
import { itemsText } from './words.ts';

/** The standing orders of a household: what each is, and all that can become of it. */
export const StandingList = memo(function StandingList({
  subscriptions,
}: {
  subscriptions: readonly Subscription[];
}) {
  const t = useTranslations('days');
  const basket = useTranslations('basket');
  const [doing, setDoing] = useState<{ what: 'change' | 'pause' | 'end'; one: Subscription }>();
  const close = () => setDoing(undefined);
  if (subscriptions.length === 0) {
    return (
      <Empty title={t('none')}>
        {t('noneText')}
        <LinkButton to="/" kind="primary">
          {basket('toShop')}
        </LinkButton>
      </Empty>
    );
  }
  return (
    <section className="card grid gap-3 p-4">
      <h2 className="text-xl">{t('standing')}</h2>
      <ul className="divide-y divide-line">
        {subscriptions.map((one) => (
          <Standing key={one.subscriptionId} one={one} choose={(what) => setDoing({ what, one })} />
        ))}
      </ul>
      {doing?.what === 'change' && <ChangeSheet subscription={doing.one} close={close} />}
      {doing?.what === 'pause' && <PauseSheet subscriptions={[doing.one]} close={close} />}
      {doing?.what === 'end' && <EndSheet subscription={doing.one} close={close} />}
    </section>
  );
});

function Standing({
  one,
  choose,
}: {
  one: Subscription;
  choose: (what: 'change' | 'pause' | 'end') => void;
}) {
  const t = useTranslations('days');
  const words = useTranslations('subscribe');
  const { day, hours, today } = useFormats();
  const { slots } = useDairy();
  const status = useStatusText();
  const scheduleText = useSchedule();
  const { say } = useToasts();
  const text = useRefusalText();
  const change = useChange('PATCH /order/subscription', { stale });
  const { subscriptionId, items, schedule, slot, address, paymentMethod, nextDelivery, endDate } = one;
  const window = slots.find(({ slotId }) => slotId === slot);
  const pauses = one.pauses.filter(({ to }) => to === undefined || to >= today());
  const resume = () =>
    change.change(
      { subscriptionId, action: 'RESUME' },
      {
        done: ({ receipt }) => say(t('resumed', { day: day(receipt.firstDayAffected) })),
        refused: (why) => say(text(why), { bad: true }),
      },
    );
  return (
    <li className="grid gap-1 py-3">
      <p className="flex flex-wrap items-center justify-between gap-2 font-semibold">
        {itemsText(items)}
        <Tag tone={one.status === 'ACTIVE' ? 'good' : 'warn'}>{status(one.status)}</Tag>
      </p>
      <p className="first-letter:uppercase">
        {scheduleText(schedule)}
        {window && <span className="text-soft">, {hours(window.from, window.to)}</span>}
      </p>
      <p className="text-sm text-soft">
        {[address?.line1, words(`short.${paymentMethod}`)].filter(Boolean).join(' · ')}
      </p>
      <p className="text-sm text-soft">
        {nextDelivery && t('nextIs', { day: day(nextDelivery) })}
        {endDate && ` ${t('endsAfter', { day: day(endDate) })}`}
      </p>
      {pauses.map(({ from, to, productIds }) => (
        <p key={`${from} ${to} ${productIds}`} className="text-sm font-semibold">
          {to ? t('pausedFromTo', { from: day(from), to: day(to) }) : t('pausedFrom', { from: day(from) })}
        </p>
      ))}
      {one.comingChanges.map((next) => (
        <p key={next.from} className="text-sm font-semibold">
          {t('changesOn', {
            day: day(next.from),
            what: `${itemsText(next.items)}, ${scheduleText(next.schedule)}`,
          })}
        </p>
      ))}
      <div className="mt-1 flex flex-wrap gap-2">
        <Button size="small" onClick={() => choose('change')}>
          {t('change')}
        </Button>
        {pauses.length > 0 ? (
          <Button size="small" busy={change.busy} onClick={resume}>
            {t('resumeNow')}
          </Button>
        ) : (
          <Button size="small" onClick={() => choose('pause')}>
            {t('pause')}
          </Button>
        )}
        <Button size="small" kind="danger" onClick={() => choose('end')}>
          {t('end')}
        </Button>
      </div>
    </li>
  );
}
