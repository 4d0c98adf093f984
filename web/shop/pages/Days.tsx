import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Output } from '../../kit/api/client.ts';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { addDays, daysBetween, monthOf, useFormats, weekdayOf, weekdays } from '../../kit/formats.ts';
import { useSchedule } from '../../kit/schedule.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button, IconButton, LinkButton } from '../../kit/ui/Button.tsx';
import { Select } from '../../kit/ui/Field.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Empty, Skeleton } from '../../kit/ui/States.tsx';
import { useStatusText } from '../../kit/ui/StatusTag.tsx';
import { Tag, type Tone } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

type Day = Output<'GET /order/calendar'>[number];
type Line = Day['lines'][number];
const stale = ['GET /order/calendar', 'GET /order/subscriptions', 'GET /payment/wallet'] as const;
const coming: readonly string[] = ['PLANNED', 'LOCKED', 'ORDERED', 'SHORT', 'DELIVERED'];

/** The household's month: what comes on each day, and what can be done about it. */
export default function Days() {
  const t = useTranslations('days');
  const { today, month } = useFormats();
  const [shown, setShown] = useState(today());
  const [chosen, setChosen] = useState<string>();
  const { first, last } = monthOf(shown);
  const calendar = useDoor('GET /order/calendar', { from: first, to: last }, { keep: true });
  const subscriptions = useDoor('GET /order/subscriptions', {});
  return (
    <>
      <PageHead title={t('title')} />
      <div className="grid items-start gap-5 lg:grid-cols-[3fr_2fr]">
        <section className="card p-3 sm:p-5">
          <div className="mb-3 flex items-center justify-between">
            <IconButton label={t('previous')} onClick={() => setShown(addDays(first, -1))}>
              <ChevronLeft aria-hidden="true" />
            </IconButton>
            <h2 className="text-xl" aria-live="polite">
              {month(first)}
            </h2>
            <IconButton label={t('next')} onClick={() => setShown(addDays(last, 1))}>
              <ChevronRight aria-hidden="true" />
            </IconButton>
          </div>
          <Await query={calendar} loading={<Skeleton lines={5} className="h-16" />}>
            {(days) => <Month first={first} last={last} days={days} choose={setChosen} />}
          </Await>
        </section>
        <Await query={subscriptions}>{(some) => <Standing subscriptions={some} />}</Await>
      </div>
      {chosen && (
        <DaySheet
          day={chosen}
          lines={calendar.data?.find(({ day }) => day === chosen)?.lines ?? []}
          subscriptions={(subscriptions.data ?? []).filter(({ status }) => status !== 'CANCELLED')}
          close={() => setChosen(undefined)}
        />
      )}
    </>
  );
}

