import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Input } from '../../kit/api/client.ts';
import type { Product } from '../../kit/api/doors.gen.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { Choices, TextField } from '../../kit/ui/Field.tsx';
import { DoorForm, type Fields } from '../../kit/ui/Form.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { staleGoods } from './stale.ts';

type Kind = 'qty' | 'supply' | 'wasted';

/** What came in or was thrown away; of what has a supply for each day, how much a day has. */
export function StockForm({ product, done }: { product: Product; done: () => void }) {
  const t = useTranslations('goods');
  const { today, number } = useFormats();
  const { say } = useToasts();
  const isPerDay = product.stockMode === 'PER_DAY';
  const [kind, setKind] = useState<Kind>(isPerDay ? 'supply' : 'qty');
  const input = (fields: Fields): Input<'POST /product/restock'> => ({
    productId: product.productId,
    [kind]: fields.number('pieces'),
    ...(isPerDay ? { day: fields.text('day') } : {}),
  });
  return (
    <DoorForm
      door="POST /product/restock"
      stale={staleGoods}
      input={input}
      done={({ name, stock }) => {
        say(t('stocked', { name, stock: number(stock) }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <Choices<Kind>
            label={t('stock')}
            value={kind}
            onChange={setKind}
            columns="sm:grid-cols-2"
            choices={[
              isPerDay
                ? { value: 'supply', label: t('supply'), hint: t('supplyHint') }
                : { value: 'qty', label: t('cameIn') },
              { value: 'wasted', label: t('thrownAway') },
            ]}
          />
          {isPerDay && (
            <TextField
              label={t('day')}
              name="day"
              type="date"
              defaultValue={addDays(today(), 1)}
              required
              error={wrong('/day')}
            />
          )}
          <TextField
            label={t('pieces')}
            name="pieces"
            type="number"
            inputMode="numeric"
            min={kind === 'supply' ? 0 : 1}
            step="1"
            required
            error={wrong(`/${kind}`)}
          />
        </>
      )}
    </DoorForm>
  );
}
