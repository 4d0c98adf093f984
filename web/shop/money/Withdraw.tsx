import { useTranslations } from 'use-intl';
import { useFormats } from '../../kit/formats.ts';
import { TextField } from '../../kit/ui/Field.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { moneyStale } from './stale.ts';

/** Takes unused balance back: to the cards and accounts it came from, else to the bank by the desk. */
export function Withdraw({ available }: { available: number }) {
  const t = useTranslations('money');
  const { money } = useFormats();
  const { say } = useToasts();
  return (
    <details className="card p-4">
      <summary className="font-display text-xl font-bold">{t('withdraw')}</summary>
      <p className="my-3 text-soft">{t('withdrawText')}</p>
      <DoorForm
        door="POST /payment/withdraw"
        stale={moneyStale}
        submit={t('withdraw')}
        input={({ number }) => ({ amount: number('amount') })}
        done={({ amount }) => say(t('withdrawn', { amount: money(amount) }))}
      >
        {(wrong) => (
          <TextField
            label={t('amount')}
            name="amount"
            type="number"
            inputMode="decimal"
            min="0.01"
            max={available}
            step="0.01"
            defaultValue={available}
            required
            error={wrong('/amount')}
          />
        )}
      </DoorForm>
    </details>
  );
}
