import { lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import type { Input } from '../../kit/api/client.ts';
import { useDoor } from '../../kit/api/hooks.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { useProductNames } from '../../kit/products.ts';
import { DayField } from '../../kit/ui/DayField.tsx';
import { Select } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Empty, Skeleton } from '../../kit/ui/States.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { type Column, Table } from '../../kit/ui/Table.tsx';
import type { ChartRow } from '../charts.tsx';
import { useShown } from '../DayBar.tsx';
import { Download } from '../Download.tsx';
import { Retention } from '../Retention.tsx';

const Bars = lazy(() => import('../charts.tsx').then(({ Bars: of }) => ({ default: of })));
const Lines = lazy(() => import('../charts.tsx').then(({ Lines: of }) => ({ default: of })));
const types = ['sales', 'orders', 'payments', 'subscriptions', 'recurring', 'retention'] as const;
type Type = (typeof types)[number];
/** The rows of a report are of its own kind; all are named values. */
type Row = Readonly<Record<string, string | number>>;
/** What a report shows when nobody has said which days. */
const DAYS: Readonly<Record<Type, number>> = {
  sales: 14,
  orders: 14,
  payments: 14,
  subscriptions: 30,
  recurring: 30,
  retention: 56,
};

/** What the dairy sold, was paid and keeps, as a chart, rows and a file. */
export default function Reports() {
  const t = useTranslations('reports');
  const { today } = useFormats();
  const { shown, set } = useShown();
  const type = types.find((one) => one === shown('type')) ?? 'sales';
  const to = shown('to') ?? today();
  const from = shown('from') ?? addDays(to, 1 - DAYS[type]);
  const input: Input<'GET /analytics/report'> = { type, from, to };
  const report = useDoor('GET /analytics/report', input, { staleMs: 60_000 });
  return (
    <>
      <PageHead title={t('title')}>
        <Download
          door="GET /analytics/report"
          input={{ ...input, format: 'csv' }}
          name={`${type}-${from}-${to}.csv`}
        />
      </PageHead>
      <div className="mb-4 grid grid-cols-2 gap-3 md:grid-cols-3 lg:max-w-3xl">
        <div className="col-span-2 md:col-span-1">
          <Select
            label={t('which')}
            value={type}
            onChange={(event) => set({ type: event.target.value, from: undefined })}
            options={types.map((value) => ({ value, label: t(`types.${value}`) }))}
          />
        </div>
        <DayField label={t('from')} value={from} max={to} onChange={(day) => set({ from: day })} />
        <DayField label={t('to')} value={to} max={today()} onChange={(day) => set({ to: day })} />
      </div>
      <Await query={report} loading={<Skeleton lines={6} className="h-10" />}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('none')} />
          ) : (
            <Shown type={type} rows={rows as unknown as readonly Row[]} />
          )
        }
      </Await>
    </>
  );
}

function Shown({ type, rows }: { type: Type; rows: readonly Row[] }) {
  return type === 'retention' ? <Retention rows={rows as never} /> : <Charted type={type} rows={rows} />;
}

function Charted({ type, rows }: { type: Type; rows: readonly Row[] }) {
  const t = useTranslations('reports');
  const chart = useChartRows(type, rows);
  const Chart = type === 'subscriptions' || type === 'recurring' ? Lines : Bars;
  return (
    <div className="grid gap-4">
      <Card title={t(`types.${type}`)}>
        <Suspense fallback={<Skeleton lines={1} className="h-64" />}>
          <Chart
            label={t(`types.${type}`)}
            rows={chart}
            isMoney={type !== 'subscriptions' && type !== 'orders'}
          />
        </Suspense>
      </Card>
      <Rows type={type} rows={rows} />
    </div>
  );
}

/** One point a day of what a report is about. */
function useChartRows(type: Type, rows: readonly Row[]): ChartRow[] {
  const t = useTranslations('reports');
  const status = useStatusText();
  const board = useTranslations('board');
  const { day: dayText } = useFormats();
  const byDay = new Map<string, Record<string, number>>();
  for (const row of rows) {
    const values = byDay.get(String(row.day)) ?? {};
    byDay.set(String(row.day), values);
    const add = (name: string, value: unknown) => {
      values[name] = (values[name] ?? 0) + Number(value);
    };
    if (type === 'sales') add(t('columns.deliveredAmount'), row.deliveredAmount);
    if (type === 'orders') add(status(String(row.status)), row.count);
    if (type === 'payments') add(board(`methods.${row.paymentMethod as 'COD'}`), row.succeededAmount);
    if (type === 'recurring') add(t('columns.next30Days'), row.next30Days);
    if (type === 'subscriptions')
      for (const name of ['active', 'paused', 'new', 'lost'] as const) add(t(`columns.${name}`), row[name]);
  }
  return [...byDay]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([at, values]) => ({ name: dayText(at), values }));
}

const amounts = /Amount$|^amount$|^next30Days$/;

/** Of sales, each product's sum over the days; of the others the rows as they are. */
function summed(type: Type, rows: readonly Row[]): readonly Row[] {
  if (type !== 'sales') return rows;
  const sums = new Map<string, Record<string, string | number>>();
  for (const { day: _, productId = '', ...values } of rows) {
    const sum = sums.get(String(productId)) ?? { productId };
    sums.set(String(productId), sum);
    for (const [name, value] of Object.entries(values)) sum[name] = Number(sum[name] ?? 0) + Number(value);
  }
  return [...sums.values()].sort((a, b) => Number(b.deliveredAmount) - Number(a.deliveredAmount));
}

function Rows({ type, rows: told }: { type: Type; rows: readonly Row[] }) {
  const t = useTranslations('reports');
  const rows = summed(type, told);
  const nameOf = useProductNames();
  const { money, number, day } = useFormats();
  const status = useStatusText();
  const board = useTranslations('board');
  const names = Object.keys(rows[0] ?? {});
  const show = (name: string, value: string | number | undefined): string => {
    if (name === 'day') return day(String(value));
    if (name === 'productId') return nameOf(String(value));
    if (name === 'status') return status(String(value));
    if (name === 'paymentMethod') return board(`methods.${value as 'COD'}`);
    if (typeof value !== 'number') return String(value ?? '');
    return amounts.test(name) ? money(value) : number(value);
  };
  const columns: Column<Row>[] = names.map((name) => ({
    label: t(`columns.${name as 'day'}`),
    end: typeof rows[0]?.[name] === 'number',
    of: (row) => show(name, row[name]),
  }));
  return (
    <Table
      caption={t(`types.${type}`)}
      rows={rows}
      keyOf={(row) =>
        names
          .slice(0, 2)
          .map((name) => row[name])
          .join(' ')
      }
      columns={columns}
    />
  );
}
