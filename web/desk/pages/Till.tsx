import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import type { Output } from '../../kit/api/client.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { TextField } from '../../kit/ui/Field.tsx';
import { Card, Figure } from '../../kit/ui/Figures.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await } from '../../kit/ui/States.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { LOOK_MS } from '../look.ts';

const stale = [
  'GET /payment/cash',
  'GET /payment/owed',
  'GET /payment/payouts',
  'GET /payment/disputes',
] as const;
const amountField = { type: 'number', inputMode: 'decimal', step: '0.01', required: true } as const;
type Holder = Output<'GET /payment/cash'>[number];

/** Cash from the doors, what the dairy holds for its customers, and what goes out. */
export default function Till() {
  const t = useTranslations('till');
  const { money } = useFormats();
  const owed = useDoor('GET /payment/owed', {}, { everyMs: LOOK_MS });
  const [doing, setDoing] = useState<'BANK' | 'PAYOUT'>();
  const close = () => setDoing(undefined);
  return (
    <>
      <PageHead title={t('title')}>
        <Button onClick={() => setDoing('PAYOUT')}>{t('providerPaid')}</Button>
        <Button kind="primary" onClick={() => setDoing('BANK')}>
          {t('bank')}
        </Button>
      </PageHead>
      <Await query={owed}>
        {(is) => (
          <>
            <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
              <Figure label={t('deskCash')} value={money(is.deskCash)} />
              <Figure label={t('held')} value={money(is.total)} />
              <Figure label={t('owedByCustomers')} value={money(is.owed)} bad={is.owed > 0} />
              <Figure label={t('promo')} value={money(is.promo)} />
            </div>
            <p className="figures mb-4 text-sm text-soft">
              {t('heldParts', {
                wallet: money(is.wallet),
                deferred: money(is.deferred),
                deposits: money(is.deposits),
                transit: money(is.transit),
                suspense: money(is.suspense),
              })}
            </p>
          </>
        )}
      </Await>
      <div className="wall">
        <Couriers />
        <Payouts />
        <Disputes />
      </div>
      <Sheet title={t('bank')} open={doing === 'BANK'} onClose={close}>
        <Bank done={close} />
      </Sheet>
      <Sheet title={t('providerPaid')} open={doing === 'PAYOUT'} onClose={close}>
        <ProviderPaid done={close} />
      </Sheet>
    </>
  );
}

function Couriers() {
  const t = useTranslations('till');
  const { money } = useFormats();
  const cash = useDoor('GET /payment/cash', {}, { everyMs: LOOK_MS });
  const [from, setFrom] = useState<Holder>();
  return (
    <Card title={t('couriers')}>
      <Await query={cash}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="text-soft">{t('noCouriers')}</p>
          ) : (
            <Table
              caption={t('couriers')}
              rows={rows}
              keyOf={({ courierId }) => courierId}
              columns={[
                {
                  label: t('courier'),
                  of: ({ name, courierId, active }) => (
                    <>
                      {name ?? courierId} {!active && <Tag tone="warn">{t('former')}</Tag>}
                    </>
                  ),
                },
                { label: t('expected'), end: true, of: ({ expected }) => money(expected) },
                {
                  label: t('deeds'),
                  bare: true,
                  of: (holder) => (
                    <Button size="small" onClick={() => setFrom(holder)}>
                      {t('handOver')}
                    </Button>
                  ),
                },
              ]}
            />
          )
        }
      </Await>
      <Sheet title={t('handOver')} open={from !== undefined} onClose={() => setFrom(undefined)}>
        {from && <HandOver holder={from} done={() => setFrom(undefined)} />}
      </Sheet>
    </Card>
  );
}

function HandOver({ holder: { courierId, name, expected }, done }: { holder: Holder; done: () => void }) {
  const t = useTranslations('till');
  const { money } = useFormats();
  const { say } = useToasts();
  return (
    <DoorForm
      door="POST /payment/handover"
      stale={stale}
      submit={t('handOver')}
      input={(fields) => ({ courierId, counted: fields.number('counted') })}
      done={({ difference, counted }) => {
        say(
          difference === 0
            ? t('exact', { amount: money(counted) })
            : t(difference < 0 ? 'missing' : 'over', { amount: money(Math.abs(difference)) }),
          { bad: difference < 0 },
        );
        done();
      }}
    >
      {(wrong) => (
        <>
          <p>{t('shouldHave', { name: name ?? courierId, amount: money(expected) })}</p>
          <TextField label={t('counted')} name="counted" {...amountField} min="0" error={wrong('/counted')} />
        </>
      )}
    </DoorForm>
  );
}

