import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Product } from '../../kit/api/doors.gen.ts';
import { useFormats } from '../../kit/formats.ts';
import { Stepper, TextField } from '../../kit/ui/Field.tsx';

export type Quantities = Readonly<Record<string, number>>;

/** What is wanted of each product, as one hears it on the telephone. */
export function Lines({
  products,
  wanted,
  onChange,
}: {
  products: readonly Product[];
  wanted: Quantities;
  onChange: (wanted: Quantities) => void;
}) {
  const t = useTranslations('customer');
  const { money } = useFormats();
  const [typed, setTyped] = useState('');
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  // What is wanted already stays in sight.
  const shown = products.filter(({ productId, name, category }) => {
    const text = `${name} ${category}`.toLowerCase();
    return (wanted[productId] ?? 0) > 0 || words.every((word) => text.includes(word));
  });
  const sum = products.reduce((all, { productId, price }) => all + (wanted[productId] ?? 0) * price, 0);
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-semibold">{t('what')}</legend>
      <TextField
        label={t('find')}
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        // The list is narrowed while one types; Enter does not place the order.
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      />
      <ul className="max-h-80 divide-y divide-line overflow-y-auto rounded-xl border border-line px-3">
        {shown.map(({ productId, name, unit, price }) => (
          <li key={productId} className="flex items-center justify-between gap-3 py-1.5">
            <span>
              {name} <span className="text-soft">{unit}</span>
              <span className="figures block text-sm text-soft">{money(price)}</span>
            </span>
            <Stepper
              label={name}
              value={wanted[productId] ?? 0}
              onChange={(qty) => onChange({ ...wanted, [productId]: qty })}
            />
          </li>
        ))}
      </ul>
      <p className="figures flex justify-between text-lg font-bold">
        <span>{t('sum')}</span>
        <span aria-live="polite">{money(sum)}</span>
      </p>
    </fieldset>
  );
}

export function chosenOf(wanted: Quantities): { productId: string; qty: number }[] {
  return Object.entries(wanted)
    .filter(([, qty]) => qty > 0)
    .map(([productId, qty]) => ({ productId, qty }));
}
