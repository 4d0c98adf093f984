import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import { Refusal } from '../../kit/api/client.ts';
import type { Cart, Profile } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { useSettled } from '../../kit/settled.ts';
import { useRefusalText, wrongAt } from '../../kit/text/refusals.ts';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { Button, LinkButton } from '../../kit/ui/Button.tsx';
import { DayField } from '../../kit/ui/DayField.tsx';
import { Choices, Select, Stepper } from '../../kit/ui/Field.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Empty, Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { addressesOf, isSame } from '../account/addresses.ts';
import { type Method, useMethods } from '../money/methods.ts';
import { filled } from '../standing/terms.ts';

/** What is in the basket, and below it where, when and how it is paid. */
export default function Basket() {
  const t = useTranslations('basket');
  const cart = useDoor('GET /cart/view', {}, { staleMs: 0 });
  return (
    <>
      <PageHead title={t('title')} />
      <Await query={cart}>
        {(some) =>
          some.items.length === 0 ? (
            <Empty title={t('empty')}>
              {t('emptyText')}
              <LinkButton to="/" kind="primary">
                {t('toShop')}
              </LinkButton>
            </Empty>
          ) : (
            <div className="grid items-start gap-5 lg:grid-cols-2">
              <Lines cart={some} />
              <Checkout cart={some} />
            </div>
          )
        }
      </Await>
    </>
  );
}

function Lines({ cart }: { cart: Cart }) {
  const t = useTranslations('basket');
  const { money } = useFormats();
  const set = useChange('PATCH /cart/item', { stale: ['GET /cart/view'] });
  return (
    <section className="card p-4">
      <ul className="divide-y divide-line">
        {cart.items.map(({ productId, name = productId, qty, amount, flag, available = 0 }) => (
          <li key={productId} className="grid grid-cols-[1fr_auto] items-center gap-2 py-3">
            <div>
              <p className="font-semibold">{name}</p>
              <p className="figures text-soft">{amount === undefined ? '' : money(amount)}</p>
              {flag && (
                <p className="text-sm font-semibold text-berry">
                  {flag === 'GONE' ? t('gone') : t('short', { available })}
                </p>
              )}
            </div>
            <Stepper label={name} value={qty} onChange={(next) => set.change({ productId, qty: next })} />
          </li>
        ))}
      </ul>
      {set.refusal && <Failure error={set.refusal} />}
      <p className="figures flex justify-between border-t border-line pt-3 text-xl font-bold">
        <span>{t('total')}</span>
        <span>{money(cart.totalAmount)}</span>
      </p>
    </section>
  );
}

const empty: Address = { line1: '' };
/** So few places are told of. */
const FEW = 5;

function Checkout({ cart }: { cart: Cart }) {
  const t = useTranslations('basket');
  const { money, hours, today, moment } = useFormats();
  const { cards, bookAheadDays, slots: windows } = useDairy();
  const { say } = useToasts();
  const text = useRefusalText();
  const [, go] = useLocation();
  const profile = useDoor('GET /user/profile', {});
  const wallet = useDoor('GET /payment/wallet', {});
  const [own, setAddress] = useState<Address>();
  const address = own ?? profile.data?.address ?? empty;
  const [day, setDay] = useState(addDays(today(), 1));
  const pincode = useSettled(address.pincode?.trim());
  const isWhole = pincode !== undefined && /^[A-Za-z0-9 -]{3,10}$/.test(pincode);
  const slots = useDoor('GET /order/slots', { date: day, ...(isWhole ? { pincode } : {}) });
  const [chosen, setSlot] = useState<string>();
  const slot = slots.data?.find(({ slotId }) => slotId === chosen) ?? slots.data?.[0];
  const methods = useMethods(wallet.data?.available, cart.totalAmount);
  const isCovered = !methods.some(({ value, disabled }) => value === 'WALLET' && disabled);
  const [wanted, setMethod] = useState<Method>();
  const method = wanted ?? (isCovered ? 'WALLET' : 'COD');
  const order = useChange('POST /order/create', {
    stale: ['GET /cart/view', 'GET /order/list', 'GET /order/calendar'],
  });
  const pay = useChange('POST /payment/pay', { stale: ['GET /payment/wallet', 'GET /order/list'] });

  const roomText = (left: number | null, time: string) => {
    if (left === 0) return t('full');
    return left !== null && left <= FEW ? t('fewLeft', { n: left, time }) : t('until', { time });
  };
  const submit = async () => {
    if (!slot) return;
    const asked = {
      deliverySlot: slot.startsAt,
      address: filled(address),
      totalAmount: cart.totalAmount,
      paymentMethod: method,
    };
    try {
      const { orderId, due, amount } = await order.changeNow(asked);
      // Stripe's form is on the order's page, where it can also be come back to.
      if (cards.provider === 'STRIPE' && (method === 'CARD' || method === 'UPI')) {
        return go(`/orders/${orderId}?pay=${method}`);
      }
      try {
        await pay.changeNow({ orderId, amount: due ?? amount, paymentMethod: method });
        say(t('ordered'));
      } catch (error) {
        // The order stands, and its page says that it is not paid yet.
        say(text(error), { bad: true });
      }
      go(`/orders/${orderId}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  };

  return (
    <form
      className="card grid gap-5 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <section className="grid gap-2">
        <h2 className="text-xl">{t('where')}</h2>
        {profile.data && addressesOf(profile.data).length > 1 && (
          <SavedAddress profile={profile.data} address={address} choose={setAddress} />
        )}
        <AddressFields address={address} onChange={setAddress} error={wrongAt(order.refusal, '/address')} />
      </section>
      <section className="grid gap-3">
        <h2 className="text-xl">{t('when')}</h2>
        <DayField
          label={t('day')}
          value={day}
          min={today()}
          max={addDays(today(), bookAheadDays)}
          onChange={setDay}
        />
        <Await query={slots}>
          {(some) =>
            some.length === 0 ? (
              <p role="status">{t('noSlots')}</p>
            ) : (
              <Choices
                label={t('when')}
                columns="grid-cols-2"
                value={slot?.slotId}
                onChange={setSlot}
                choices={some.map(({ slotId, cutoffAt, capacityLeft }) => {
                  const window = windows.find((one) => one.slotId === slotId);
                  return {
                    value: slotId,
                    label: window ? hours(window.from, window.to) : slotId,
                    hint: roomText(capacityLeft, moment(cutoffAt)),
                    disabled: capacityLeft === 0,
                  };
                })}
              />
            )
          }
        </Await>
      </section>
      <Choices<Method> label={t('pay')} value={method} onChange={setMethod} choices={methods} />
      {order.refusal && <Failure error={order.refusal} />}
      <Button kind="primary" size="large" type="submit" wide busy={order.busy || pay.busy} disabled={!slot}>
        {t('order', { amount: money(cart.totalAmount) })}
      </Button>
    </form>
  );
}

/** One of the addresses that a household keeps. */
function SavedAddress({
  profile,
  address,
  choose,
}: {
  profile: Profile;
  address: Address;
  choose: (address: Address) => void;
}) {
  const t = useTranslations('basket');
  const all = addressesOf(profile);
  return (
    <Select
      label={t('saved')}
      value={String(all.findIndex((one) => isSame(one, address)))}
      onChange={(event) => choose(all[Number(event.target.value)] ?? empty)}
      options={[
        ...all.map(({ line1 }, i) => ({ value: String(i), label: line1 })),
        { value: '-1', label: t('another') },
      ]}
    />
  );
}
