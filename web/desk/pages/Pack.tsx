import { useTranslations } from 'use-intl';
import type { Output } from '../../kit/api/client.ts';
import { useDoor, useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Select } from '../../kit/ui/Field.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { DayBar, useShown, useShownDay } from '../DayBar.tsx';
import { Download } from '../Download.tsx';

type Stop = Output<'GET /admin/pack'>[number];

/** What is packed for a day, stop by stop in driving order; made to be printed. */
export default function Pack() {
  const t = useTranslations('pack');
  const desk = useTranslations('desk');
  const { dayLong } = useFormats();
  const [day, setDay] = useShownDay();
  const { shown, set } = useShown();
  const slots = useDoor('GET /admin/settings', {}).data?.slots ?? [];
  const couriers = useDoor('GET /admin/users', { role: 'courier' }).data ?? [];
  const which = { slotId: shown('slotId'), courierId: shown('courierId') };
  const pages = useDoorPages('GET /admin/pack', { day, ...which });
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  /** Paper has no "show more": every stop is on it. */
  const printAll = async () => {
    for (let last = pages; last.hasNextPage && !last.error; ) last = await last.fetchNextPage();
    // What came last is drawn by then.
    requestAnimationFrame(() => requestAnimationFrame(() => print()));
  };
  const all = { value: '', label: t('all') };
  return (
    <>
      <PageHead title={t('title')}>
        <DayBar day={day} onChange={setDay} />
        <Download door="GET /admin/pack" input={{ day, ...which, format: 'csv' }} name={`pack-${day}.csv`} />
        <Button className="no-print" busy={pages.isFetchingNextPage} onClick={() => void printAll()}>
          {desk('print')}
        </Button>
      </PageHead>
      <p className="mb-3 hidden print:block">{dayLong(day)}</p>
      <div className="no-print mb-4 grid grid-cols-2 gap-3 md:max-w-xl">
        <Select
          label={t('slot')}
          value={which.slotId ?? ''}
          onChange={(event) => set({ slotId: event.target.value })}
          options={[all, ...slots.map(({ slotId }) => ({ value: slotId, label: slotId }))]}
        />
        <Select
          label={t('courier')}
          value={which.courierId ?? ''}
          onChange={(event) => set({ courierId: event.target.value })}
          options={[all, ...couriers.map(({ userId, name }) => ({ value: userId, label: name ?? userId }))]}
        />
      </div>
      <Waiting pages={pages} lines={5} className="h-20" />
      {rows?.length === 0 && <Empty title={t('none')} />}
      {rows && rows.length > 0 && (
        <>
          <Totals rows={rows} isPart={pages.hasNextPage} />
          <Table
            caption={t('title')}
            rows={rows}
            keyOf={({ slotId, userId, courierId, orders }) =>
              `${slotId} ${courierId} ${userId} ${orders[0]?.orderId}`
            }
            columns={[
              { label: t('household'), of: (stop) => <Household stop={stop} /> },
              { label: t('slot'), of: ({ slotId }) => slotId },
              { label: t('courier'), of: ({ courier, courierId }) => courier ?? courierId ?? t('nobody') },
              {
                label: t('items'),
                of: ({ items }) => (
                  <ul>
                    {items.map(({ productId, name, qty }) => (
                      <li key={productId}>
                        <strong className="figures">{qty}</strong> × {name}
                      </li>
                    ))}
                  </ul>
                ),
              },
            ]}
          />
        </>
      )}
      <More pages={pages} />
    </>
  );
}

function Household({ stop: { name, userId, address } }: { stop: Stop }) {
  const place = [address?.line1, address?.line2, address?.city, address?.pincode].filter(Boolean).join(', ');
  return (
    <>
      <span className="block">{name ?? userId}</span>
      <span className="block font-normal text-soft">{place}</span>
      {address?.note && <span className="block font-normal italic">{address.note}</span>}
    </>
  );
}

/** What all stops shown need together: what comes out of the cold store. */
function Totals({ rows, isPart }: { rows: readonly Stop[]; isPart: boolean }) {
  const t = useTranslations('pack');
  const sums = new Map<string, { name: string; qty: number }>();
  for (const { items } of rows)
    for (const { productId, name, qty } of items)
      sums.set(productId, { name, qty: (sums.get(productId)?.qty ?? 0) + qty });
  return (
    <section className="card mb-4 p-4" aria-label={t('totals')}>
      <h2 className="mb-2 text-xl">{t(isPart ? 'totalsPart' : 'totals', { count: rows.length })}</h2>
      <ul className="figures flex flex-wrap gap-x-5 gap-y-1">
        {[...sums].map(([productId, { name, qty }]) => (
          <li key={productId}>
            <strong>{qty}</strong> × {name}
          </li>
        ))}
      </ul>
    </section>
  );
}
