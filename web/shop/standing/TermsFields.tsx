import { Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useDoorAll } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats, weekdays } from '../../kit/formats.ts';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { IconButton } from '../../kit/ui/Button.tsx';
import { Choices, Select, Stepper } from '../../kit/ui/Field.tsx';
import { ScheduleFields } from './ScheduleFields.tsx';
import { type Item, isByWeekday, missingIn, quantityOn, type Terms, withQuantityOn } from './terms.ts';

interface Fields {
  terms: Terms;
  onChange: (terms: Terms) => void;
}

/** All that a household can say of a standing order: what, how many, on which days, where, how it is paid. */
export function TermsFields({ terms, onChange, wrongAddress }: Fields & { wrongAddress?: string }) {
  const t = useTranslations('subscribe');
  const { hours } = useFormats();
  const { slots } = useDairy();
  const missing = missingIn(terms);
  return (
    <>
      <ScheduleFields terms={terms} onChange={onChange} />
      <Items terms={terms} onChange={onChange} />
      {missing && <p className="font-semibold text-berry">{t(missing)}</p>}
      <Choices
        label={t('slot')}
        columns="grid-cols-2"
        value={terms.slot}
        onChange={(slot) => onChange({ ...terms, slot })}
        choices={slots.map(({ slotId, from, to }) => ({ value: slotId, label: hours(from, to) }))}
      />
      <AddressFields
        address={terms.address}
        onChange={(address: Address) => onChange({ ...terms, address })}
        error={wrongAddress}
      />
      <Choices<Terms['paymentMethod']>
        label={t('payWith')}
        columns="sm:grid-cols-2"
        value={terms.paymentMethod}
        onChange={(paymentMethod) => onChange({ ...terms, paymentMethod })}
        choices={[
          { value: 'WALLET', label: t('WALLET') },
          { value: 'COD', label: t('COD') },
          ...(terms.paymentMethod === 'ACCOUNT' ? [{ value: 'ACCOUNT' as const, label: t('ACCOUNT') }] : []),
        ]}
      />
    </>
  );
}

function Items({ terms, onChange }: Fields) {
  const t = useTranslations('subscribe');
  const products = useDoorAll('GET /product/list', { limit: 100 });
  const others = (products.data ?? []).filter(
    ({ productId }) => !terms.items.some((item) => item.productId === productId),
  );
  const add = (productId: string) => {
    const product = others.find((one) => one.productId === productId);
    if (product) {
      const item = { productId, name: product.name, qty: 1 };
      onChange({ ...terms, items: [...terms.items, item] });
    }
  };
  return (
    <>
      {terms.items.map((item) => (
        <ItemFields key={item.productId} item={item} terms={terms} onChange={onChange} />
      ))}
      {others.length > 0 && (
        <Select
          label={t('addItem')}
          value=""
          onChange={(event) => add(event.target.value)}
          options={[
            { value: '', label: '…' },
            ...others.map(({ productId, name }) => ({ value: productId, label: name })),
          ]}
        />
      )}
    </>
  );
}

function ItemFields({ item, terms, onChange }: Fields & { item: Item }) {
  const t = useTranslations('subscribe');
  const { weekday } = useFormats();
  const name = item.name ?? item.productId;
  const label = t('howMany', { name });
  const drop = terms.items.length > 1 && (
    <IconButton
      label={t('without', { name })}
      onClick={() => onChange({ ...terms, items: terms.items.filter((one) => one !== item) })}
    >
      <Trash2 aria-hidden="true" className="size-5" />
    </IconButton>
  );
  if (!isByWeekday(terms)) {
    const set = (qty: number) =>
      onChange({ ...terms, items: terms.items.map((one) => (one === item ? { ...one, qty } : one)) });
    return (
      <div className="flex flex-wrap items-center gap-3">
        <span className="font-semibold">{label}</span>
        <Stepper label={label} value={item.qty} min={1} onChange={set} size="large" />
        {drop}
      </div>
    );
  }
  return (
    <fieldset className="grid gap-2">
      <legend className="font-semibold">{label}</legend>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {weekdays.map((one) => (
          <div key={one} className="grid justify-items-start gap-1">
            <span aria-hidden="true">{weekday(one)}</span>
            <Stepper
              label={`${name}, ${weekday(one, true)}`}
              value={quantityOn(terms, item, one)}
              onChange={(next) => onChange(withQuantityOn(terms, item, one, next))}
            />
          </div>
        ))}
      </div>
      {drop}
    </fieldset>
  );
}
