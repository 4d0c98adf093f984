import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { askFile } from '../../kit/api/client.ts';
import type { Track } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { saveFile } from '../../kit/files.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Select, TextField } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { Photo } from '../../kit/ui/Photo.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Failure } from '../../kit/ui/States.tsx';
import { StatusTag, useStatusText } from '../../kit/ui/StatusTag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { Correct } from '../Correct.tsx';
import { LOOK_MS } from '../look.ts';

const stale = [
  'GET /order/track',
  'GET /admin/board',
  'GET /admin/deliveries',
  'GET /order/list',
  'GET /payment/wallet',
  'GET /payment/ledger',
] as const;
type Doing = 'CANCEL' | 'REFUND' | 'COURIER' | 'CORRECT';

/** One order: what it brings, whose it is, how far it has come, and what the desk can do about it. */
export default function OrderPage({ orderId }: { orderId: string }) {
  const t = useTranslations('order');
  const { dayLong } = useFormats();
  const track = useDoor('GET /order/track', { orderId }, { staleMs: 0, everyMs: LOOK_MS });
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  return (
    <Await query={track}>
      {(order) => (
        <>
          <PageHead title={t('of', { day: dayLong(order.deliveryDay) })}>
            <Deeds order={order} choose={setDoing} />
          </PageHead>
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Content order={order} />
            <Way order={order} />
          </div>
          <Sheet title={t('cancel')} open={doing === 'CANCEL'} onClose={close}>
            <Cancel order={order} done={close} />
          </Sheet>
          <Sheet title={t('refund')} open={doing === 'REFUND'} onClose={close}>
            <Refund order={order} done={close} />
          </Sheet>
          <Sheet title={t('courier')} open={doing === 'COURIER'} onClose={close}>
            <Assign orderId={orderId} courierId={order.delivery?.courierId} done={close} />
          </Sheet>
          <Sheet title={t('correct')} open={doing === 'CORRECT'} onClose={close} wide>
            <Correct order={order} stale={stale} done={close} />
          </Sheet>
        </>
      )}
    </Await>
  );
}

function Deeds({ order, choose }: { order: Track; choose: (doing: Doing) => void }) {
  const t = useTranslations('order');
  const { say } = useToasts();
  const pack = useChange('PATCH /order/status', { stale });
  const { orderId, status, delivery } = order;
  const isOpen = ['CREATED', 'CONFIRMED', 'PACKED'].includes(status);
  const isFailed = delivery?.status === 'FAILED';
  return (
    <>
      {status === 'CONFIRMED' && (
        <Button
          busy={pack.busy}
          onClick={() =>
            pack.change(
              { orderId, status: 'PACKED' },
              { done: () => say(t('packed')), refused: (why) => say(why.message, { bad: true }) },
            )
          }
        >
          {t('pack')}
        </Button>
      )}
      {(status === 'CONFIRMED' || status === 'PACKED' || isFailed) && (
        <Button onClick={() => choose('COURIER')}>{t(isFailed ? 'again' : 'courier')}</Button>
      )}
      {status === 'DELIVERED' && (
        <>
          <Button onClick={() => choose('CORRECT')}>{t('correct')}</Button>
          <Button onClick={() => choose('REFUND')}>{t('refund')}</Button>
        </>
      )}
      {(isOpen || isFailed) && (
        <Button kind="danger" onClick={() => choose('CANCEL')}>
          {t('cancel')}
        </Button>
      )}
    </>
  );
}

function Content({ order }: { order: Track }) {
  const t = useTranslations('order');
  const board = useTranslations('board');
  const { money } = useFormats();
  const { say } = useToasts();
  const { orderId, userId, items, amount, charged, paymentMethod, paymentStatus, status, slotId } = order;
  const invoice = () =>
    askFile('GET /order/invoice', { orderId, format: 'pdf' })
      .then((file) => saveFile(file, `${orderId}.pdf`))
      .catch((error: Error) => say(error.message, { bad: true }));
  return (
    <Card>
      <p className="flex flex-wrap items-center gap-2">
        <StatusTag status={status} />
        <span>{slotId}</span>
        {paymentMethod && <span>{board(`methods.${paymentMethod as 'COD'}`)}</span>}
        {paymentStatus ? <StatusTag status={paymentStatus} /> : <span>{board('payments.NONE')}</span>}
      </p>
      <p>
        <Link href={`/customers/${userId}`}>{t('toHousehold')}</Link>
      </p>
      <ul>
        {items.map(({ productId, name, qty, delivered }) => (
          <li key={productId} className="flex justify-between border-b border-line py-1.5">
            <span>{name}</span>
            <span className="figures font-semibold">
              {delivered === undefined || delivered === qty ? qty : t('ofQty', { delivered, qty })}
            </span>
          </li>
        ))}
      </ul>
      <p className="figures flex justify-between text-lg font-bold">
        <span>{t(charged === undefined ? 'amount' : 'charged')}</span>
        <span>{money(charged ?? amount)}</span>
      </p>
      <Button onClick={() => void invoice()}>{t(charged === undefined ? 'summary' : 'invoice')}</Button>
      <p className="text-sm text-soft">{orderId}</p>
    </Card>
  );
}

