import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Input } from '../../kit/api/client.ts';
import { useChange, useDoorAll } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { addDays, useFormats, type Weekday, weekdays } from '../../kit/formats.ts';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { DayField } from '../../kit/ui/DayField.tsx';
import { Checkbox, Select, TextField } from '../../kit/ui/Field.tsx';
import { Await, Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { chosenOf, Lines, type Quantities } from './Lines.tsx';
import { staleHousehold } from './stale.ts';

type Schedule = Input<'POST /order/subscribe'>['schedule'];
type Pattern = Schedule['type'];
const patterns: readonly Pattern[] = ['DAILY', 'ALTERNATE_DAYS', 'WEEKDAYS', 'EVERY_N_DAYS', 'MONTHLY'];

/** A standing order that the desk begins for a household. */
export function Subscribe({
  userId,
  address: known,
  done,
}: {
  userId: string;
  address: Address | undefined;
  done: () => void;
}) {
  const t = useTranslations('customer');
  const { today, money, weekday, hours } = useFormats();
  const { say } = useToasts();
  const { slots } = useDairy();
  const products = useDoorAll('GET /product/list', { limit: 100 });
  const [wanted, setWanted] = useState<Quantities>({});
  const [pattern, setPattern] = useState<Pattern>('DAILY');
  const [days, setDays] = useState<readonly Weekday[]>(['MON']);
  const [n, setN] = useState(3);
  const [daysOfMonth, setDaysOfMonth] = useState('1');
  const [startDate, setStart] = useState(addDays(today(), 1));
  const [slot, setSlot] = useState(slots[0]?.slotId ?? '');
  const [paymentMethod, setMethod] = useState<'WALLET' | 'COD' | 'ACCOUNT'>('WALLET');
  const [address, setAddress] = useState<Address>(known ?? { line1: '' });
  const begin = useChange('POST /order/subscribe', { stale: staleHousehold });
  const items = chosenOf(wanted);
  const schedule = (): Schedule => {
    if (pattern === 'WEEKDAYS') return { type: pattern, days: [...days] };
    if (pattern === 'EVERY_N_DAYS') return { type: pattern, n };
    if (pattern === 'MONTHLY') {
      return {
        type: pattern,
        daysOfMonth: daysOfMonth
          .split(/[\s,]+/)
          .filter(Boolean)
          .map(Number),
      };
    }
    return { type: pattern };
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.change(
      { userId, items, schedule: schedule(), startDate, slot, address, paymentMethod },
      {
        done: ({ receipt }) => {
          say(t('begun', { amount: money(receipt?.monthAfter ?? 0) }));
          done();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Await query={products}>{(all) => <Lines products={all} wanted={wanted} onChange={setWanted} />}</Await>
      <Select
        label={t('pattern')}
        value={pattern}
        onChange={(event) => setPattern(event.target.value as Pattern)}
        options={patterns.map((value) => ({ value, label: t(`patterns.${value}`) }))}
      />
      {pattern === 'WEEKDAYS' && (
        <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
          <legend className="mb-1 font-semibold">{t('days')}</legend>
          {weekdays.map((one) => (
            <Checkbox
              key={one}
              label={weekday(one)}
              checked={days.includes(one)}
              onChange={(event) =>
                setDays(
                  weekdays.filter((each) => (each === one ? event.target.checked : days.includes(each))),
                )
              }
            />
          ))}
        </fieldset>
      )}
      {pattern === 'EVERY_N_DAYS' && (
        <TextField
          label={t('everyN')}
          type="number"
          min="2"
          max="60"
          value={n}
          required
          onChange={(event) => setN(Number(event.target.value))}
        />
      )}
      {pattern === 'MONTHLY' && (
        <TextField
          label={t('daysOfMonth')}
          value={daysOfMonth}
          required
          pattern="\s*\d{1,2}([\s,]+\d{1,2})*\s*"
          onChange={(event) => setDaysOfMonth(event.target.value)}
        />
      )}
      <div className="grid gap-3 sm:grid-cols-3">
        <DayField label={t('start')} min={today()} value={startDate} onChange={setStart} />
        <Select
          label={t('slot')}
          value={slot}
          onChange={(event) => setSlot(event.target.value)}
          options={slots.map(({ slotId, from, to }) => ({ value: slotId, label: hours(from, to) }))}
        />
        <Select
          label={t('payWith')}
          value={paymentMethod}
          onChange={(event) => setMethod(event.target.value as typeof paymentMethod)}
          options={[
            { value: 'WALLET', label: t('WALLET') },
            { value: 'COD', label: t('COD') },
            { value: 'ACCOUNT', label: t('ACCOUNT') },
          ]}
        />
      </div>
      <AddressFields address={address} onChange={setAddress} />
      {begin.refusal && <Failure error={begin.refusal} />}
      <Button kind="primary" size="large" type="submit" wide busy={begin.busy} disabled={items.length === 0}>
        {t('beginStanding')}
      </Button>
    </form>
  );
}
