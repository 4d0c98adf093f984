import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import type { Input } from '../../kit/api/client.ts';
import { useDoor, useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Select, TextField } from '../../kit/ui/Field.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { StatusTag, useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { DayBar, useShown, useShownDay } from '../DayBar.tsx';
import { Fold } from '../Fold.tsx';
import { LOOK_MS } from '../look.ts';

const statuses = ['CREATED', 'CONFIRMED', 'PACKED', 'DISPATCHED', 'DELIVERED', 'CANCELLED'] as const;
const payments = ['NONE', 'PENDING', 'SUCCESS', 'FAILED'] as const;
const names = ['status', 'slotId', 'courierId', 'paymentStatus', 'q'] as const;

/** A day's orders, narrowed down as one likes. */
export default function Orders() {
  const t = useTranslations('board');
  const { money, hours } = useFormats();
  const [day, setDay] = useShownDay();
  const { shown, set } = useShown();
  const wanted = Object.fromEntries(names.map((name) => [name, shown(name)]));
  const input = { day, limit: 50, ...wanted } as Input<'GET /admin/board'>;
  const pages = useDoorPages('GET /admin/board', input, { everyMs: LOOK_MS });
  const first = pages.data?.pages[0]?.rows;
  const rows = pages.data?.pages.flatMap((page) => page.rows.orders);
  const isNarrow = names.some((name) => shown(name));
  const slots = useDoor('GET /admin/settings', {}).data?.slots ?? [];
  return (
    <>
      <PageHead title={t('title')}>
        <DayBar day={day} onChange={setDay} />
      </PageHead>
      <Filters slots={slots.map(({ slotId, from, to }) => ({ slotId, text: hours(from, to) }))} />
      {first && (
        <p className="figures my-3 text-soft" role="status">
          {t('sum', {
            count: Object.values(first.counts).reduce((sum, count) => sum + count, 0),
            amount: money(first.amount),
          })}
        </p>
      )}
      <Waiting pages={pages} lines={6} className="h-12" />
      {rows?.length === 0 && (
        <Empty title={t('none')}>
          {isNarrow && (
            <Button onClick={() => set(Object.fromEntries(names.map((name) => [name, undefined])))}>
              {t('showAll')}
            </Button>
          )}
        </Empty>
      )}
      {rows && rows.length > 0 && (
        <Table
          caption={t('title')}
          rows={rows}
          keyOf={({ orderId }) => orderId}
          columns={[
            {
              label: t('household'),
              of: ({ orderId, name, userId }) => <Link href={`/orders/${orderId}`}>{name ?? userId}</Link>,
            },
            { label: t('slot'), of: ({ slotId }) => slotId },
            { label: t('status'), of: ({ status }) => <StatusTag status={status} /> },
            { label: t('courier'), of: ({ courier, courierId }) => courier ?? courierId ?? '—' },
            {
              label: t('payment'),
              of: ({ paymentMethod, paymentStatus }) =>
                paymentMethod ? (
                  <span className="inline-flex flex-wrap items-center gap-1">
                    {t(`methods.${paymentMethod}`)} {paymentStatus && <StatusTag status={paymentStatus} />}
                  </span>
                ) : (
                  '—'
                ),
            },
            { label: t('through'), of: ({ through }) => t(`throughs.${through}`) },
            { label: t('amount'), end: true, of: ({ amount }) => money(amount) },
          ]}
        />
      )}
      <More pages={pages} />
    </>
  );
}

function Filters({ slots }: { slots: readonly { slotId: string; text: string }[] }) {
  const t = useTranslations('board');
  const { shown, set } = useShown();
  const status = useStatusText();
  const couriers = useDoor('GET /admin/users', { role: 'courier' });
  const all = { value: '', label: t('all') };
  const pick = (name: string, label: string, options: readonly { value: string; label: string }[]) => (
    <Select
      label={label}
      value={shown(name) ?? ''}
      onChange={(event) => set({ [name]: event.target.value })}
      options={[all, ...options]}
    />
  );
  return (
    <Fold title={t('filter')} open={names.some((name) => shown(name))}>
      <div className="no-print grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
        {pick(
          'status',
          t('status'),
          statuses.map((value) => ({ value, label: status(value) })),
        )}
        {pick(
          'slotId',
          t('slot'),
          slots.map(({ slotId, text }) => ({ value: slotId, label: `${slotId} ${text}` })),
        )}
        {pick('courierId', t('courier'), [
          { value: 'NONE', label: t('nobody') },
          ...(couriers.data ?? []).map(({ userId, name }) => ({ value: userId, label: name ?? userId })),
        ])}
        {pick(
          'paymentStatus',
          t('payment'),
          payments.map((value) => ({ value, label: t(`payments.${value}`) })),
        )}
        <TextField
          key={shown('q') ?? ''}
          label={t('number')}
          type="search"
          defaultValue={shown('q') ?? ''}
          onKeyDown={(event) => event.key === 'Enter' && set({ q: event.currentTarget.value.trim() })}
          onBlur={(event) => set({ q: event.currentTarget.value.trim() })}
        />
      </div>
    </Fold>
  );
}
