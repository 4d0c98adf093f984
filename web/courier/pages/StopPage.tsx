import { Navigation, Phone } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button, LinkButton } from '../../kit/ui/Button.tsx';
import { Choices, Stepper, TextArea, TextField } from '../../kit/ui/Field.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useDraft } from '../draft.ts';
import { PhotoField } from '../look.tsx';
import { mapUrlOf } from '../map.ts';
import { nameOf, useRecord, useStanding } from '../round.ts';
import { dueAtDoor } from '../rules/due.ts';
import { type Counted, nothingLeft, saidOf } from '../rules/said.ts';
import type { Standing, Stop } from '../rules/stops.ts';
import { Told } from './Told.tsx';

/** One stop: who and where, what to leave and to take, and what came of it. */
export function StopPage({ deliveryId }: { deliveryId: string }) {
  const t = useTranslations('courier');
  const { standing, day } = useStanding(deliveryId);
  const { today, dayNear } = useFormats();
  if (!standing) {
    return (
      <Empty title={t('stop.gone')}>
        {t('stop.goneText')}
        <LinkButton to="/" kind="primary" size="large">
          {t('stops.title')}
        </LinkButton>
      </Empty>
    );
  }
  const isLater = day !== undefined && day > today();
  const isToDo = standing.state === 'OPEN' && !standing.refused && !isLater;
  return (
    <>
      <PageHead title={nameOf(standing)}>
        <Tag tone={standing.state === 'DONE' ? 'good' : standing.state === 'FAILED' ? 'bad' : 'plain'}>
          {t(`stop.status.${standing.status}`)}
        </Tag>
      </PageHead>
      {isLater && <p className="mb-3 text-lg font-semibold">{t('stop.later', { day: dayNear(day) })}</p>}
      <Where stop={standing.stop} />
      <Told standing={standing} />
      {isToDo ? <AtDoor standing={standing} /> : <Goods stop={standing.stop} />}
    </>
  );
}

function Where({ stop: { address, household } }: { stop: Stop }) {
  const t = useTranslations('courier.stop');
  const map = mapUrlOf(address);
  return (
    <section aria-label={t('where')} className="card mb-4 grid gap-3 p-4">
      {address && (
        <p className="text-xl leading-snug">
          {[address.line1, address.line2, address.city, address.pincode].filter(Boolean).join(', ')}
        </p>
      )}
      {address?.note && (
        <p className="rounded-xl bg-butter-wash px-4 py-3 text-lg font-semibold">{address.note}</p>
      )}
      <p className="grid grid-cols-2 gap-3">
        {household.phone && (
          <a href={`tel:${household.phone}`} className={link}>
            <Phone aria-hidden="true" /> {t('call')}
          </a>
        )}
        {map && (
          <a href={map} target="_blank" rel="noreferrer" className={link}>
            <Navigation aria-hidden="true" /> {t('navigate')}
          </a>
        )}
      </p>
    </section>
  );
}

const link =
  'flex min-h-14 items-center justify-center gap-2 rounded-full border border-line-strong bg-paper px-4 font-semibold no-underline hover:bg-float-wash';

