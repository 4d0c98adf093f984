import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { askFile } from '../../kit/api/client.ts';
import { useChange, useDoor, useDoorPages } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { saveFile } from '../../kit/files.ts';
import { useFormats } from '../../kit/formats.ts';
import { useMovementText } from '../../kit/text/movements.ts';
import { useRefusalText, wrongAt } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Choices, TextField } from '../../kit/ui/Field.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Empty, Failure, Skeleton } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

/** The prepaid balance: what is there, what is set aside, what moved. */
export default function Money() {
  const t = useTranslations('money');
  const { money, today, month } = useFormats();
  const wallet = useDoor('GET /payment/wallet', {}, { staleMs: 0, everyMs: 20_000 });
  const { say } = useToasts();
  const text = useRefusalText();
  const statement = async () => {
    try {
      const of = today().slice(0, 7);
      saveFile(await askFile('GET /payment/statement', { month: of, format: 'pdf' }), `statement-${of}.pdf`);
    } catch (error) {
      say(text(error), { bad: true });
    }
  };
  return (
    <>
      <PageHead title={t('title')}>
        <Button onClick={() => void statement()}>{t('statement', { month: month(today()) })}</Button>
      </PageHead>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Await query={wallet}>
          {({ available, deferred, owed, deposits, promo }) => (
            <section className="card grid gap-4 p-5">
              <p>
                <span className="figures block font-display text-5xl font-extrabold text-float">
                  {money(available)}
                </span>
                <span className="text-soft">{t('available')}</span>
              </p>
              <dl className="grid gap-1">
                <Figure label={t('deferred')} amount={money(deferred)} />
                {deposits > 0 && <Figure label={t('deposits')} amount={money(deposits)} />}
                {promo > 0 && <Figure label={t('promo')} amount={money(promo)} />}
              </dl>
              {owed > 0 && <p className="font-semibold text-berry">{t('owed', { amount: money(owed) })}</p>}
              <TopUp />
            </section>
          )}
        </Await>
        <Movements />
      </div>
    </>
  );
}

function Figure({ label, amount }: { label: string; amount: string }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-soft">{label}</dt>
      <dd className="figures font-semibold">{amount}</dd>
    </div>
  );
}

const amounts = [200, 500, 1_000, 2_000];

function TopUp() {
  const t = useTranslations('money');
  const basket = useTranslations('basket');
  const { money } = useFormats();
  const { cards } = useDairy();
  const { say } = useToasts();
  const [amount, setAmount] = useState('500');
  const [method, setMethod] = useState<'UPI' | 'CARD'>('UPI');
  const topUp = useChange('POST /payment/topup', { stale: ['GET /payment/wallet', 'GET /payment/ledger'] });
  if (cards.provider !== 'SANDBOX') return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    topUp.change(
      { amount: Number(amount), paymentMethod: method },
      {
        done: ({ status }) => {
          if (status === 'SUCCESS') say(t('paidIn', { amount: money(Number(amount)) }));
          else say(t(status === 'PENDING' ? 'pending' : 'declined'), { bad: status === 'FAILED' });
        },
      },
    );
  };
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
      <p className="text-sm text-soft">{basket('sandbox')}</p>
      {topUp.refusal && <Failure error={topUp.refusal} />}
      <Button kind="primary" size="large" type="submit" busy={topUp.busy} wide>
        {t('topUp')}
      </Button>
    </form>
  );
}

function Movements() {
  const t = useTranslations('money');
  const kit = useTranslations('kit');
  const { money, moment } = useFormats();
  const pages = useDoorPages('GET /payment/ledger', { limit: 20 });
  const kindOf = useMovementText();
  if (pages.error) return <Failure error={pages.error} retry={() => void pages.refetch()} />;
  if (!pages.data) return <Skeleton lines={6} className="h-12" />;
  const rows = pages.data.pages.flatMap((page) => page.rows);
  if (rows.length === 0) return <Empty title={t('none')} />;
  return (
    <section className="card p-4">
      <h2 className="mb-2 text-xl">{t('movements')}</h2>
      <ul className="divide-y divide-line">
        {rows.map(({ movementId, at, kind, wallet }) => (
          <li key={movementId} className="flex items-center justify-between gap-3 py-2.5">
            <span>
              <span className="block font-semibold">{kindOf(kind)}</span>
              <span className="text-sm text-soft">{moment(at)}</span>
            </span>
            <span className={`figures font-semibold ${wallet > 0 ? 'text-meadow' : ''}`}>
              {wallet > 0 ? '+' : ''}
              {wallet === 0 ? '' : money(wallet)}
            </span>
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button wide busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {kit('loadMore')}
        </Button>
      )}
    </section>
  );
}
