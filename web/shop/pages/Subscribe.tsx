import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import type { Product } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { useSettled } from '../../kit/settled.ts';
import { wrongAt } from '../../kit/text/refusals.ts';
import { ProductPicture } from '../../kit/ui/Bottle.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { DayField } from '../../kit/ui/DayField.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { Cost } from '../standing/Cost.tsx';
import { TermsFields } from '../standing/TermsFields.tsx';
import { askedOf, isByWeekday, missingIn, type Terms } from '../standing/terms.ts';

/** A product that comes by itself: how many, on which days, from when, and what the month will cost. */
export default function Subscribe({ productId }: { productId: string }) {
  const t = useTranslations('subscribe');
  const product = useDoor('GET /product/details', { productId });
  const profile = useDoor('GET /user/profile', {});
  return (
    <>
      <PageHead title={t('title')} />
      <Await query={product}>
        {(one) => (
          <Await query={profile}>
            {({ address }) => <SubscribeForm product={one} home={address ?? { line1: '' }} />}
          </Await>
        )}
      </Await>
    </>
  );
}

function SubscribeForm({ product, home }: { product: Product; home: Terms['address'] }) {
  const t = useTranslations('subscribe');
  const { money, today, day: dayText } = useFormats();
  const { slots, bookAheadDays } = useDairy();
  const { say } = useToasts();
  const [, go] = useLocation();
  const { productId, name } = product;
  const [terms, setTerms] = useState<Terms>({
    items: [{ productId, name, qty: 1 }],
    schedule: { type: 'DAILY' },
    slot: slots[0]?.slotId ?? '',
    address: home,
    paymentMethod: 'WALLET',
  });
  const [startDate, setStart] = useState(addDays(today(), 1));
  const subscribe = useChange('POST /order/subscribe', {
    stale: ['GET /order/calendar', 'GET /order/subscriptions', 'GET /order/receipts'],
  });
  const isComplete = missingIn(terms) === undefined;
  const settled = useSettled({ asked: { ...askedOf(terms), startDate }, isComplete });
  const preview = useDoor('POST /order/subscribe/preview', settled.asked, {
    when: settled.isComplete,
    keep: true,
  });
  const submit = () =>
    subscribe.change(
      { ...askedOf(terms), startDate },
      {
        done: ({ nextDelivery, receipt }) => {
          say(t('begun', { day: dayText(nextDelivery ?? startDate), amount: money(receipt.monthAfter) }));
          go('/days');
        },
      },
    );
  const each = isByWeekday(terms) ? product.price : product.price * (terms.items[0]?.qty ?? 1);
  return (
    <form
      className="grid items-start gap-5 lg:grid-cols-[18rem_1fr]"
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) submit();
      }}
    >
      <aside className="card grid content-start gap-3 p-4 lg:sticky lg:top-24">
        <ProductPicture product={product} className="h-44" />
        <p className="font-display text-2xl font-bold">{name}</p>
        <p className="text-soft">{product.unit}</p>
        {terms.items.length === 1 && <p className="figures">{t('each', { amount: money(each) })}</p>}
        <p className="text-soft">{t('promise')}</p>
      </aside>
      <div className="card grid min-w-0 gap-5 p-4">
        <TermsFields
          terms={terms}
          onChange={setTerms}
          wrongAddress={wrongAt(subscribe.refusal, '/address')}
        />
        <DayField
          label={t('start')}
          value={startDate}
          min={today()}
          max={addDays(today(), bookAheadDays)}
          onChange={setStart}
        />
        {isComplete && <Cost query={preview} begins />}
        {subscribe.refusal && <Failure error={subscribe.refusal} />}
        <Button kind="primary" size="large" type="submit" wide busy={subscribe.busy} disabled={!isComplete}>
          {t('begin')}
        </Button>
      </div>
    </form>
  );
}
