import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSearch } from 'wouter';
import type { Track } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Choices } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { Failure, Skeleton } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { type Method, useMethods } from './methods.ts';
import { moneyStale } from './stale.ts';

const CardForm = lazy(() => import('./CardForm.tsx'));

/** Charges that Stripe waits for, by order and method: who closes its form finds the same one again. */
const begun = new Map<string, string>();

/** An order that is not paid yet, and the ways to pay it. */
export function PayOrder({ order: { orderId, due } }: { order: Track }) {
  const t = useTranslations('money');
  const basket = useTranslations('basket');
  const { money } = useFormats();
  const { cards } = useDairy();
  const { say } = useToasts();
  const wallet = useDoor('GET /payment/wallet', {});
  const methods = useMethods(wallet.data?.available, due);
  const asked = new URLSearchParams(useSearch()).get('pay');
  const [wanted, setMethod] = useState<Method | undefined>(
    asked === 'CARD' || asked === 'UPI' ? asked : undefined,
  );
  const method = wanted ?? methods.find(({ disabled }) => !disabled)?.value;
  const [isOpen, setOpen] = useState(false);
  const pay = useChange('POST /payment/pay', {
    stale: [...moneyStale, 'GET /order/track', 'GET /order/list'],
  });
  const key = `${orderId} ${method}`;
  const secret = begun.get(key);
  const submit = () => {
    if (!method) return;
    if (secret) return setOpen(true);
    pay.change(
      { orderId, amount: due, paymentMethod: method },
      {
        done: ({ status, clientSecret }) => {
          if (clientSecret && cards.provider === 'STRIPE') {
            begun.set(key, clientSecret);
            setOpen(true);
          } else if (status === 'FAILED') say(t('declined'), { bad: true });
          else say(status === 'PENDING' ? t('pendingOrder') : basket('ordered'));
        },
      },
    );
  };
  return (
    <Card title={t('payTitle', { amount: money(due) })}>
      {isOpen && secret ? (
        <Suspense fallback={<Skeleton lines={4} className="h-12" />}>
          <CardForm
            clientSecret={secret}
            amount={due}
            done={() => {
              setOpen(false);
              say(t('pendingOrder'));
            }}
            cancel={() => setOpen(false)}
          />
        </Suspense>
      ) : (
        <>
          <Choices label={basket('pay')} value={method} onChange={setMethod} choices={methods} />
          {pay.refusal && <Failure error={pay.refusal} />}
          <Button kind="primary" size="large" wide busy={pay.busy} disabled={!method} onClick={submit}>
            {t('payNow', { amount: money(due) })}
          </Button>
        </>
      )}
    </Card>
  );
}
