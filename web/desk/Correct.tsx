import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { DoorName } from '../kit/api/client.ts';
import type { Track } from '../kit/api/doors.gen.ts';
import { Checkbox, Stepper, TextField } from '../kit/ui/Field.tsx';
import { DoorForm } from '../kit/ui/Form.tsx';
import { useToasts } from '../kit/ui/Toasts.tsx';

/** Puts right what a courier said at a door; order, stock, bottles and money follow. */
export function Correct({
  order,
  stale,
  done,
}: {
  order: Track;
  stale: readonly DoorName[];
  done: () => void;
}) {
  const t = useTranslations('order');
  const { say } = useToasts();
  const [came, setCame] = useState<Readonly<Record<string, number>>>(() =>
    Object.fromEntries(order.items.map(({ productId, qty, delivered }) => [productId, delivered ?? qty])),
  );
  const deliveryId = order.delivery?.deliveryId ?? '';
  return (
    <DoorForm
      door="PATCH /delivery/correct"
      stale={stale}
      input={(fields) => ({
        deliveryId,
        reason: fields.text('reason'),
        cashCollected: fields.maybeNumber('cash'),
        items: Object.entries(came).map(([productId, delivered]) => ({ productId, delivered })),
        shortGoods: fields.checked('waste') ? 'WASTE' : 'RETURN',
      })}
      done={() => {
        say(t('corrected'));
        done();
      }}
    >
      {(wrong) => (
        <>
          <fieldset className="grid gap-2">
            <legend className="mb-1 font-semibold">{t('came')}</legend>
            {order.items.map(({ productId, name, qty }) => (
              <div key={productId} className="flex items-center justify-between gap-3">
                <span>{t('ordered', { name, qty })}</span>
                <Stepper
                  label={name}
                  value={came[productId] ?? 0}
                  max={qty}
                  onChange={(delivered) => setCame({ ...came, [productId]: delivered })}
                />
              </div>
            ))}
          </fieldset>
          <Checkbox label={t('wasted')} name="waste" />
          {order.paymentMethod === 'COD' && (
            <TextField
              label={t('cash')}
              name="cash"
              type="number"
              inputMode="decimal"
              step="0.01"
              min="0"
              required={false}
              error={wrong('/cashCollected')}
            />
          )}
          <TextField label={t('reason')} name="reason" maxLength={200} required error={wrong('/reason')} />
        </>
      )}
    </DoorForm>
  );
}
