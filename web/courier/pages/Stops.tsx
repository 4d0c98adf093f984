import { Banknote, Check, ChevronRight, Clock, TriangleAlert, Truck, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Meter } from '../../kit/ui/Figures.tsx';
import { PageHead, useOnline } from '../../kit/ui/Shell.tsx';
import { Empty, Failure, Skeleton } from '../../kit/ui/States.tsx';
import { refresh, useFreshness } from '../phone/refresh.ts';
import { nameOf, useDays, useRecord, useStandings } from '../round.ts';
import { type Standing, totalsOf } from '../rules/stops.ts';

let lastDay: string | undefined;

/** The courier's stops of a day: what is next, what is left, what there is to collect. */
export function Stops() {
  const t = useTranslations('courier');
  const { today, days } = useDays();
  const [chosen, choose] = useState(lastDay);
  const day = chosen && days.includes(chosen) ? chosen : today;
  const { standings, asOf } = useStandings(day);
  const slots = [...new Map(standings.map(({ stop }) => [stop.slotId, stop]))];
  const [slotId, chooseSlot] = useState<string>();
  const inSlot = standings.filter(({ stop }) => !slotId || slots.length < 2 || stop.slotId === slotId);
  const open = inSlot.filter(({ state }) => state === 'OPEN');
  const over = inSlot.filter(({ state }) => state !== 'OPEN');
  const { dayNear, window } = useFormats();
  return (
    <>
      <PageHead title={t('stops.title')} />
      {days.length > 1 && (
        <Chips
          label={t('stops.day')}
          chips={days.map((one) => ({ value: one, label: dayNear(one) }))}
          value={day}
          onChange={(one) => {
            lastDay = one;
            choose(one);
          }}
        />
      )}
      {slots.length > 1 && (
        <Chips
          label={t('stops.slot')}
          chips={[
            { value: '', label: t('stops.allSlots') },
            ...slots.map(([id, stop]) => ({ value: id, label: window(stop.slotStartsAt, stop.slotEndsAt) })),
          ]}
          value={slotId ?? ''}
          onChange={(id) => chooseSlot(id || undefined)}
        />
      )}
      <Progress standings={inSlot} asOf={asOf} />
      {!asOf && <Nothing />}
      {asOf && standings.length === 0 && <Empty title={t('stops.none')}>{t('stops.noneText')}</Empty>}
      {open.length > 0 && <StopList standings={open} isFirstNext={day === today} />}
      {asOf && open.length === 0 && over.length > 0 && (
        <p className="my-4 flex items-center justify-center gap-2 rounded-xl bg-meadow-wash px-4 py-4 text-lg font-semibold text-meadow">
          <Check aria-hidden="true" /> {t('stops.allDone')}
        </p>
      )}
      {over.length > 0 && (
        <details className="group mt-5">
          <summary className="flex min-h-14 items-center gap-2 font-semibold">
            <ChevronRight aria-hidden="true" className="transition-transform group-open:rotate-90" />
            {t('stops.over', { count: over.length })}
          </summary>
          <StopList standings={over} />
        </details>
      )}
      {day <= today && <StartBar standings={open} />}
    </>
  );
}

function Chips({
  label,
  chips,
  value,
  onChange,
}: {
  label: string;
  chips: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <fieldset className="mb-3 flex flex-wrap gap-2">
      <legend className="sr-only">{label}</legend>
      {chips.map((chip) => (
        <Button
          key={chip.value}
          kind={chip.value === value ? 'primary' : 'quiet'}
          aria-pressed={chip.value === value}
          className="min-h-14"
          onClick={() => onChange(chip.value)}
        >
          {chip.label}
        </Button>
      ))}
    </fieldset>
  );
}

function Progress({ standings, asOf }: { standings: readonly Standing[]; asOf: string | undefined }) {
  const t = useTranslations('courier');
  const { money, time } = useFormats();
  const totals = totalsOf(standings);
  const isOnline = useOnline();
  const { isBusy } = useFreshness();
  const { today } = useFormats();
  const toCollect = standings
    .filter(({ state }) => state === 'OPEN')
    .reduce((sum, { stop }) => sum + Math.round(stop.cashDue * 100), 0);
  return (
    <section aria-label={t('stops.progress')} className="card mb-4 grid gap-3 p-4">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-display text-2xl font-bold">
          {t('stops.left', { left: totals.open, all: standings.length })}
        </span>
        <span className="figures font-semibold">
          {toCollect > 0 ? t('stops.toCollect', { amount: money(toCollect / 100) }) : t('stops.noCash')}
        </span>
      </p>
      <Meter
        label={t('stops.progress')}
        total={standings.length}
        parts={[
          { value: totals.delivered, fill: 'good' },
          { value: totals.failed, fill: 'bad' },
        ]}
      />
      <p className="flex flex-wrap items-center justify-between gap-2 text-soft">
        <span className="flex items-center gap-2">
          <Clock aria-hidden="true" className="size-4" />
          {asOf ? t('stops.asOf', { time: time(asOf) }) : t('stops.never')}
        </span>
        {isOnline && (
          <Button busy={isBusy} className="min-h-14" onClick={() => void refresh(today())}>
            {t('stops.refresh')}
          </Button>
        )}
      </p>
    </section>
  );
}

