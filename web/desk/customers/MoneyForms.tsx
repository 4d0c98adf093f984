import { useTranslations } from 'use-intl';
import { useFormats } from '../../kit/formats.ts';
import { Select, TextField } from '../../kit/ui/Field.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { staleHousehold } from './stale.ts';

export type MoneyDeed = 'TOP_UP' | 'PROMO' | 'ACCOUNT' | 'WRITE_OFF';
interface Props {
  userId: string;
  done: () => void;
}
const amountField = {
  name: 'amount',
  type: 'number',
  inputMode: 'decimal',
  step: '0.01',
  min: '0.01',
  required: true,
} as const;

/** What the desk does with a household's money. */
export function CustomerMoney({ deed, ...props }: Props & { deed: MoneyDeed }) {
  switch (deed) {
    case 'TOP_UP':
      return <TopUp {...props} />;
    case 'PROMO':
      return <Promo {...props} />;
    case 'ACCOUNT':
      return <Account {...props} />;
    case 'WRITE_OFF':
      return <WriteOff {...props} />;
  }
}

function TopUp({ userId, done }: Props) {
  const t = useTranslations('customer');
  const { money } = useFormats();
  const { say } = useToasts();
  return (
    <DoorForm
      door="POST /payment/topup"
      stale={staleHousehold}
      submit={t('deeds.TOP_UP')}
      input={(fields) => ({
        userId,
        amount: fields.number('amount'),
        paymentMethod: fields.text('method') as 'CASH' | 'BANK',
      })}
      done={(_, { amount }) => {
        say(t('toppedUp', { amount: money(amount) }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <TextField label={t('amount')} {...amountField} error={wrong('/amount')} />
          <Select
            label={t('how')}
            name="method"
            error={wrong('/paymentMethod')}
            options={[
              { value: 'CASH', label: t('cash') },
              { value: 'BANK', label: t('bank') },
            ]}
          />
        </>
      )}
    </DoorForm>
  );
}

function Promo({ userId, done }: Props) {
  const t = useTranslations('customer');
  const { money } = useFormats();
  const { say } = useToasts();
  return (
    <DoorForm
      door="POST /admin/promo"
      stale={staleHousehold}
      submit={t('deeds.PROMO')}
      input={(fields) => ({
        userId,
        amount: fields.number('amount'),
        reason: fields.text('reason'),
        expiresOn: fields.maybe('expiresOn'),
      })}
      done={({ amount }) => {
        say(t('promoGiven', { amount: money(amount) }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <p className="text-soft">{t('promoText')}</p>
          <TextField label={t('amount')} {...amountField} error={wrong('/amount')} />
          <TextField label={t('reason')} name="reason" required maxLength={200} error={wrong('/reason')} />
          <TextField
            label={t('expiresOn')}
            name="expiresOn"
            type="date"
            required={false}
            error={wrong('/expiresOn')}
          />
        </>
      )}
    </DoorForm>
  );
}

function Account({ userId, done }: Props) {
  const t = useTranslations('customer');
  const { money } = useFormats();
  const { say } = useToasts();
  return (
    <DoorForm
      door="PATCH /admin/account"
      stale={staleHousehold}
      input={(fields) => ({
        userId,
        creditLimit: fields.maybeNumber('creditLimit') ?? null,
        billing: fields.text('billing') as 'WEEKLY' | 'MONTHLY',
        dueDays: fields.maybeNumber('dueDays'),
      })}
      done={({ creditLimit }) => {
        say(creditLimit === null ? t('accountEnded') : t('accountGiven', { amount: money(creditLimit) }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <p className="text-soft">{t('accountText')}</p>
          <TextField
            label={t('creditLimit')}
            hint={t('creditLimitHint')}
            name="creditLimit"
            type="number"
            inputMode="decimal"
            step="0.01"
            min="0"
            required={false}
            error={wrong('/creditLimit')}
          />
          <Select
            label={t('billing')}
            name="billing"
            options={[
              { value: 'MONTHLY', label: t('MONTHLY') },
              { value: 'WEEKLY', label: t('WEEKLY') },
            ]}
          />
          <TextField
            label={t('dueDays')}
            name="dueDays"
            type="number"
            min="0"
            max="90"
            required={false}
            error={wrong('/dueDays')}
          />
        </>
      )}
    </DoorForm>
  );
}

function WriteOff({ userId, done }: Props) {
  const t = useTranslations('customer');
  const { money } = useFormats();
  const { say } = useToasts();
  return (
    <DoorForm
      door="POST /payment/write-off"
      stale={staleHousehold}
      kind="danger"
      submit={t('deeds.WRITE_OFF')}
      input={(fields) => ({ userId, amount: fields.number('amount'), reason: fields.text('reason') })}
      done={({ amount, owed }) => {
        say(t('writtenOff', { amount: money(amount), owed: money(owed) }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <TextField label={t('amount')} {...amountField} error={wrong('/amount')} />
          <TextField label={t('reason')} name="reason" required maxLength={200} error={wrong('/reason')} />
        </>
      )}
    </DoorForm>
  );
}
