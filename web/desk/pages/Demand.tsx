import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import type { Output } from '../../kit/api/client.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { useProductNames } from '../../kit/products.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Empty, Failure } from '../../kit/ui/States.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { DayBar, useShownDay } from '../DayBar.tsx';
import { Download } from '../Download.tsx';
import { LOOK_MS } from '../look.ts';
import { Reasons, RunState } from '../RunState.tsx';

/** What a day needs of each product, and the order run that makes it so. */
export default function Demand() {
  const t = useTranslations('demand');
  const kit = useTranslations('desk');
  const { dayLong, moment, number } = useFormats();
  const [day, setDay] = useShownDay(1);
  const demand = useDoor('GET /admin/demand', { day }, { everyMs: LOOK_MS });
  return (
    <>
      <PageHead title={t('title')}>
        <DayBar day={day} onChange={setDay} />
        <Download door="GET /admin/demand" input={{ day, format: 'csv' }} name={`demand-${day}.csv`} />
        <Button className="no-print" onClick={() => print()}>
          {kit('print')}
        </Button>
      </PageHead>
      <p className="mb-3 text-soft">
        {dayLong(day)}
        {demand.data?.plannedAt && ` · ${t('plannedAt', { at: moment(demand.data.plannedAt) })}`}
      </p>
      <div className="grid gap-4">
        <Await query={demand}>
          {({ products }) =>
            products.length === 0 ? (
              <Empty title={t('none')} />
            ) : (
              <Table
                caption={t('title')}
                rows={products}
                keyOf={({ productId }) => productId}
                columns={[
                  {
                    label: t('product'),
                    of: ({ name, unit }) => (
                      <>
                        {name} {unit && <span className="font-normal text-soft">{unit}</span>}
                      </>
                    ),
                  },
                  { label: t('byHand'), end: true, of: (is) => number(is.orderedByHand) },
                  { label: t('byRun'), end: true, of: (is) => number(is.orderedByRun) },
                  { label: t('planned'), end: true, of: (is) => number(is.planned) },
                  { label: t('total'), end: true, of: (is) => <strong>{number(is.total)}</strong> },
                  { label: t('supply'), end: true, of: (is) => number(is.supply) },
                  {
                    label: t('short'),
                    end: true,
                    of: ({ short }) => (short > 0 ? <Tag tone="bad">{number(short)}</Tag> : '—'),
                  },
                  {
                    label: t('slots'),
                    of: ({ slots }) =>
                      slots.map(({ slotId, total }) => `${slotId} ${number(total)}`).join(' · ') || undefined,
                  },
                ]}
              />
            )
          }
        </Await>
        <div className="no-print grid items-start gap-4 lg:grid-cols-2">
          <Card title={t('run')}>
            <RunState day={day} />
            <RunNow day={day} />
          </Card>
          <Try day={day} />
        </div>
      </div>
    </>
  );
}

function RunNow({ day }: { day: string }) {
  const t = useTranslations('demand');
  const kit = useTranslations('kit');
  const { dayLong } = useFormats();
  const { say } = useToasts();
  const [open, setOpen] = useState(false);
  const run = useChange('POST /admin/run', {
    stale: ['GET /admin/run', 'GET /admin/demand', 'GET /admin/board', 'GET /admin/pack'],
  });
  const start = () =>
    run.change(
      { day },
      {
        done: ({ done, orders }) => {
          say(t(done ? 'ran' : 'runs', { count: orders }));
          setOpen(false);
        },
      },
    );
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('runNow')}</Button>
      <Sheet title={t('runNow')} open={open} onClose={() => setOpen(false)}>
        <p>{t('runNowText', { day: dayLong(day) })}</p>
        {run.refusal && <Failure error={run.refusal} />}
        <div className="grid grid-cols-2 gap-3">
          <Button onClick={() => setOpen(false)}>{kit('cancel')}</Button>
          <Button kind="primary" busy={run.busy} onClick={start}>
            {t('runNow')}
          </Button>
        </div>
      </Sheet>
    </>
  );
}

/** The run of a day tried out: nothing is written. */
function Try({ day }: { day: string }) {
  const t = useTranslations('demand');
  const attempt = useChange('POST /admin/run/simulate');
  return (
    <Card title={t('try')}>
      <p className="text-soft">{t('tryText')}</p>
      <Button busy={attempt.busy} onClick={() => attempt.change({ day })}>
        {t('tryNow')}
      </Button>
      {attempt.refusal && <Failure error={attempt.refusal} />}
      {attempt.answer?.day === day && <Tried result={attempt.answer} />}
    </Card>
  );
}

function Tried({ result }: { result: Output<'POST /admin/run/simulate'> }) {
  const t = useTranslations('demand');
  const { money } = useFormats();
  const status = useStatusText();
  const nameOf = useProductNames();
  return (
    <div role="status" className="grid gap-3">
      <p className="figures">
        {t('tried', { due: result.due, orders: result.orders, amount: money(result.amount) })}
      </p>
      <Reasons reasons={result.reasons} />
      {result.short.length > 0 && (
        <Table
          caption={t('fallShort')}
          rows={result.short}
          keyOf={({ subscriptionId, productId }) => `${subscriptionId} ${productId}`}
          columns={[
            {
              label: t('household'),
              of: ({ userId }) => <Link href={`/customers/${userId}`}>{userId}</Link>,
            },
            { label: t('product'), of: ({ productId }) => nameOf(productId) },
            { label: t('gets'), end: true, of: ({ granted, qty }) => t('of', { granted, qty }) },
            { label: t('why'), of: ({ reason }) => status(reason) },
          ]}
        />
      )}
    </div>
  );
}