/** The phone has no stops yet: they come, or why not. */
function Nothing() {
  const t = useTranslations('courier');
  const { today } = useFormats();
  const { isBusy, error } = useFreshness();
  const isOnline = useOnline();
  if (error) return <Failure error={error} retry={() => void refresh(today())} />;
  if (isBusy) return <Skeleton lines={4} className="h-24" />;
  return <Empty title={t('stops.never')}>{isOnline ? null : t('stops.neverText')}</Empty>;
}

function StopList({
  standings,
  isFirstNext = false,
}: {
  standings: readonly Standing[];
  isFirstNext?: boolean;
}) {
  return (
    <ol className="grid gap-3">
      {standings.map((standing, i) => (
        <li key={standing.stop.deliveryId}>
          <StopCard standing={standing} isNext={isFirstNext && i === 0} />
        </li>
      ))}
    </ol>
  );
}

const marks = {
  OPEN: 'bg-float-wash text-ink',
  DONE: 'bg-meadow-wash text-meadow',
  FAILED: 'bg-berry-wash text-berry',
} as const;

function StopCard({ standing, isNext }: { standing: Standing; isNext: boolean }) {
  const t = useTranslations('courier');
  const { money } = useFormats();
  const { stop, place, state, status, refused, unsent } = standing;
  const { address } = stop;
  return (
    <Link
      href={`/stop/${stop.deliveryId}`}
      className={`card grid min-h-20 grid-cols-[auto_1fr_auto] items-center gap-3 p-3 no-underline ${
        isNext ? 'border-2 border-float' : ''
      }`}
    >
      <span
        className={`figures grid size-12 place-items-center rounded-full font-display text-xl font-bold ${marks[state]}`}
      >
        {state === 'DONE' ? (
          <Check aria-hidden="true" />
        ) : state === 'FAILED' ? (
          <X aria-hidden="true" />
        ) : (
          place
        )}
      </span>
      <span className="grid min-w-0 gap-0.5">
        {isNext && <span className="text-sm font-bold text-float">{t('stops.next')}</span>}
        <span className="text-lg leading-tight font-semibold">{nameOf(standing)}</span>
        {address && (
          <span className="text-soft">{[address.line1, address.pincode].filter(Boolean).join(', ')}</span>
        )}
        <span className="font-semibold">
          {stop.items.map(({ qty, name }) => `${qty} × ${name}`).join(', ')}
        </span>
        <span className="flex flex-wrap gap-x-3 text-sm font-semibold">
          {state === 'OPEN' && stop.cashDue > 0 && (
            <span className="inline-flex items-center gap-1">
              <Banknote aria-hidden="true" className="size-4" />{' '}
              {t('stops.collect', { amount: money(stop.cashDue) })}
            </span>
          )}
          {state === 'OPEN' && status !== 'ASSIGNED' && (
            <span className="inline-flex items-center gap-1 text-soft">
              <Truck aria-hidden="true" className="size-4" /> {t('stops.onTheWay')}
            </span>
          )}
          {refused && (
            <span className="inline-flex items-center gap-1 text-berry">
              <TriangleAlert aria-hidden="true" className="size-4" /> {t('stops.refused')}
            </span>
          )}
          {!refused && unsent.length > 0 && <span className="text-soft">{t('stops.unsent')}</span>}
        </span>
      </span>
      <ChevronRight aria-hidden="true" className="text-soft" />
    </Link>
  );
}

/** One tap when the milk is on board: every stop that was not fetched yet is on its way. */
function StartBar({ standings }: { standings: readonly Standing[] }) {
  const t = useTranslations('courier');
  const record = useRecord();
  const waiting = standings.filter(({ status, refused }) => status !== 'IN_TRANSIT' && !refused);
  if (waiting.length === 0) return null;
  const start = () =>
    void record(waiting, { what: 'STARTED' }, t('stops.started', { count: waiting.length }));
  return (
    <div className="thumb-bar">
      <Button kind="primary" size="large" wide className="min-h-16" onClick={start}>
        <Truck aria-hidden="true" /> {t('stops.start', { count: waiting.length })}
      </Button>
    </div>
  );
}
