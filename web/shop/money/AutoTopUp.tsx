import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { AutoTopUp as Setting } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { wrongAt } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Checkbox, TextField } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { Await, Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

/** The balance fills up by itself, from a card or UPI account that a top-up kept. */
export function AutoTopUp() {
  const t = useTranslations('autoTopUp');
  const setting = useDoor('GET /payment/auto-topup', {});
  return (
    <Card title={t('title')}>
      <Await query={setting}>{(one) => <AutoTopUpForm key={JSON.stringify(one)} setting={one} />}</Await>
    </Card>
  );
}

function AutoTopUpForm({ setting }: { setting: Setting }) {
  const t = useTranslations('autoTopUp');
  const { day, moment } = useFormats();
  const { say } = useToasts();
  const { method, status, dueDay, debitAt } = setting;
  const [enabled, setEnabled] = useState(setting.enabled);
  const [amount, setAmount] = useState(String(setting.amount ?? 500));
  const [days, setDays] = useState(String(setting.days));
  const save = useChange('PATCH /payment/auto-topup', { stale: ['GET /payment/auto-topup'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.change(
      { enabled, amount: Number(amount), days: Number(days) },
      { done: (after) => say(t(after.enabled ? 'isOn' : 'isOff')) },
    );
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <p className="text-soft">{method ? t('from', { method }) : t('noMethod')}</p>
      {status !== 'IDLE' && (
        <p role="status" className="font-semibold">
          {t(`status.${status}`, {
            day: dueDay ? day(dueDay) : '',
            time: debitAt ? moment(debitAt) : '',
          })}
        </p>
      )}
      <Checkbox
        label={t('enabled')}
        checked={enabled}
        disabled={!method && !setting.enabled}
        onChange={(event) => setEnabled(event.target.checked)}
      />
      {(enabled || setting.enabled) && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t('amount')}
            type="number"
            min="1"
            step="0.01"
            required
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
            error={wrongAt(save.refusal, '/amount')}
          />
          <TextField
            label={t('days')}
            type="number"
            min="1"
            max="30"
            required
            value={days}
            onChange={(event) => setDays(event.target.value)}
            error={wrongAt(save.refusal, '/days')}
          />
        </div>
      )}
      {save.refusal && <Failure error={save.refusal} />}
      {(enabled || setting.enabled) && (
        <Button type="submit" busy={save.busy}>
          {t('save')}
        </Button>
      )}
    </form>
  );
}
