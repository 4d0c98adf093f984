import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { useChange } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Select } from '../../kit/ui/Field.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { type Line, stale } from './calendar.ts';

/** What can be done about a day; what can be taken back is done at once and can be undone. */
export function DayDeeds({
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
  const kit = useTranslations('kit');
  const { day: dayText, money, today } = useFormats();
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
      const takeBack = undo && (() => void doAll(undo, kit('undone')));
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
  const to = day < today() ? undefined : subscriptions[0]?.subscriptionId;
  const canAdd = to !== undefined && products.length > 0;
  if (![skippable, skipped, paused].some((ids) => ids.length > 0) && !canAdd) return null;
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
      {canAdd && (
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