function Month({
  first,
  last,
  days,
  choose,
}: {
  first: string;
  last: string;
  days: readonly Day[];
  choose: (day: string) => void;
}) {
  const t = useTranslations('days');
  const { money, weekday, dayLong, today } = useFormats();
  const byDay = new Map(days.map((one) => [one.day, one]));
  const now = today();
  return (
    <div className="grid grid-cols-7 gap-1">
      {weekdays.map((one) => (
        <span key={one} className="text-center text-sm text-soft" aria-hidden="true">
          {weekday(one)}
        </span>
      ))}
      {daysBetween(first, last).map((day, i) => {
        const one = byDay.get(day);
        const lines = one?.lines ?? [];
        const comes = lines.some(({ status }) => coming.includes(status));
        const isOff = lines.length > 0 && !comes;
        const told = comes ? money(one?.amount ?? 0) : t('nothing');
        return (
          <button
            key={day}
            type="button"
            style={i === 0 ? { gridColumnStart: weekdayOf(day) + 1 } : undefined}
            onClick={() => choose(day)}
            className={`grid min-h-16 content-start rounded-xl border p-1 text-start sm:min-h-20 sm:p-2 ${
              day === now ? 'border-float border-2' : 'border-line'
            } ${comes ? 'bg-float-wash' : isOff ? 'bg-butter-wash' : 'bg-paper'}`}
          >
            <span className="sr-only">{`${dayLong(day)}: ${told}`}</span>
            <span className="figures font-semibold" aria-hidden="true">
              {Number(day.slice(8))}
            </span>
            {(comes || isOff) && (
              <span className="figures truncate text-xs sm:text-sm" aria-hidden="true">
                {comes ? told : '–'}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}

function toneOf(status: string): Tone {
  if (status === 'DELIVERED') return 'good';
  if (coming.includes(status)) return status === 'SHORT' ? 'warn' : 'plain';
  return status === 'SKIPPED' || status === 'PAUSED' ? 'warn' : 'bad';
}

function DaySheet({
  day,
  lines,
  subscriptions,
  close,
}: {
  day: string;
  lines: readonly Line[];
  subscriptions: readonly Subscription[];
  close: () => void;
}) {
  const t = useTranslations('days');
  const { money, dayLong, moment } = useFormats();
  const status = useStatusText();
  const names = useDoor('GET /product/list', {});
  const nameOf = (productId: string) =>
    names.data?.find((one) => one.productId === productId)?.name ?? productId;
  const now = new Date().toISOString();
  return (
    <Sheet title={dayLong(day)} open onClose={close}>
      {lines.length === 0 && <p className="text-soft">{t('nothing')}</p>}
      <ul className="grid gap-3">
        {lines.map((line) => (
          <li key={`${line.subscriptionId} ${line.productId} ${line.status}`} className="grid gap-1">
            <p className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-semibold">
                {line.qty} × {nameOf(line.productId)}
              </span>
              <span className="figures">{coming.includes(line.status) ? money(line.amount) : ''}</span>
            </p>
            <p className="flex flex-wrap items-center gap-2 text-sm text-soft">
              <Tag tone={toneOf(line.status)}>{status(line.status)}</Tag>
              {line.locksAt > now
                ? t('locks', { time: moment(line.locksAt) })
                : t('locked', { time: moment(line.locksAt) })}
            </p>
          </li>
        ))}
      </ul>
      <DayDeeds
        day={day}
        lines={lines}
        subscriptions={subscriptions}
        close={close}
        products={names.data ?? []}
      />
    </Sheet>
  );
}

/** What can be done about a day; what can be taken back is done at once and can be undone. */
function DayDeeds({
  day,
  lines,
  subscriptions,
  close,
  products,
}: {
  day: string;
  lines: readonly Line[];
  subscriptions: readonly Subscription[];
  close: () => void;
  products: readonly { productId: string; name: string }[];
}) {
  const t = useTranslations('days');
  const { day: dayText, money } = useFormats();
  const text = useRefusalText();
  const { say } = useToasts();
  const change = useChange('PATCH /order/subscription', { stale });
  const [extra, setExtra] = useState(products[0]?.productId ?? '');
  type Act = Parameters<typeof change.changeNow>[0];
  /** Does the same to several standing orders, one after the other; the last receipt has the month. */
  const doAll = async (acts: readonly Act[], told: string, undo?: readonly Act[]) => {
    try {
      let month = 0;
      for (const act of acts) month = (await change.changeNow(act)).receipt?.monthAfter ?? month;
      const takeBack = undo && (() => void doAll(undo, t('month', { amount: '' }).trim()));
      say(`${told} ${acts.length === 1 ? t('month', { amount: money(month) }) : ''}`.trim(), {
        undo: takeBack,
      });
      close();
    } catch (error) {
      say(text(error), { bad: true });
    }
  };
  const idsOf = (wanted: (line: Line) => boolean) => [
    ...new Set(lines.filter(wanted).flatMap(({ subscriptionId }) => subscriptionId ?? [])),
  ];
  const now = new Date().toISOString();
  const isOpen = ({ locksAt }: Line) => locksAt > now;
  const skippable = idsOf((line) => line.status === 'PLANNED' && isOpen(line));
  const skipped = idsOf((line) => line.status === 'SKIPPED' && isOpen(line));
  const paused = idsOf((line) => line.status === 'PAUSED' && isOpen(line));
  const each = (ids: readonly string[], act: object) =>
    ids.map((subscriptionId) => ({ subscriptionId, ...act }) as Act);
  const to = subscriptions[0]?.subscriptionId;
  return (
    <div className="grid gap-2 border-t border-line pt-4">
      {skippable.length > 0 && (
        <>
          <Button
            kind="primary"
            busy={change.busy}
            onClick={() =>
              void doAll(
                each(skippable, { action: 'SKIP', day }),
                t('skipped', { day: dayText(day) }),
                each(skippable, { action: 'UNSKIP', day }),
              )
            }
          >
            {t('skip')}
          </Button>
          <Button
            busy={change.busy}
            onClick={() =>
              void doAll(
                each(skippable, { action: 'PAUSE', from: day }),
                t('paused', { day: dayText(day) }),
                each(skippable, { action: 'RESUME', from: day }),
              )
            }
          >
            {t('pauseFrom')}
          </Button>
        </>
      )}
      {skipped.length > 0 && (
        <Button
          kind="primary"
          busy={change.busy}
          onClick={() =>
            void doAll(each(skipped, { action: 'UNSKIP', day }), t('unskipped', { day: dayText(day) }))
          }
        >
          {t('unskip')}
        </Button>
      )}
      {paused.length > 0 && (
        <Button
          kind="primary"
          busy={change.busy}
          onClick={() =>
            void doAll(each(paused, { action: 'RESUME', from: day }), t('resumed', { day: dayText(day) }))
          }
        >
          {t('resume')}
        </Button>
      )}
      {to && products.length > 0 && (
        <div className="grid grid-cols-[1fr_auto] items-end gap-2">
          <Select
            label={t('addWhat')}
            value={extra}
            onChange={(event) => setExtra(event.target.value)}
            options={products.map(({ productId, name }) => ({ value: productId, label: name }))}
          />
          <Button
            busy={change.busy}
            onClick={() =>
              void doAll(
                [
                  {
                    subscriptionId: to,
                    action: 'ADD_ONE_OFF',
                    day,
                    items: [{ productId: extra || (products[0]?.productId ?? ''), qty: 1 }],
                  } as Act,
                ],
                t('addedTo', { day: dayText(day) }),
              )
            }
          >
            {t('add')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Standing({ subscriptions }: { subscriptions: readonly Subscription[] }) {
  const t = useTranslations('days');
  const words = useTranslations('subscribe');
  const { day: dayText } = useFormats();
  const daysOf = useSchedule();
  const status = useStatusText();
  const { say } = useToasts();
  const text = useRefusalText();
  const change = useChange('PATCH /order/subscription', { stale });
  const current = subscriptions.filter(({ status: is }) => is !== 'CANCELLED');
  if (current.length === 0) {
    return (
      <Empty title={t('none')}>
        {t('noneText')}
        <LinkButton to="/" kind="primary">
          {words('what')}
        </LinkButton>
      </Empty>
    );
  }
  return (
    <section className="card grid gap-4 p-4">
      <h2 className="text-xl">{t('standing')}</h2>
      <ul className="grid gap-4">
        {current.map((one) => (
          <li key={one.subscriptionId} className="grid gap-1">
            <p className="flex flex-wrap items-center justify-between gap-2 font-semibold">
              {one.items.map(({ productId, qty, name }) => `${qty} × ${name ?? productId}`).join(', ')}
              <Tag tone={one.status === 'ACTIVE' ? 'good' : 'warn'}>{status(one.status)}</Tag>
            </p>
            <p className="text-soft">
              {daysOf(one.schedule)}
              {one.nextDelivery ? `, ${t('from', { day: dayText(one.nextDelivery) })}` : ''}
            </p>
            <div>
              <Button
                kind="danger"
                size="small"
                busy={change.busy}
                onClick={() =>
                  change.change(
                    { subscriptionId: one.subscriptionId, action: 'CANCEL' },
                    {
                      done: ({ receipt }) =>
                        say(t('ended', { day: dayText(receipt?.firstDayAffected ?? one.startDate) })),
                      refused: (why) => say(text(why), { bad: true }),
                    },
                  )
                }
              >
                {t('end')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
