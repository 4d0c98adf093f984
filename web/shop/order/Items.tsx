import { useTranslations } from 'use-intl';
import { askFile } from '../../kit/api/client.ts';
import type { Track } from '../../kit/api/doors.gen.ts';
import { useChange } from '../../kit/api/hooks.ts';
import { saveFile } from '../../kit/files.ts';
import { useFormats } from '../../kit/formats.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Failure } from '../../kit/ui/States.tsx';
import { StatusTag } from '../../kit/ui/StatusTag.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

const cancellable: readonly string[] = ['CREATED', 'CONFIRMED', 'PACKED'];

/** What an order brings and costs, its bill, and the way back while there is one. */
export function Items({ order }: { order: Track }) {
  const t = useTranslations('orders');
  const basket = useTranslations('basket');
  const { money } = useFormats();
  const text = useRefusalText();
  const { say } = useToasts();
  const cancel = useChange('POST /order/cancel', {
    stale: ['GET /order/track', 'GET /order/list', 'GET /payment/wallet', 'GET /order/calendar'],
  });
  const { orderId, items, amount, charged, paymentStatus, status } = order;
  const bill = async () => {
    try {
      saveFile(await askFile('GET /order/invoice', { orderId, format: 'pdf' }), `order-${orderId}.pdf`);
    } catch (error) {
      say(text(error), { bad: true });
    }
  };
  return (
    <section className="card grid gap-3 p-4">
      <p className="flex flex-wrap gap-2">
        <StatusTag status={status} />
        <Tag tone={paymentStatus === 'SUCCESS' ? 'good' : 'warn'}>
          {t(paymentStatus === 'SUCCESS' ? 'paid' : 'unpaid')}
        </Tag>
      </p>
      <h2 className="text-xl">{t('items')}</h2>
      <ul>
        {items.map(({ productId, name, qty, delivered }) => (
          <li key={productId} className="flex justify-between gap-4 py-1">
            <span>{name}</span>
            <span className="figures">
              {delivered === undefined || delivered === qty ? qty : t('part', { delivered, qty })}
            </span>
          </li>
        ))}
      </ul>
      <p className="figures flex justify-between border-t border-line pt-2 text-lg font-bold">
        <span>{basket('total')}</span>
        <span>{money(charged ?? amount)}</span>
      </p>
      {cancel.refusal && <Failure error={cancel.refusal} />}
      <div className="flex flex-wrap gap-2">
        {status !== 'CANCELLED' && <Button onClick={() => void bill()}>{t('bill')}</Button>}
        {cancellable.includes(status) && (
          <Button
            kind="danger"
            busy={cancel.busy}
            onClick={() => cancel.change({ orderId }, { done: () => say(t('cancelled')) })}
          >
            {t('cancel')}
          </Button>
        )}
      </div>
    </section>
  );
}