function Way({ order }: { order: Track }) {
  const t = useTranslations('order');
  const { moment } = useFormats();
  const status = useStatusText();
  const { delivery } = order;
  const couriers = useDoor('GET /admin/users', { role: 'courier' });
  const courier = couriers.data?.find(({ userId }) => userId === delivery?.courierId);
  const steps = [...order.timeline, ...(delivery?.timeline ?? [])].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return (
    <Card title={t('way')}>
      {delivery && (
        <p>
          {t('by', { name: courier?.name ?? delivery.courierId })} <StatusTag status={delivery.status} />
        </p>
      )}
      <ol className="ms-2 grid gap-3 border-s-4 border-float ps-4">
        {steps.map(({ status: is, at, reason }) => (
          <li key={`${is} ${at}`}>
            <span className="block font-semibold">{status(is)}</span>
            <span className="text-sm text-soft">
              {moment(at)}
              {reason && ` · ${reason}`}
            </span>
          </li>
        ))}
      </ol>
      {delivery?.proof?.note && <p>“{delivery.proof.note}”</p>}
      {delivery?.proof?.photo && <Photo deliveryId={delivery.deliveryId} />}
    </Card>
  );
}

function Cancel({ order: { orderId, status, delivery }, done }: { order: Track; done: () => void }) {
  const t = useTranslations('order');
  const { say } = useToasts();
  const isFailed = delivery?.status === 'FAILED' || status === 'DISPATCHED';
  return (
    <DoorForm
      door="POST /order/cancel"
      stale={stale}
      kind="danger"
      submit={t('cancel')}
      input={(fields) => ({
        orderId,
        reason: fields.maybe('reason'),
        goods: fields.maybe('goods') as 'RETURN' | 'WASTE' | undefined,
      })}
      done={() => {
        say(t('cancelled'));
        done();
      }}
    >
      {(wrong) => (
        <>
          <TextField
            label={t('reason')}
            name="reason"
            maxLength={200}
            error={wrong('/reason')}
            required={false}
          />
          {isFailed && (
            <Select
              label={t('goods')}
              name="goods"
              options={[
                { value: 'RETURN', label: t('goodsReturn') },
                { value: 'WASTE', label: t('goodsWaste') },
              ]}
            />
          )}
        </>
      )}
    </DoorForm>
  );
}

function Refund({ order: { orderId, charged = 0 }, done }: { order: Track; done: () => void }) {
  const t = useTranslations('order');
  const { say } = useToasts();
  const { money } = useFormats();
  return (
    <DoorForm
      door="POST /payment/refund"
      stale={stale}
      submit={t('refund')}
      input={(fields) => ({
        orderId,
        amount: fields.number('amount'),
        reason: fields.text('reason'),
        to: fields.maybe('to') as 'SOURCE' | 'WALLET' | undefined,
      })}
      done={({ amount }) => {
        say(t('refunded', { amount: money(amount) }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <TextField
            label={t('amount')}
            name="amount"
            type="number"
            inputMode="decimal"
            step="0.01"
            min="0.01"
            max={charged}
            required
            error={wrong('/amount')}
          />
          <TextField label={t('reason')} name="reason" maxLength={200} required error={wrong('/reason')} />
          <Select
            label={t('to')}
            name="to"
            options={[
              { value: '', label: t('toAny') },
              { value: 'WALLET', label: t('toWallet') },
              { value: 'SOURCE', label: t('toSource') },
            ]}
          />
        </>
      )}
    </DoorForm>
  );
}

/** Gives an order to a courier; a failed one gets another try. */
export function Assign({
  orderId,
  courierId,
  done,
}: {
  orderId: string;
  courierId: string | undefined;
  done: () => void;
}) {
  const t = useTranslations('order');
  const { say } = useToasts();
  const couriers = useDoor('GET /admin/users', { role: 'courier' });
  return (
    <Await query={couriers}>
      {(people) => {
        const active = people.filter((one) => one.active);
        if (active.length === 0) return <Failure error={new Error(t('noCouriers'))} />;
        return (
          <DoorForm
            door="POST /delivery/assign"
            stale={stale}
            submit={t('give')}
            input={(fields) => ({ orderId, courierId: fields.text('courierId') })}
            done={(_, { courierId: to }) => {
              say(t('given', { name: people.find(({ userId }) => userId === to)?.name ?? '' }));
              done();
            }}
          >
            {(wrong) => (
              <Select
                label={t('courier')}
                name="courierId"
                defaultValue={courierId}
                error={wrong('/courierId')}
                options={active.map(({ userId, name }) => ({ value: userId, label: name ?? userId }))}
              />
            )}
          </DoorForm>
        );
      }}
    </Await>
  );
}
