import { lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import type { Output } from '../../kit/api/client.ts';
import { useDoor } from '../../kit/api/hooks.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { Card, Figure, Meter } from '../../kit/ui/Figures.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Skeleton } from '../../kit/ui/States.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { DayBar, useShownDay } from '../DayBar.tsx';
import { LOOK_MS } from '../look.ts';
import { RunState } from '../RunState.tsx';

const Bars = lazy(() => import('../charts.tsx').then(({ Bars: of }) => ({ default: of })));
/** Products that a card shows; the others have their page. */
const SHOWN = 6;
const every = { everyMs: LOOK_MS };

/** The morning at a glance. */
export default function Today() {
  const t = useTranslations('today');
  const [day, setDay] = useShownDay();
  const { dayLong } = useFormats();
  return (
    <>
      <PageHead title={t('title')}>
        <DayBar day={day} onChange={setDay} />
      </PageHead>
      <p className="mb-4 text-soft">{dayLong(day)}</p>
      <Head day={day} />
      <div className="wall">
        <Orders day={day} />
        <Deliveries day={day} />
        <Goods day={day} />
        <Card title={t('run')} aside={<Link href={`/demand?day=${addDays(day, 1)}`}>{t('toRun')}</Link>}>
          <RunState day={addDays(day, 1)} />
        </Card>
        <Money />
        <Sales day={day} />
      </div>
    </>
  );
}

function Head({ day }: { day: string }) {
  const t = useTranslations('today');
  const { money, number } = useFormats();
  const board = useDoor('GET /admin/board', { day, limit: 1 }, every);
  const problems = useDoor('GET /order/problems', {}, every);
  const letters = useDoor('GET /admin/dead-letters', {}, every);
  const counts = board.data?.counts ?? {};
  const live = Object.entries(counts).filter(([status]) => status !== 'CANCELLED');
  const sum = live.reduce((all, [, count]) => all + count, 0);
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure label={t('orders')} value={board.data ? number(sum) : '…'} to={`/orders?day=${day}`} />
      <Figure label={t('worth')} value={board.data ? money(board.data.amount) : '…'} />
      <Figure
        label={t('problems')}
        value={problems.data ? number(problems.data.length) : '…'}
        to="/problems"
        bad={Boolean(problems.data?.length)}
      />
      <Figure
        label={t('letters')}
        value={letters.data ? number(letters.data.length) : '…'}
        to="/events"
        bad={Boolean(letters.data?.length)}
      />
    </div>
  );
}

const way = ['CREATED', 'CONFIRMED', 'PACKED', 'DISPATCHED', 'DELIVERED', 'CANCELLED'];

function Orders({ day }: { day: string }) {
  const t = useTranslations('today');
  const { number } = useFormats();
  const status = useStatusText();
  const board = useDoor('GET /admin/board', { day, limit: 1 }, every);
  return (
    <Card title={t('orders')} aside={<Link href={`/orders?day=${day}`}>{t('toOrders')}</Link>}>
      <Await query={board}>
        {({ counts }) => {
          const stages = way.filter((stage) => counts[stage]);
          const sum = stages.reduce((all, stage) => all + (counts[stage] ?? 0), 0);
          if (sum === 0) return <p className="text-soft">{t('noOrders')}</p>;
          return (
            <ul className="grid gap-2">
              {stages.map((stage) => (
                <li key={stage}>
                  <Link href={`/orders?day=${day}&status=${stage}`} className="grid gap-1 no-underline">
                    <span className="flex justify-between">
                      <span>{status(stage)}</span>
                      <span className="figures font-semibold">{number(counts[stage] ?? 0)}</span>
                    </span>
                    <Meter
                      label={status(stage)}
                      total={sum}
                      parts={[
                        {
                          value: counts[stage] ?? 0,
                          fill: stage === 'DELIVERED' ? 'good' : stage === 'CANCELLED' ? 'bad' : 'plain',
                        },
                      ]}
                    />
                  </Link>
                </li>
              ))}
            </ul>
          );
        }}
      </Await>
    </Card>
  );
}

function Deliveries({ day }: { day: string }) {
  const t = useTranslations('today');
  const rounds = useTranslations('rounds');
  const deliveries = useDoor('GET /admin/deliveries', { day, limit: 1 }, every);
  return (
    <Card title={t('deliveries')} aside={<Link href={`/rounds?day=${day}`}>{t('toRounds')}</Link>}>
      <Await query={deliveries}>
        {({ couriers }) =>
          couriers.length === 0 ? (
            <p className="text-soft">{t('noDeliveries')}</p>
          ) : (
            <ul className="grid gap-3">
              {couriers.map((courier) => (
                <CourierProgress
                  key={courier.courierId}
                  courier={courier}
                  text={rounds('progress', courier)}
                />
              ))}
            </ul>
          )
        }
      </Await>
    </Card>
  );
}