function Bank({ done }: { done: () => void }) {
  const t = useTranslations('till');
  const { money } = useFormats();
  const { say } = useToasts();
  return (
    <DoorForm
      door="POST /payment/banked"
      stale={stale}
      submit={t('bank')}
      input={(fields) => ({ amount: fields.number('amount') })}
      done={({ amount }) => {
        say(t('banked', { amount: money(amount) }));
        done();
      }}
    >
      {(wrong) => (
        <TextField label={t('amount')} name="amount" {...amountField} min="0.01" error={wrong('/amount')} />
      )}
    </DoorForm>
  );
}

function ProviderPaid({ done }: { done: () => void }) {
  const t = useTranslations('till');
  const { money } = useFormats();
  const { say } = useToasts();
  return (
    <DoorForm
      door="POST /payment/settlement"
      stale={stale}
      input={(fields) => ({
        payoutRef: fields.text('payoutRef'),
        amount: fields.number('amount'),
        fee: fields.number('fee'),
      })}
      done={({ amount }) => {
        say(t('booked', { amount: money(amount) }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <p className="text-soft">{t('providerText')}</p>
          <TextField label={t('ref')} name="payoutRef" maxLength={100} required error={wrong('/payoutRef')} />
          <TextField
            label={t('arrived')}
            name="amount"
            {...amountField}
            min="0.01"
            error={wrong('/amount')}
          />
          <TextField label={t('fee')} name="fee" {...amountField} min="0" error={wrong('/fee')} />
        </>
      )}
    </DoorForm>
  );
}

/** Withdrawals that the desk pays out at the bank. */
function Payouts() {
  const t = useTranslations('till');
  const { money, moment } = useFormats();
  const text = useRefusalText();
  const { say } = useToasts();
  const payouts = useDoor('GET /payment/payouts', {});
  const settle = useChange('POST /payment/payout', { stale });
  const tell = (refundId: string, status: 'SUCCESS' | 'FAILED') =>
    settle.change(
      { refundId, status },
      { done: () => say(t(`told.${status}`)), refused: (why) => say(text(why), { bad: true }) },
    );
  return (
    <Card title={t('payouts')}>
      <p className="text-soft">{t('payoutsText')}</p>
      <Await query={payouts}>
        {(rows) =>
          rows.length === 0 ? (
            <p>{t('noPayouts')}</p>
          ) : (
            <ul className="grid gap-3">
              {rows.map(({ refundId, userId, amount, reason, createdAt }) => (
                <li key={refundId} className="flex flex-wrap items-center justify-between gap-2">
                  <span>
                    <Link href={`/customers/${userId}`}>{userId}</Link>
                    <span className="block text-sm text-soft">{moment(createdAt)}</span>
                    {reason === 'WRONG_CURRENCY' && <Tag tone="warn">{t('foreign')}</Tag>}
                  </span>
                  <span className="figures font-bold">{money(amount)}</span>
                  <span className="flex gap-2">
                    <Button size="small" kind="primary" onClick={() => tell(refundId, 'SUCCESS')}>
                      {t('paidOut')}
                    </Button>
                    <Button size="small" kind="danger" onClick={() => tell(refundId, 'FAILED')}>
                      {t('notPaid')}
                    </Button>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
    </Card>
  );
}

function Disputes() {
  const t = useTranslations('till');
  const { money, moment } = useFormats();
  const disputes = useDoor('GET /payment/disputes', {});
  return (
    <Card title={t('disputes')}>
      <Await query={disputes}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="text-soft">{t('noDisputes')}</p>
          ) : (
            <Table
              caption={t('disputes')}
              rows={rows}
              keyOf={({ disputeId }) => disputeId}
              columns={[
                {
                  label: t('household'),
                  of: ({ userId }) => <Link href={`/customers/${userId}`}>{userId}</Link>,
                },
                { label: t('since'), of: ({ openedAt }) => moment(openedAt) },
                { label: t('amount'), end: true, of: ({ amount }) => money(amount) },
                { label: t('fee'), end: true, of: ({ fee }) => money(fee) },
              ]}
            />
          )
        }
      </Await>
    </Card>
  );
}
