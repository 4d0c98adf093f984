import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Subscription } from '../../kit/api/doors.gen.ts';
import { useDoor } from '../../kit/api/hooks.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { useSchedule } from '../../kit/schedule.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Select, TextField } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { DoorForm, type Fields } from '../../kit/ui/Form.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { Await } from '../../kit/ui/States.tsx';
import { StatusTag } from '../../kit/ui/StatusTag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { staleHousehold } from './stale.ts';

const actions = ['SKIP', 'UNSKIP', 'PAUSE', 'RESUME', 'CANCEL'] as const;
type Action = (typeof actions)[number];

/** A household's standing orders, and what it asks the desk to change of them. */
export function Standing({ userId }: { userId: string }) {
  const t = useTranslations('customer');
  const { day } = useFormats();
  const schedule = useSchedule();
  const subscriptions = useDoor('GET /order/subscriptions', { userId });
  const [chosen, setChosen] = useState<Subscription>();
  return (
    <Card title={t('standing')}>
      <Await query={subscriptions}>
        {(all) => {
          const current = all.filter(({ status }) => status !== 'CANCELLED');
          if (current.length === 0) return <p className="text-soft">{t('noStanding')}</p>;
          return (
            <ul className="grid gap-3">
              {current.map((one) => (
                <li key={one.subscriptionId} className="grid gap-1 border-b border-line pb-2 last:border-0">
                  <span className="flex flex-wrap items-center justify-between gap-2 font-semibold">
                    {one.items.map(({ productId, name, qty }) => `${qty} × ${name ?? productId}`).join(', ')}
                    <StatusTag status={one.status} />
                  </span>
                  <span className="text-soft">
                    {schedule(one.schedule)} · {one.slot}
                    {one.nextDelivery && ` · ${t('next', { day: day(one.nextDelivery) })}`}
                  </span>
                  <span>
                    <Button size="small" onClick={() => setChosen(one)}>
                      {t('change')}
                    </Button>
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Await>
      <Sheet title={t('changeStanding')} open={chosen !== undefined} onClose={() => setChosen(undefined)}>
        {chosen && <ChangeForm subscription={chosen} done={() => setChosen(undefined)} />}
      </Sheet>
    </Card>
  );
}

function ChangeForm({ subscription, done }: { subscription: Subscription; done: () => void }) {
  const t = useTranslations('customer');
  const { today, day, money } = useFormats();
  const { say } = useToasts();
  const { subscriptionId } = subscription;
  const [action, setAction] = useState<Action>('SKIP');
  const input = (fields: Fields) => {
    const from = fields.text('from');
    switch (action) {
      case 'SKIP':
      case 'UNSKIP':
        return { subscriptionId, action, day: from };
      case 'PAUSE':
        return { subscriptionId, action, from, to: fields.maybe('to') };
      default:
        return { subscriptionId, action, from };
    }
  };
  return (
    <DoorForm
      door="PATCH /order/subscription"
      stale={staleHousehold}
      kind={action === 'CANCEL' ? 'danger' : 'primary'}
      input={input}
      done={({ receipt }) => {
        say(t('changedFrom', { day: day(receipt.firstDayAffected), amount: money(receipt.monthAfter) }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <Select
            label={t('action')}
            value={action}
            onChange={(event) => setAction(event.target.value as Action)}
            options={actions.map((value) => ({ value, label: t(`actions.${value}`) }))}
          />
          <TextField
            label={t(action === 'SKIP' || action === 'UNSKIP' ? 'day' : 'from')}
            name="from"
            type="date"
            defaultValue={addDays(today(), 1)}
            required
            error={wrong('/day') ?? wrong('/from')}
          />
          {action === 'PAUSE' && (
            <TextField
              label={t('to')}
              hint={t('toHint')}
              name="to"
              type="date"
              required={false}
              error={wrong('/to')}
            />
          )}
        </>
      )}
    </DoorForm>
  );
}
