import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Track } from '../../kit/api/doors.gen.ts';
import { useDoor } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { addDays, useFormats } from '../../kit/formats.ts';
import { Button, LinkButton } from '../../kit/ui/Button.tsx';
import { Choices, Select, Stepper, TextField } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { ProblemList } from './ProblemList.tsx';

const kinds = ['SPOILT', 'MISSING', 'BROKEN', 'OTHER'] as const;
const stale = ['GET /order/problems', 'GET /payment/wallet', 'GET /payment/ledger'] as const;

/** What was wrong with a delivered order, and what came of that. */
export function Problems({ order }: { order: Track }) {
  const t = useTranslations('problems');
  const { day, money, dayOf, today } = useFormats();
  const { problemDays, instantCreditLimit } = useDairy();
  const [isOpen, setOpen] = useState(false);
  const mine = useDoor('GET /order/problems', {});
  const reports = (mine.data ?? []).filter(({ orderId }) => orderId === order.orderId);
  const deliveredAt = order.timeline.findLast(({ status }) => status === 'DELIVERED')?.at;
  const last = deliveredAt && addDays(dayOf(deliveredAt), problemDays);
  const isInTime = last !== undefined && today() <= last;
  const left = order.items
    .map(({ productId, name, qty, delivered = qty }) => {
      const told = reports.filter((one) => one.productId === productId);
      return { productId, name, qty: delivered - told.reduce((sum, one) => sum + one.qty, 0) };
    })
    .filter(({ qty }) => qty > 0);
  return (
    <Card
      title={t('title')}
      aside={
        <LinkButton to="/problems" size="small">
          {t('mine')}
        </LinkButton>
      }
    >
      {reports.length > 0 && <ProblemList reports={reports} items={order.items} />}
      {isInTime ? (
        <>
          <p className="text-soft">{t('until', { day: day(last), limit: money(instantCreditLimit) })}</p>
          <Button kind="butter" disabled={left.length === 0} onClick={() => setOpen(true)}>
            {t('report')}
          </Button>
        </>
      ) : (
        <p className="text-soft">{t('tooLate', { day: day(last ?? today()) })}</p>
      )}
      {isOpen && <ReportSheet orderId={order.orderId} left={left} close={() => setOpen(false)} />}
    </Card>
  );
}

function ReportSheet({
  orderId,
  left,
  close,
}: {
  orderId: string;
  /** What came and was not reported yet. */
  left: readonly { productId: string; name: string; qty: number }[];
  close: () => void;
}) {
  const t = useTranslations('problems');
  const { money } = useFormats();
  const { say } = useToasts();
  const [productId, setProduct] = useState(left[0]?.productId ?? '');
  const [kind, setKind] = useState<(typeof kinds)[number]>('SPOILT');
  const chosen = left.find((item) => item.productId === productId);
  const most = chosen?.qty ?? 1;
  const [qty, setQty] = useState(most);
  return (
    <Sheet title={t('report')} open onClose={close}>
      <DoorForm
        door="POST /order/problem"
        stale={stale}
        submit={t('send')}
        input={({ maybe }) => ({
          orderId,
          productId,
          qty: Math.min(qty, most),
          kind,
          note: maybe('note'),
        })}
        done={({ status, credited }) => {
          say(status === 'CREDITED' ? t('creditedNow', { amount: money(credited) }) : t('waits'));
          close();
        }}
      >
        {(wrong) => (
          <>
            <Select
              label={t('what')}
              value={productId}
              onChange={(event) => setProduct(event.target.value)}
              options={left.map((item) => ({ value: item.productId, label: item.name }))}
              error={wrong('/productId')}
            />
            <div className="flex flex-wrap items-center gap-3">
              <span className="font-semibold">{t('howMany')}</span>
              <Stepper
                label={t('howMany')}
                value={Math.min(qty, most)}
                min={1}
                max={most}
                onChange={setQty}
              />
              {wrong('/qty') && <span className="text-sm font-semibold text-berry">{wrong('/qty')}</span>}
            </div>
            <Choices
              label={t('kind')}
              columns="grid-cols-2"
              value={kind}
              onChange={setKind}
              choices={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
            />
            <TextField label={t('note')} name="note" maxLength={500} required={false} />
          </>
        )}
      </DoorForm>
    </Sheet>
  );
}
