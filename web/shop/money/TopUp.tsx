import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import { wrongAt } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Checkbox, Choices, TextField } from '../../kit/ui/Field.tsx';
import { Failure, Skeleton } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { moneyStale } from './stale.ts';

const CardForm = lazy(() => import('./CardForm.tsx'));
const amounts = [200, 500, 1_000, 2_000];

/** Pays into the balance, by card or UPI; the card itself is given to its provider only. */
export function TopUp() {
  const t = useTranslations('money');
  const basket = useTranslations('basket');
  const { money } = useFormats();
  const { cards } = useDairy();
  const { say } = useToasts();
  const [amount, setAmount] = useState('500');
  const [method, setMethod] = useState<'UPI' | 'CARD'>('UPI');
  const [save, setSave] = useState(false);
  const [clientSecret, setSecret] = useState<string>();
  const topUp = useChange('POST /payment/topup', { stale: moneyStale });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    topUp.change(
      { amount: Number(amount), paymentMethod: method, ...(save ? { save } : {}) },
      {
        done: (answer) => {
          if (answer.clientSecret && cards.provider === 'STRIPE') return setSecret(answer.clientSecret);
          if (answer.status === 'SUCCESS') say(t('paidIn', { amount: money(Number(amount)) }));
          else
            say(t(answer.status === 'PENDING' ? 'pending' : 'declined'), { bad: answer.status === 'FAILED' });
        },
      },
    );
  };
  if (clientSecret) {
    return (
      <Suspense fallback={<Skeleton lines={4} className="h-12" />}>
        <CardForm
          clientSecret={clientSecret}
          amount={Number(amount)}
          done={() => {
            setSecret(undefined);
            say(t('pending'));
          }}
          cancel={() => setSecret(undefined)}
        />
      </Suspense>
    );
  }
  return (
    <form onSubmit={submit} className="grid gap-3 border-t border-line pt-4">
      <div className="flex flex-wrap gap-2">
        {amounts.map((one) => (
          <Button
            key={one}
            size="small"
            aria-pressed={amount === String(one)}
            onClick={() => setAmount(String(one))}
          >
            {money(one)}
          </Button>
        ))}
      </div>
      <TextField
        label={t('amount')}
        type="number"
        inputMode="decimal"
        min="1"
        step="0.01"
        required
        value={amount}
        onChange={(event) => setAmount(event.target.value)}
        error={wrongAt(topUp.refusal, '/amount')}
      />
      <Choices<'UPI' | 'CARD'>
        label={t('method')}
        columns="grid-cols-2"
        value={method}
        onChange={setMethod}
        choices={[
          { value: 'UPI', label: basket('UPI') },
          { value: 'CARD', label: basket('CARD') },
        ]}
      />
      <Checkbox
        label={t('save')}
        hint={t('saveHint')}
        checked={save}
        onChange={(event) => setSave(event.target.checked)}
      />
      {cards.provider === 'SANDBOX' && <p className="text-sm text-soft">{basket('sandbox')}</p>}
      {topUp.refusal && <Failure error={topUp.refusal} />}
      <Button kind="primary" size="large" type="submit" busy={topUp.busy} wide>
        {t('topUp')}
      </Button>
    </form>
  );
}
