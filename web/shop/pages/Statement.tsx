import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { askFile } from '../../kit/api/client.ts';
import type { Statement as Month } from '../../kit/api/doors.gen.ts';
import { useDoor } from '../../kit/api/hooks.ts';
import { saveFile } from '../../kit/files.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { useMovementText } from '../../kit/text/movements.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Select } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Skeleton } from '../../kit/ui/States.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

const MONTHS_BACK = 12;

/** The months up to the one of a day, the newest first: `2027-01`. */
function monthsUntil(day: string): string[] {
  const months: string[] = [];
  for (let of = day; months.length <= MONTHS_BACK; of = addDays(`${of.slice(0, 7)}-01`, -1)) {
    months.push(of.slice(0, 7));
  }
  return months;
}

/** A month of the household's money, to read and as a file. */
export default function Statement() {
  const t = useTranslations('statement');
  const { today, month: monthText } = useFormats();
  const { say } = useToasts();
  const text = useRefusalText();
  const [month, setMonth] = useState(today().slice(0, 7));
  const statement = useDoor('GET /payment/statement', { month }, { keep: true, staleMs: 0 });
  const download = async (format: 'csv' | 'pdf') => {
    try {
      saveFile(await askFile('GET /payment/statement', { month, format }), `statement-${month}.${format}`);
    } catch (error) {
      say(text(error), { bad: true });
    }
  };
  return (
    <>
      <PageHead title={t('title')}>
        <Button onClick={() => void download('pdf')}>PDF</Button>
        <Button onClick={() => void download('csv')}>CSV</Button>
      </PageHead>
      <div className="mb-4 max-w-xs">
        <Select
          label={t('month')}
          value={month}
          onChange={(event) => setMonth(event.target.value)}
          options={monthsUntil(today()).map((one) => ({ value: one, label: monthText(`${one}-01`) }))}
        />
      </div>
      <Await query={statement} loading={<Skeleton lines={6} className="h-12" />}>
        {(one) => (
          <div className="grid items-start gap-5 lg:grid-cols-2">
            <Totals month={one} />
            <Came month={one} />
            <Moved month={one} />
          </div>
        )}
      </Await>
    </>
  );
}

function Totals({ month: { opening, closing, totals, final } }: { month: Month }) {
  const t = useTranslations('statement');
  const { money } = useFormats();
  const { taxes, ...sums } = totals;
  const rows = (Object.keys(sums) as (keyof typeof sums)[]).filter((name) => sums[name] !== 0);
  return (
    <Card title={t('totals')}>
      <dl className="figures grid gap-1">
        <Row label={t('opening')} amount={money(opening.available)} />
        {rows.map((name) => (
          <Row key={name} label={t(`sums.${name}`)} amount={money(sums[name])} soft />
        ))}
        {taxes.map(({ name, amount }) => (
          <Row key={name} label={t('tax', { name })} amount={money(amount)} soft />
        ))}
        <Row label={t(final ? 'closing' : 'soFar')} amount={money(closing.available)} />
      </dl>
    </Card>
  );
}

function Row({ label, amount, soft }: { label: string; amount: string; soft?: boolean }) {
  return (
    <div className={`flex justify-between gap-4 ${soft ? 'text-soft' : 'font-bold'}`}>
      <dt>{label}</dt>
      <dd>{amount}</dd>
    </div>
  );
}

function Came({ month: { deliveries } }: { month: Month }) {
  const t = useTranslations('statement');
  const { money, day } = useFormats();
  const status = useStatusText();
  return (
    <Card title={t('came')}>
      {deliveries.length === 0 && <p className="text-soft">{t('nothing')}</p>}
      <ul className="divide-y divide-line">
        {deliveries.map(({ day: on, orderId, outcome, lines, amount }) => (
          <li key={`${on} ${orderId} ${outcome}`} className="flex justify-between gap-4 py-2">
            <span>
              <span className="block font-semibold">{day(on)}</span>
              <span className="text-sm text-soft">
                {outcome === 'DELIVERED'
                  ? lines.map(({ qty, name }) => `${qty} × ${name}`).join(', ')
                  : status(outcome)}
              </span>
            </span>
            <span className="figures font-semibold">{amount === 0 ? '' : money(amount)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Moved({ month: { movements } }: { month: Month }) {
  const t = useTranslations('statement');
  const { money, moment } = useFormats();
  const kind = useMovementText();
  return (
    <Card title={t('moved')} className="lg:col-span-2">
      {movements.length === 0 && <p className="text-soft">{t('nothing')}</p>}
      <ul className="divide-y divide-line">
        {movements.map(({ movementId, at, kind: is, change, balance }) => (
          <li
            key={movementId}
            className="grid grid-cols-[1fr_auto] gap-x-4 py-2 sm:grid-cols-[1fr_8rem_8rem]"
          >
            <span>
              <span className="block font-semibold">{kind(is)}</span>
              <span className="text-sm text-soft">{moment(at)}</span>
            </span>
            <span className="figures text-end">
              {change.available === 0 ? '' : `${change.available > 0 ? '+' : ''}${money(change.available)}`}
            </span>
            <span className="figures hidden text-end text-soft sm:block">{money(balance.available)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
