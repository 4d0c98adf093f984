import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import type { Output } from '../../kit/api/client.ts';
import { useChange, useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { useProductNames } from '../../kit/products.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { TextField } from '../../kit/ui/Field.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { LOOK_MS } from '../look.ts';

type Report = Output<'GET /order/problems'>[number];
const stale = ['GET /order/problems', 'GET /payment/wallet', 'GET /payment/ledger'] as const;

/** What households reported and nobody has decided yet. */
export default function Complaints() {
  const t = useTranslations('problems');
  const { money, moment } = useFormats();
  const { say } = useToasts();
  const text = useRefusalText();
  const pages = useDoorPages('GET /order/problems', { limit: 50 }, { everyMs: LOOK_MS });
  const decide = useChange('PATCH /order/problem', { stale });
  const nameOf = useProductNames();
  const [partly, setPartly] = useState<Report>();
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  const settle = (report: Report, decision: 'CREDIT' | 'REFUSE') =>
    decide.change(
      { problemId: report.problemId, decision },
      {
        done: ({ credited }) =>
          say(decision === 'CREDIT' ? t('credited', { amount: money(credited) }) : t('refused')),
        refused: (why) => say(text(why), { bad: true }),
      },
    );
  return (
    <>
      <PageHead title={t('title')} />
      <Waiting pages={pages} lines={3} className="h-32" />
      {rows?.length === 0 && <Empty title={t('none')}>{t('noneText')}</Empty>}
      <ul className="grid gap-3">
        {rows?.map((report) => (
          <li key={report.problemId} className="card grid gap-2 p-4">
            <p className="flex flex-wrap items-baseline justify-between gap-2">
              <span className="font-semibold">
                {t(`kinds.${report.kind}`)}: {report.qty} × {nameOf(report.productId)}
              </span>
              <span className="figures text-lg font-bold">{money(report.amount)}</span>
            </p>
            {report.note && <p>“{report.note}”</p>}
            <p className="flex flex-wrap gap-x-4 text-sm text-soft">
              <span>{moment(report.createdAt)}</span>
              <Link href={`/customers/${report.userId}`}>{t('household')}</Link>
              <Link href={`/orders/${report.orderId}`}>{t('order')}</Link>
            </p>
            <p className="flex flex-wrap gap-2">
              <Button kind="primary" busy={decide.busy} onClick={() => settle(report, 'CREDIT')}>
                {t('credit', { amount: money(report.amount) })}
              </Button>
              <Button onClick={() => setPartly(report)}>{t('creditPart')}</Button>
              <Button kind="danger" busy={decide.busy} onClick={() => settle(report, 'REFUSE')}>
                {t('refuse')}
              </Button>
            </p>
          </li>
        ))}
      </ul>
      <More pages={pages} />
      <Sheet title={t('creditPart')} open={partly !== undefined} onClose={() => setPartly(undefined)}>
        {partly && (
          <DoorForm
            door="PATCH /order/problem"
            stale={stale}
            submit={t('creditPart')}
            input={(fields) => ({
              problemId: partly.problemId,
              decision: 'CREDIT' as const,
              amount: fields.number('amount'),
            })}
            done={({ credited }) => {
              say(t('credited', { amount: money(credited) }));
              setPartly(undefined);
            }}
          >
            {(wrong) => (
              <TextField
                label={t('amount')}
                name="amount"
                type="number"
                inputMode="decimal"
                step="0.01"
                min="0.01"
                max={partly.amount}
                required
                error={wrong('/amount')}
              />
            )}
          </DoorForm>
        )}
      </Sheet>
    </>
  );
}
