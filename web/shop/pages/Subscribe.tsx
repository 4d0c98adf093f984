import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import type { Input } from '../../kit/api/client.ts';
import type { Product } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { addDays, useFormats, type Weekday, weekdays } from '../../kit/formats.ts';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { ProductPicture } from '../../kit/ui/Bottle.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { Choices, Stepper, TextField } from '../../kit/ui/Field.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

type Pattern = 'DAILY' | 'ALTERNATE_DAYS' | 'WEEKDAYS';
type Schedule = Input<'POST /order/subscribe'>['schedule'];

/** One product that comes by itself: how many, on which days, from when. */
export default function Subscribe({ productId }: { productId: string }) {
  const t = useTranslations('subscribe');
  const product = useDoor('GET /product/details', { productId });
  return (
    <>
      <PageHead title={t('title')} />
      <Await query={product}>{(one) => <SubscribeForm product={one} />}</Await>
    </>
  );
}

function SubscribeForm({ product }: { product: Product }) {
  const t = useTranslations('subscribe');
  const { money, weekday, today, hours, day: dayText } = useFormats();
  const { slots, bookAheadDays } = useDairy();
  const { say } = useToasts();
  const [, go] = useLocation();
  const profile = useDoor('GET /user/profile', {});
  const [qty, setQty] = useState(1);
  const [pattern, setPattern] = useState<Pattern>('DAILY');
  const [some, setSome] = useState<Partial<Record<Weekday, number>>>({ MON: 1, WED: 1, FRI: 1 });
  const [startDate, setStart] = useState(addDays(today(), 1));
  const [slot, setSlot] = useState(slots[0]?.slotId ?? '');
  const [paymentMethod, setMethod] = useState<'WALLET' | 'COD'>('WALLET');
  const [own, setAddress] = useState<Address>();
  const address = own ?? profile.data?.address ?? { line1: '' };
  const subscribe = useChange('POST /order/subscribe', {
    stale: ['GET /order/calendar', 'GET /order/subscriptions'],
  });
  const chosen = weekdays.filter((one) => (some[one] ?? 0) > 0);
  const isComplete = pattern !== 'WEEKDAYS' || chosen.length > 0;

  const submit = () => {
    const schedule: Schedule =
      pattern === 'WEEKDAYS' ? { type: 'WEEKDAYS', days: chosen } : { type: pattern };
    const item =
      pattern === 'WEEKDAYS'
        ? {
            productId: product.productId,
            qty: Math.max(1, ...chosen.map((one) => some[one] ?? 1)),
            qtyByWeekday: pick(some, chosen),
          }
        : { productId: product.productId, qty };
    subscribe.change(
      { items: [item], schedule, startDate, slot, address, paymentMethod },
      {
        done: ({ nextDelivery, receipt }) => {
          const day = nextDelivery ? dayText(nextDelivery) : dayText(startDate);
          say(t('begun', { day, amount: money(receipt?.monthAfter ?? 0) }));
          go('/days');
        },
      },
    );
  };

  return (
    <form
      className="grid gap-5 lg:grid-cols-[18rem_1fr]"
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete) submit();
      }}
    >
      <aside className="card grid content-start gap-3 p-4">
        <ProductPicture product={product} className="h-44" />
        <p className="font-display text-2xl font-bold">{product.name}</p>
        <p className="text-soft">{product.unit}</p>
        <p className="figures">
          {t('each', { amount: money(product.price * (pattern === 'WEEKDAYS' ? 1 : qty)) })}
        </p>
        <p className="text-soft">{t('promise')}</p>
      </aside>
      <div className="card grid gap-5 p-4">
        <Choices<Pattern>
          label={t('pattern')}
          columns="sm:grid-cols-3"
          value={pattern}
          onChange={setPattern}
          choices={[
            { value: 'DAILY', label: t('DAILY') },
            { value: 'ALTERNATE_DAYS', label: t('ALTERNATE_DAYS') },
            { value: 'WEEKDAYS', label: t('WEEKDAYS') },
          ]}
        />
        {pattern === 'WEEKDAYS' ? (
          <fieldset className="grid gap-2">
            <legend className="font-semibold">{t('howMany', { name: product.name })}</legend>
            <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
              {weekdays.map((one) => (
                <div key={one} className="grid justify-items-start gap-1">
                  <span aria-hidden="true">{weekday(one)}</span>
                  <Stepper
                    label={weekday(one, true)}
                    value={some[one] ?? 0}
                    onChange={(next) => setSome({ ...some, [one]: next })}
                  />
                </div>
              ))}
            </div>
            {!isComplete && <p className="font-semibold text-berry">{t('chooseDay')}</p>}
          </fieldset>
        ) : (
          <div className="flex flex-wrap items-center gap-3">
            <span className="font-semibold">{t('howMany', { name: product.name })}</span>
            <Stepper
              label={t('howMany', { name: product.name })}
              value={qty}
              min={1}
              onChange={setQty}
              size="large"
            />
          </div>
        )}
        <TextField
          label={t('start')}
          type="date"
          value={startDate}
          min={today()}
          max={addDays(today(), bookAheadDays)}
          required
          onChange={(event) => event.target.value && setStart(event.target.value)}
        />
        <Choices
          label={t('slot')}
          columns="grid-cols-2"
          value={slot}
          onChange={setSlot}
          choices={slots.map(({ slotId, from, to }) => ({ value: slotId, label: hours(from, to) }))}
        />
        <AddressFields address={address} onChange={setAddress} />
        <Choices<'WALLET' | 'COD'>
          label={t('payWith')}
          columns="sm:grid-cols-2"
          value={paymentMethod}
          onChange={setMethod}
          choices={[
            { value: 'WALLET', label: t('WALLET') },
            { value: 'COD', label: t('COD') },
          ]}
        />
        {subscribe.refusal && <Failure error={subscribe.refusal} />}
        <Button kind="primary" size="large" type="submit" wide busy={subscribe.busy}>
          {t('begin')}
        </Button>
      </div>
    </form>
  );
}

function pick(some: Partial<Record<Weekday, number>>, chosen: readonly Weekday[]) {
  return Object.fromEntries(chosen.map((one) => [one, some[one] ?? 1])) as Partial<Record<Weekday, number>>;
}
