import { useTranslations } from 'use-intl';
import type { Output } from '../kit/api/client.ts';
import { useDoor } from '../kit/api/hooks.ts';
import { useFormats } from '../kit/formats.ts';
import { Meter } from '../kit/ui/Figures.tsx';
import { Await } from '../kit/ui/States.tsx';
import { StatusTag } from '../kit/ui/StatusTag.tsx';
import { LOOK_MS } from './look.ts';

/** While orders are made one can watch. */
const BUSY_MS = 2_000;
type Lock = Output<'GET /admin/run'>['locks'][number];

/** How far the order run of a day is, lock by lock, as long as one looks. */
export function RunState({ day }: { day: string }) {
  const t = useTranslations('run');
  const run = useDoor('GET /admin/run', { day }, { everyMs: LOOK_MS, staleMs: 0 });
  const isBusy = run.data?.locks.some(({ state }) => state === 'MAKING' || state === 'PLANNING') ?? false;
  useDoor('GET /admin/run', { day }, { everyMs: BUSY_MS, staleMs: 0, when: isBusy });
  return (
    <Await query={run}>
      {({ locks }) =>
        locks.length === 0 ? (
          <p className="text-soft">{t('none')}</p>
        ) : (
          <ul className="grid gap-4">
            {locks.map((lock) => (
              <LockState key={lock.lock} lock={lock} />
            ))}
          </ul>
        )
      }
    </Await>
  );
}

function LockState({ lock }: { lock: Lock }) {
  const t = useTranslations('run');
  const { moment, money, number } = useFormats();
  const { slotIds, state, due, made, orders, amount, reasons } = lock;
  return (
    <li className="grid gap-1">
      <span className="flex flex-wrap items-center justify-between gap-2">
        <span>
          <span className="font-semibold">{slotIds.join(', ')}</span>{' '}
          <span className="text-sm text-soft">{t('locks', { at: moment(lock.lock) })}</span>
        </span>
        <StatusTag status={state} />
      </span>
      {due !== undefined && (
        <>
          <Meter label={t('made', { made, due })} total={due} parts={[{ value: made, fill: 'good' }]} />
          <span className="figures text-sm text-soft">
            {t('made', { made: number(made), due: number(due) })} · {t('orders', { count: orders })} ·{' '}
            {money(amount)}
          </span>
          <Reasons reasons={reasons} />
        </>
      )}
    </li>
  );
}

/** Why what was due did not all become orders. */
export function Reasons({ reasons }: { reasons: Readonly<Record<string, number>> }) {
  const t = useTranslations('status');
  const entries = Object.entries(reasons);
  if (entries.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-2 text-sm">
      {entries.map(([reason, count]) => (
        <li key={reason} className="figures rounded-full bg-butter-wash px-2.5 py-0.5">
          {count} × {t.has(reason as never) ? t(reason as never) : reason}
        </li>
      ))}
    </ul>
  );
}
