import { useTranslations } from 'use-intl';
import type { Track } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Failure } from '../../kit/ui/States.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

const cancellable: readonly string[] = ['CREATED', 'CONFIRMED', 'PACKED'];
/** How often an order that is under way is looked at. */
const LOOK_MS = 10_000;

/** One order: what it brings and how far it has come, while one looks. */
export default function OrderPage({ orderId }: { orderId: string }) {
  const t = useTranslations('orders');
  const { dayLong } = useFormats();
  const track = useDoor('GET /order/track', { orderId }, { staleMs: 0, everyMs: LOOK_MS });
  return (
    <Await query={track}>
      {(order) => (
        <>
          <PageHead title={t('of', { day: dayLong(order.deliveryDay) })} />
          <div className="grid items-start gap-5 lg:grid-cols-2">
            <Items order={order} />
            <Way order={order} />
          </div>
        </>
      )}
    </Await>
  );
}

function Items({ order }: { order: Track }) {
  const t = useTranslations('orders');
  const basket = useTranslations('basket');
  const { money } = useFormats();
  const status = useStatusText();
  const { say } = useToasts();
  const cancel = useChange('POST /order/cancel', {
    stale: ['GET /order/track', 'GET /order/list', 'GET /payment/wallet', 'GET /order/calendar'],
  });
  const { orderId, items, amount, charged, paymentStatus, status: is } = order;
  return (
    <section className="card grid gap-3 p-4">
      <p className="flex flex-wrap gap-2">
        <Tag tone={is === 'CANCELLED' ? 'bad' : is === 'DELIVERED' ? 'good' : 'plain'}>{status(is)}</Tag>
        <Tag tone={paymentStatus === 'SUCCESS' ? 'good' : 'warn'}>
          {t(paymentStatus === 'SUCCESS' ? 'paid' : 'unpaid')}
        </Tag>
      </p>
      <h2 className="text-xl">{t('items')}</h2>
      <ul>
        {items.map(({ productId, name, qty, delivered }) => (
          <li key={productId} className="flex justify-between py-1">
            <span>{name}</span>
            <span className="figures">
              {delivered === undefined || delivered === qty ? qty : `${delivered} / ${qty}`}
            </span>
          </li>
        ))}
      </ul>
      <p className="figures flex justify-between border-t border-line pt-2 text-lg font-bold">
        <span>{basket('total')}</span>
        <span>{money(charged ?? amount)}</span>
      </p>
      {cancel.refusal && <Failure error={cancel.refusal} />}
      {cancellable.includes(is) && (
        <Button
          kind="danger"
          busy={cancel.busy}
          onClick={() => cancel.change({ orderId }, { done: () => say(t('cancelled')) })}
        >
          {t('cancel')}
        </Button>
      )}
    </section>
  );
}

function Way({ order }: { order: Track }) {
  const t = useTranslations('orders');
  const { moment } = useFormats();
  const status = useStatusText();
  const steps = [...order.timeline, ...(order.delivery?.timeline ?? [])].toSorted((a, b) =>
    a.at < b.at ? -1 : 1,
  );
  return (
    <section className="card p-4">
      <h2 className="mb-3 text-xl">{t('way')}</h2>
      <ol className="grid gap-3 border-s-4 border-float ps-4">
        {steps.map(({ status: is, at }) => (
          <li key={`${is} ${at}`} className="relative">
            <span
              aria-hidden="true"
              className="absolute -start-6 top-1.5 size-3 rounded-full bg-butter ring-4 ring-float"
            />
            <span className="block font-semibold">{status(is)}</span>
            <span className="text-sm text-soft">{moment(at)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
