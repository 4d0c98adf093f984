import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import { useChange, useDoor, useDoorAll } from '../../kit/api/hooks.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { DayField } from '../../kit/ui/DayField.tsx';
import { Choices } from '../../kit/ui/Field.tsx';
import { Await, Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { chosenOf, Lines, type Quantities } from './Lines.tsx';
import { staleHousehold } from './stale.ts';

type Method = 'WALLET' | 'COD' | 'ACCOUNT';

/** An order that the desk places for a household; it is recorded as the desk's. */
export function NewOrder({
  userId,
  address: known,
  done,
}: {
  userId: string;
  address: Address | undefined;
  done: () => void;
}) {
  const t = useTranslations('customer');
  const { today, time } = useFormats();
  const { say } = useToasts();
  const [, go] = useLocation();
  const products = useDoorAll('GET /product/list', { inStock: true, limit: 100 });
  const [wanted, setWanted] = useState<Quantities>({});
  const [day, setDay] = useState(addDays(today(), 1));
  const [slot, setSlot] = useState<string>();
  const [method, setMethod] = useState<Method>('WALLET');
  const [address, setAddress] = useState<Address>(known ?? { line1: '' });
  const slots = useDoor('GET /order/slots', { date: day });
  const place = useChange('POST /order/create', { stale: staleHousehold });
  const pay = useChange('POST /payment/pay', { stale: staleHousehold });
  const cartItems = chosenOf(wanted);
  const chosen = slots.data?.find(({ startsAt }) => startsAt === slot) ?? slots.data?.[0];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!chosen || cartItems.length === 0) return;
    try {
      const order = await place.changeNow({ userId, cartItems, deliverySlot: chosen.startsAt, address });
      const { orderId } = order;
      // Placed is placed: when it cannot be paid now, its own page says so, and it waits as any unpaid order.
      await pay
        .changeNow({ orderId, amount: order.due ?? order.amount, paymentMethod: method })
        .then(({ status }) => say(t(status === 'FAILED' ? 'orderedUnpaid' : 'ordered')))
        .catch((error: Error) => say(`${t('orderedUnpaid')} ${error.message}`, { bad: true }));
      done();
      go(`/orders/${orderId}`);
    } catch {
      // The form shows why.
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-4">
      <Await query={products}>{(all) => <Lines products={all} wanted={wanted} onChange={setWanted} />}</Await>
      <DayField label={t('day')} min={today()} value={day} onChange={setDay} />
      <Await query={slots}>
        {(some) =>
          some.length === 0 ? (
            <p className="font-semibold text-berry">{t('noSlots')}</p>
          ) : (
            <Choices
              label={t('slot')}
              columns="grid-cols-2"
              value={chosen?.startsAt}
              onChange={setSlot}
              choices={some.map(({ startsAt, endsAt, capacityLeft }) => ({
                value: startsAt,
                label: `${time(startsAt)} – ${time(endsAt)}`,
                disabled: capacityLeft === 0,
              }))}
            />
          )
        }
      </Await>
      <Choices<Method>
        label={t('payWith')}
        columns="sm:grid-cols-3"
        value={method}
        onChange={setMethod}
        choices={[
          { value: 'WALLET', label: t('WALLET') },
          { value: 'COD', label: t('COD') },
          { value: 'ACCOUNT', label: t('ACCOUNT') },
        ]}
      />
      <AddressFields address={address} onChange={setAddress} />
      {place.refusal && <Failure error={place.refusal} />}
      <Button
        kind="primary"
        size="large"
        type="submit"
        wide
        busy={place.busy || pay.busy}
        disabled={cartItems.length === 0 || !chosen}
      >
        {t('placeOrder')}
      </Button>
    </form>
  );
}
