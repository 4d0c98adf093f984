import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { useChange, useDoorEach } from '../../kit/api/hooks.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { useSettled } from '../../kit/settled.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { DayField } from '../../kit/ui/DayField.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { stale } from '../days/calendar.ts';
import { Cost } from './Cost.tsx';
import { itemsText } from './words.ts';

/** Nothing comes of some standing orders for a while, or until the household resumes. */
export function PauseSheet({
  subscriptions,
  close,
}: {
  subscriptions: readonly Subscription[];
  close: () => void;
}) {
  const t = useTranslations('days');
  const kit = useTranslations('kit');
  const { day, today } = useFormats();
  const { say } = useToasts();
  const text = useRefusalText();
  const [from, setFrom] = useState(addDays(today(), 2));
  const [to, setTo] = useState('');
  const change = useChange('PATCH /order/subscription', { stale });
  const asked = subscriptions.map(({ subscriptionId }) => ({
    subscriptionId,
    action: 'PAUSE' as const,
    from,
    ...(to ? { to } : {}),
  }));
  const preview = useDoorEach('POST /order/subscription/preview', useSettled(asked));
  const resume = async () => {
    try {
      for (const { subscriptionId } of subscriptions) {
        await change.changeNow({ subscriptionId, action: 'RESUME', from });
      }
      say(kit('undone'));
    } catch (error) {
      say(text(error), { bad: true });
    }
  };
  const pause = async () => {
    try {
      for (const one of asked) await change.changeNow(one);
      say(t('paused', { day: day(from) }), { undo: () => void resume() });
      close();
    } catch (error) {
      say(text(error), { bad: true });
    }
  };
  return (
    <Sheet title={t('pauseTitle')} open onClose={close}>
      <ul>
        {subscriptions.map(({ subscriptionId, items }) => (
          <li key={subscriptionId} className="font-semibold">
            {itemsText(items)}
          </li>
        ))}
      </ul>
      <div className="grid gap-3 sm:grid-cols-2">
        <DayField label={t('pauseDayFrom')} value={from} min={today()} onChange={setFrom} />
        <DayField label={t('pauseDayTo')} value={to} min={from} required={false} onChange={setTo} />
      </div>
      <p className="text-sm text-soft">{t('pauseHint')}</p>
      <Cost query={preview} />
      <Button kind="primary" size="large" wide busy={change.busy} onClick={() => void pause()}>
        {t('confirmPause')}
      </Button>
    </Sheet>
  );
}
