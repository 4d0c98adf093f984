import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { useSettled } from '../../kit/settled.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { DayField } from '../../kit/ui/DayField.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { stale } from '../days/calendar.ts';
import { Cost } from './Cost.tsx';
import { itemsText } from './words.ts';

/** Ends a standing order from a day on. That cannot be taken back: it shows first what it does. */
export function EndSheet({ subscription, close }: { subscription: Subscription; close: () => void }) {
  const t = useTranslations('days');
  const { day, today } = useFormats();
  const { say } = useToasts();
  const [from, setFrom] = useState('');
  const change = useChange('PATCH /order/subscription', { stale });
  const { subscriptionId, items } = subscription;
  const asked = { subscriptionId, action: 'CANCEL' as const, ...(from ? { from } : {}) };
  const preview = useDoor('POST /order/subscription/preview', useSettled(asked), { keep: true });
  const confirm = () =>
    change.change(asked, {
      done: ({ receipt }) => {
        say(t('ended', { day: day(receipt.firstDayAffected) }));
        close();
      },
    });
  return (
    <Sheet title={t('endTitle')} open onClose={close}>
      <p className="font-semibold">{itemsText(items)}</p>
      <DayField
        label={t('endFrom')}
        hint={t('changeFromHint')}
        value={from}
        min={today()}
        onChange={setFrom}
      />
      <Cost query={preview} />
      {change.refusal && <Failure error={change.refusal} />}
      <Button kind="danger" size="large" wide busy={change.busy} onClick={confirm}>
        {t('confirmEnd')}
      </Button>
    </Sheet>
  );
}