type Courier = Output<'GET /admin/deliveries'>['couriers'][number];

export function CourierProgress({ courier, text }: { courier: Courier; text: string }) {
  const { courierId, name, planned, done, failed, onTheWay } = courier;
  return (
    <li className="grid gap-1">
      <span className="flex flex-wrap justify-between gap-x-3">
        <span className="font-semibold">{name ?? courierId}</span>
        <span className="figures text-sm text-soft">{text}</span>
      </span>
      <Meter
        label={name ?? courierId}
        total={planned}
        parts={[
          { value: done, fill: 'good' },
          { value: failed, fill: 'bad' },
          { value: onTheWay, fill: 'busy' },
        ]}
      />
    </li>
  );
}

function Goods({ day }: { day: string }) {
  const t = useTranslations('today');
  const demand = useDoor('GET /admin/demand', { day }, every);
  return (
    <Card title={t('demand')} aside={<Link href={`/demand?day=${day}`}>{t('toDemand')}</Link>}>
      <Await query={demand}>
        {({ products }) => {
          if (products.length === 0) return <p className="text-soft">{t('noDemand')}</p>;
          const first = products.toSorted((a, b) => b.short - a.short || b.total - a.total).slice(0, SHOWN);
          return (
            <ul className="grid gap-3">
              {first.map(({ productId, name, unit, total, supply, short }) => (
                <li key={productId} className="grid gap-1">
                  <span className="flex flex-wrap justify-between gap-x-3">
                    <span className="font-semibold">
                      {name} {unit && <span className="font-normal text-soft">{unit}</span>}
                    </span>
                    <span className="figures text-sm">
                      {t('of', { total, supply })}{' '}
                      {short > 0 && <Tag tone="bad">{t('short', { count: short })}</Tag>}
                    </span>
                  </span>
                  <Meter
                    label={name}
                    total={Math.max(supply, total)}
                    parts={[
                      { value: total - short, fill: 'plain' },
                      { value: short, fill: 'bad' },
                    ]}
                  />
                </li>
              ))}
            </ul>
          );
        }}
      </Await>
    </Card>
  );
}

function Money() {
  const t = useTranslations('today');
  const till = useTranslations('till');
  const { money } = useFormats();
  const owed = useDoor('GET /payment/owed', {}, every);
  const cash = useDoor('GET /payment/cash', {}, every);
  const held = cash.data?.reduce((sum, { expected }) => sum + expected, 0);
  return (
    <Card title={t('money')} aside={<Link href="/till">{t('toTill')}</Link>}>
      <Await query={owed}>
        {(is) => (
          <dl className="grid gap-2">
            {(
              [
                [till('withCouriers'), held],
                [till('deskCash'), is.deskCash],
                [till('held'), is.total],
                [till('owedByCustomers'), is.owed],
              ] as const
            ).map(([label, amount]) => (
              <div key={label} className="flex justify-between gap-3">
                <dt>{label}</dt>
                <dd className="figures whitespace-nowrap font-semibold">
                  {amount === undefined ? '…' : money(amount)}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Await>
    </Card>
  );
}

function Sales({ day }: { day: string }) {
  const t = useTranslations('today');
  const { day: shortDay } = useFormats();
  const from = addDays(day, -13);
  const sales = useDoor('GET /analytics/report', { type: 'sales', from, to: day }, { staleMs: 60_000 });
  return (
    <Card title={t('sales')} aside={<Link href="/reports">{t('toReports')}</Link>}>
      <Await query={sales}>
        {(rows) => {
          const by = new Map<string, number>();
          for (let at = from; at <= day; at = addDays(at, 1)) by.set(at, 0);
          for (const row of rows as { day: string; deliveredAmount: number }[])
            by.set(row.day, (by.get(row.day) ?? 0) + row.deliveredAmount);
          return (
            <Suspense fallback={<Skeleton lines={1} className="h-56" />}>
              <Bars
                label={t('sales')}
                isMoney
                rows={[...by].map(([at, amount]) => ({
                  name: shortDay(at),
                  values: { [t('delivered')]: amount },
                }))}
              />
            </Suspense>
          );
        }}
      </Await>
    </Card>
  );
}
