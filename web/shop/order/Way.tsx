import { useTranslations } from 'use-intl';
import type { Track } from '../../kit/api/doors.gen.ts';
import { useFormats } from '../../kit/formats.ts';
import { Card } from '../../kit/ui/Figures.tsx';
import { Photo } from '../../kit/ui/Photo.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';

const told: readonly string[] = ['DISPATCHED', 'DELIVERED'];

/** How far an order has come, step by step, and what the courier left as proof. */
export function Way({ order }: { order: Track }) {
  const t = useTranslations('orders');
  const { moment } = useFormats();
  const status = useStatusText();
  const { delivery } = order;
  // What the courier does, the delivery tells step by step.
  const own = order.timeline.filter(({ status: is }) => !delivery || !told.includes(is));
  const steps = [...own, ...(delivery?.timeline ?? [])].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return (
    <Card title={t('way')}>
      <ol className="ms-2 grid gap-3 border-s-4 border-float ps-4" aria-live="polite">
        {steps.map(({ status: is, at }) => (
          <li key={`${is} ${at}`} className="relative">
            <span
              aria-hidden="true"
              className="absolute -start-6 top-1.5 size-3 rounded-full bg-butter ring-4 ring-float"
            />
            <span className="block font-semibold first-letter:uppercase">{status(is)}</span>
            <span className="text-sm text-soft">{moment(at)}</span>
          </li>
        ))}
      </ol>
      {delivery?.proof?.note && <p>{t('note', { note: delivery.proof.note })}</p>}
      {delivery?.proof?.receivedBy && <p>{t('receivedBy', { name: delivery.proof.receivedBy })}</p>}
      {delivery?.proof?.photo && <Photo deliveryId={delivery.deliveryId} />}
    </Card>
  );
}
