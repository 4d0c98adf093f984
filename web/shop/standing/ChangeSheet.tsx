import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { useSettled } from '../../kit/settled.ts';
import { wrongAt } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { DayField } from '../../kit/ui/DayField.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { stale } from '../days/calendar.ts';
import { Cost } from './Cost.tsx';
import { TermsFields } from './TermsFields.tsx';
import { changesOf, missingIn, type Terms } from './terms.ts';

/** Other quantities, days, products, place or payment of a standing order, with what that costs before it is confirmed. */
export function ChangeSheet({ subscription, close }: { subscription: Subscription; close: () => void }) {
  const t = useTranslations('days');
  const { day, money, today } = useFormats();
  const { bookAheadDays } = useDairy();
  const { say } = useToasts();
  const { subscriptionId } = subscription;
  const [before] = useState(() => termsOf(subscription));
  const [terms, setTerms] = useState(before);
  const [from, setFrom] = useState('');
  const change = useChange('PATCH /order/subscription', { stale });
  const changes = changesOf(before, terms);
  const isComplete = Object.keys(changes).length > 0 && missingIn(terms) === undefined;
  const asked = {
    subscriptionId,
    action: 'CHANGE' as const,
    ...(from ? { from } : {}),
    ...changes,
  };
  const settled = useSettled({ asked, isComplete });
  const preview = useDoor('POST /order/subscription/preview', settled.asked, {
    when: settled.isComplete,
    keep: true,
  });
  const confirm = () =>
    change.change(asked, {
      done: ({ receipt }) => {
        say(
          t('changed', {
            day: day(receipt.firstDayAffected),
            amount: money(receipt.monthAfter),
          }),
        );
        close();
      },
    });
  return (
    <Sheet title={t('changeTitle')} open onClose={close} wide>
      <TermsFields terms={terms} onChange={setTerms} wrongAddress={wrongAt(change.refusal, '/address')} />
      <DayField
        label={t('changeFrom')}
        hint={t('changeFromHint')}
        value={from}
        min={today()}
        max={addDays(today(), bookAheadDays)}
        onChange={setFrom}
      />
      {isComplete && <Cost query={preview} />}
      {change.refusal && <Failure error={change.refusal} />}
      <Button kind="primary" size="large" wide disabled={!isComplete} busy={change.busy} onClick={confirm}>
        {t('confirmChange')}
      </Button>
    </Sheet>
  );
}

function termsOf({ items, schedule, slot, address, paymentMethod }: Subscription): Terms {
  return { items, schedule, slot, address: address ?? { line1: '' }, paymentMethod };
}