function Goods({ stop }: { stop: Stop }) {
  const t = useTranslations('courier.stop');
  return (
    <section aria-label={t('goods')} className="card p-4">
      <ul className="grid gap-3">
        {stop.items.map(({ productId, name, unit, qty }) => (
          <li key={productId} className="flex items-center gap-4">
            <Piece qty={qty} name={name} unit={unit} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Piece({ qty, name, unit }: { qty: number; name: string; unit: string | undefined }) {
  return (
    <>
      <span className="figures min-w-14 text-center font-display text-5xl leading-none font-extrabold">
        {qty}
      </span>
      <span className="me-auto text-xl leading-tight font-semibold">
        {name}
        {unit && <span className="block text-base font-normal text-soft">{unit}</span>}
      </span>
    </>
  );
}

/** What is left, taken and seen at the door; one press when all is as it should be. */
function AtDoor({ standing }: { standing: Standing }) {
  const t = useTranslations('courier.stop');
  const { stop } = standing;
  const { money } = useFormats();
  const { roundCashTo } = useDairy();
  const [, go] = useLocation();
  const record = useRecord();
  const [draft, setDraft, forgetDraft] = useDraft(stop.deliveryId, nothingCounted);
  const { counted, isShort, note } = draft;
  const [photo, setPhoto] = useState<Blob>();
  const change = (next: Partial<Counted>) => setDraft({ ...draft, counted: { ...counted, ...next } });
  const due = dueAtDoor(stop, counted.left, counted.empties, counted.paidBy === 'QR' ? 0 : roundCashTo);
  const { said, wrong } = saidOf(stop, counted, due, note);
  const isNothing = nothingLeft(stop, counted.left);
  const less = said?.items ?? [];
  const [isTried, setTried] = useState(false);
  const done = async () => {
    if (!said) return setTried(true);
    const words = { name: nameOf(standing) };
    await record([standing], { what: 'DELIVERED', said, photo }, t(less.length ? 'doneLess' : 'done', words));
    forgetDraft();
    go('/');
  };
  const label = less.length ? t('deliveredLess') : t('delivered');
  const sum = said?.cashCollected ? ` · ${money(said.cashCollected)}` : '';
  return (
    <>
      <section aria-label={t('goods')} className="card grid gap-3 p-4">
        <ul className="grid gap-4">
          {stop.items.map(({ productId, name, unit, qty }) => (
            <li key={productId} className="flex flex-wrap items-center gap-4">
              <Piece qty={isShort ? (counted.left[productId] ?? qty) : qty} name={name} unit={unit} />
              {isShort && (
                <Stepper
                  size="large"
                  label={t('leftOf', { name })}
                  value={counted.left[productId] ?? qty}
                  max={qty}
                  onChange={(left) => change({ left: { ...counted.left, [productId]: left } })}
                />
              )}
            </li>
          ))}
        </ul>
        {isShort && isNothing && (
          <p role="status" className="font-semibold text-berry">
            {t('nothingLeft')}
          </p>
        )}
      </section>
      <Collect {...{ stop, counted, change, due }} wrong={isTried ? wrong : undefined} />
      <section aria-label={t('proof')} className="card mt-4 grid gap-3 p-4">
        <TextArea
          label={t('note')}
          required={false}
          maxLength={500}
          value={note}
          onChange={(event) => setDraft({ ...draft, note: event.target.value })}
        />
        <PhotoField photo={photo} onChange={setPhoto} />
      </section>
      <div className="thumb-bar">
        <Button
          kind="primary"
          size="large"
          wide
          className="min-h-18 text-xl"
          disabled={isNothing}
          onClick={() => void done()}
        >
          {label}
          {sum}
        </Button>
        <div className="grid grid-cols-2 gap-2">
          <Button
            className="min-h-14"
            aria-pressed={isShort}
            onClick={() => setDraft({ ...draft, isShort: !isShort, counted: { ...counted, left: {} } })}
          >
            {isShort ? t('allThere') : t('short')}
          </Button>
          <LinkButton to={`/stop/${stop.deliveryId}/failed`} kind="danger" className="min-h-14">
            {t('notDelivered')}
          </LinkButton>
        </div>
      </div>
    </>
  );
}

const nothingCounted = {
  counted: { left: {}, empties: {}, paidBy: 'CASH', cash: undefined, reference: '' } as Counted,
  isShort: false,
  note: '',
};

interface CollectProps {
  stop: Stop;
  counted: Counted;
  change: (next: Partial<Counted>) => void;
  due: number;
  wrong: 'CASH' | 'REFERENCE' | undefined;
}

/** Empties and money. The amount due stands there already; who is given another sum writes that. */
function Collect({ stop, counted, change, due, wrong }: CollectProps) {
  const t = useTranslations('courier.stop');
  const { money } = useFormats();
  const takesMoney = stop.paid !== 'BEFORE';
  if (!takesMoney && stop.bottlesHeld.length === 0) return null;
  return (
    <section aria-label={t('collect')} className="card mt-4 grid gap-4 p-4">
      <h2 className="text-2xl">{t('collect')}</h2>
      {stop.bottlesHeld.map(({ productId, name, count }) => (
        <div key={productId} className="flex flex-wrap items-center justify-between gap-3">
          <span className="text-lg font-semibold">{t('empties', { name, count })}</span>
          <Stepper
            size="large"
            label={t('emptiesOf', { name })}
            value={counted.empties[productId] ?? 0}
            max={count}
            onChange={(back) => change({ empties: { ...counted.empties, [productId]: back } })}
          />
        </div>
      ))}
      {stop.paid === 'AT_DOOR' && (
        <p className="flex items-baseline justify-between gap-3">
          <span className="text-lg font-semibold">{t('due')}</span>
          <span className="figures font-display text-4xl font-extrabold">{money(due)}</span>
        </p>
      )}
      {takesMoney && (
        <TextField
          label={stop.paid === 'AT_DOOR' ? t('cash') : t('cashOnAccount')}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          className="min-h-14 text-2xl"
          value={counted.cash ?? (stop.paid === 'AT_DOOR' ? String(due) : '')}
          error={wrong === 'CASH' ? t('cashWrong') : undefined}
          onChange={(event) => change({ cash: event.target.value })}
        />
      )}
      {stop.paid === 'AT_DOOR' && due > 0 && (
        <Choices
          label={t('paidBy')}
          columns="grid-cols-2"
          value={counted.paidBy}
          onChange={(paidBy) => change({ paidBy })}
          choices={[
            { value: 'CASH', label: t('byCash') },
            { value: 'QR', label: t('byQr') },
          ]}
        />
      )}
      {counted.paidBy === 'QR' && (
        <TextField
          label={t('reference')}
          hint={t('referenceHint')}
          autoComplete="off"
          className="min-h-14"
          value={counted.reference}
          error={wrong === 'REFERENCE' ? t('referenceWrong') : undefined}
          onChange={(event) => change({ reference: event.target.value })}
        />
      )}
    </section>
  );
}
