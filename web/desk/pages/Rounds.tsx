import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import type { Input, Output } from '../../kit/api/client.ts';
import { useDoor, useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Select } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { Photo } from '../../kit/ui/Photo.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { StatusTag, useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { DayBar, useShown, useShownDay } from '../DayBar.tsx';
import { LOOK_MS } from '../look.ts';
import { Assign } from './OrderPage.tsx';
import { CourierProgress } from './Today.tsx';

const statuses = ['ASSIGNED', 'PICKED_UP', 'IN_TRANSIT', 'DELIVERED', 'FAILED'] as const;
type Stop = Output<'GET /admin/deliveries'>['deliveries'][number];

/** A day's deliveries: how far each courier is, and who brings what. */
export default function Rounds() {
  const t = useTranslations('rounds');
  const board = useTranslations('board');
  const { time } = useFormats();
  const status = useStatusText();
  const [day, setDay] = useShownDay();
  const { shown, set } = useShown();
  const [moving, setMoving] = useState<Stop>();
  const [seen, setSeen] = useState<string>();
  const which = { courierId: shown('courierId'), status: shown('status'), slotId: shown('slotId') };
  const input = { day, ...which, limit: 50 } as Input<'GET /admin/deliveries'>;
  const pages = useDoorPages('GET /admin/deliveries', input, { everyMs: LOOK_MS });
  const couriers = useDoor('GET /admin/users', { role: 'courier' }).data ?? [];
  const waiting = useDoor('GET /admin/board', { day, courierId: 'NONE', status: 'CONFIRMED' });
  const progress = pages.data?.pages[0]?.rows.couriers;
  const rows = pages.data?.pages.flatMap((page) => page.rows.deliveries);
  const all = { value: '', label: board('all') };
  return (
    <>
      <PageHead title={t('title')}>
        <DayBar day={day} onChange={setDay} />
      </PageHead>
      {waiting.data && waiting.data.orders.length > 0 && (
        <p className="mb-3 rounded-xl bg-butter-wash px-4 py-2 font-semibold" role="status">
          <Link href={`/orders?day=${day}&courierId=NONE`}>
            {t('waiting', { count: waiting.data.orders.length })}
          </Link>
        </p>
      )}
      {progress && progress.length > 0 && (
        <Card className="mb-4">
          <ul className="grid gap-3 md:grid-cols-2">
            {progress.map((courier) => (
              <CourierProgress key={courier.courierId} courier={courier} text={t('progress', courier)} />
            ))}
          </ul>
        </Card>
      )}
      <div className="mb-4 grid grid-cols-2 gap-3 md:max-w-xl">
        <Select
          label={board('courier')}
          value={which.courierId ?? ''}
          onChange={(event) => set({ courierId: event.target.value })}
          options={[all, ...couriers.map(({ userId, name }) => ({ value: userId, label: name ?? userId }))]}
        />
        <Select
          label={board('status')}
          value={which.status ?? ''}
          onChange={(event) => set({ status: event.target.value })}
          options={[all, ...statuses.map((value) => ({ value, label: status(value) }))]}
        />
      </div>
      <Waiting pages={pages} lines={5} className="h-14" />
      {rows?.length === 0 && <Empty title={t('none')} />}
      {rows && rows.length > 0 && (
        <Table
          caption={t('title')}
          rows={rows}
          keyOf={({ deliveryId }) => deliveryId}
          columns={[
            {
              label: board('household'),
              of: ({ orderId, name, userId, address }) => (
                <>
                  <Link href={`/orders/${orderId}`}>{name ?? userId}</Link>
                  <span className="block font-normal text-soft">
                    {[address?.line1, address?.pincode].filter(Boolean).join(', ')}
                  </span>
                </>
              ),
            },
            { label: board('slot'), of: ({ slotId }) => slotId },
            { label: board('courier'), of: ({ courier, courierId }) => courier ?? courierId },
            {
              label: board('status'),
              of: ({ status: is, at, reason }) => (
                <span>
                  <StatusTag status={is} /> <span className="figures text-sm text-soft">{time(at)}</span>
                  {reason && <span className="block text-sm">{reason}</span>}
                </span>
              ),
            },
            {
              label: t('deeds'),
              bare: true,
              of: (stop) => (
                <span className="flex flex-wrap gap-2">
                  {(stop.status === 'ASSIGNED' || stop.status === 'FAILED') && (
                    <Button size="small" onClick={() => setMoving(stop)}>
                      {t(stop.status === 'FAILED' ? 'again' : 'move')}
                    </Button>
                  )}
                  {stop.hasPhoto && (
                    <Button size="small" onClick={() => setSeen(stop.deliveryId)}>
                      {t('photo')}
                    </Button>
                  )}
                </span>
              ),
            },
          ]}
        />
      )}
      <More pages={pages} />
      <Sheet title={moving?.name ?? ''} open={moving !== undefined} onClose={() => setMoving(undefined)}>
        {moving && (
          <Assign orderId={moving.orderId} courierId={moving.courierId} done={() => setMoving(undefined)} />
        )}
      </Sheet>
      <Sheet title={t('photo')} open={seen !== undefined} onClose={() => setSeen(undefined)}>
        {seen && <Photo deliveryId={seen} />}
      </Sheet>
    </>
  );
}
