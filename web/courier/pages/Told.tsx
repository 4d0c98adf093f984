import { useTranslations } from 'use-intl';
import { Refusal } from '../../kit/api/client.ts';
import { useFormats } from '../../kit/formats.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { dismiss, takeBack, tryAgain, usePhone } from '../phone/store.ts';
import { type Action, canTakeBack, isHeldBack } from '../rules/outbox.ts';
import type { Standing } from '../rules/stops.ts';

/** What was done at a stop: what of it waits to be sent, what the dairy refused, and what it knows. */
export function Told({ standing }: { standing: Standing }) {
  const t = useTranslations('courier.told');
  const { time, money } = useFormats();
  const { stop, state, cash, empties } = standing;
  // That the round began is no news at its doors.
  const unsent = standing.unsent.filter(({ what, refusal }) => what !== 'STARTED' || refusal);
  if (unsent.length > 0) {
    return (
      <ul className="mb-4 grid gap-3">
        {unsent.map((action) => (
          <li key={action.id} className="card p-4">
            <UnsentAction action={action} />
          </li>
        ))}
      </ul>
    );
  }
  if (state === 'OPEN') return null;
  const last = stop.timeline.at(-1);
  return (
    <section className="card mb-4 grid gap-1 p-4">
      <p className="font-semibold">{t('known', { time: last ? time(last.at) : '' })}</p>
      {stop.reason && <p>{t('reason', { reason: stop.reason })}</p>}
      {cash > 0 && <p>{t('cash', { amount: money(cash) })}</p>}
      {empties > 0 && <p>{t('empties', { count: empties })}</p>}
      {stop.proof?.note && <p>{stop.proof.note}</p>}
      <p className="text-soft">{t('deskCorrects')}</p>
    </section>
  );
}

/** Something that the dairy does not know yet, why, and what one can do. */
export function UnsentAction({ action }: { action: Action }) {
  const t = useTranslations('courier.told');
  const { time, money } = useFormats();
  const refusalText = useRefusalText();
  const { what, at, said, refusal, trouble, photoRefused } = action;
  const { actions } = usePhone();
  const isHeld = isHeldBack(action, actions);
  return (
    <div className="grid gap-2">
      <p className="text-lg font-semibold">
        {t(`what.${what}`, { time: time(at) })}
        {said.cashCollected ? ` · ${money(said.cashCollected)}` : ''}
      </p>
      {refusal ? (
        <div role="alert" className="grid gap-1 rounded-xl bg-berry-wash px-4 py-3 text-berry">
          <p className="font-semibold">{t('refused')}</p>
          <p>
            {isOver(refusal.deliveryStatus)
              ? t(`over.${refusal.deliveryStatus}`)
              : refusalText(new Refusal(409, { ...refusal }))}
          </p>
          <p>{t('refusedHelp')}</p>
        </div>
      ) : (
        <p className="text-soft">
          {isHeld
            ? t('held')
            : trouble && !quietTroubles.includes(trouble)
              ? t('trouble', { code: trouble })
              : t('waits')}
        </p>
      )}
      {photoRefused && <p className="text-berry">{t('photoRefused', { detail: photoRefused })}</p>}
      <div className="flex flex-wrap gap-2">
        {refusal && (
          <>
            <Button kind="primary" className="min-h-14" onClick={() => void tryAgain(action)}>
              {t('tryAgain')}
            </Button>
            <Button className="min-h-14" onClick={() => void dismiss(action)}>
              {t('dismiss')}
            </Button>
          </>
        )}
        {!refusal && canTakeBack(action) && (
          <Button className="min-h-14" onClick={() => void takeBack([action.id])}>
            {t('takeBack')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The stop was ended by somebody else meanwhile. */
const isOver = (status: string | undefined): status is 'DELIVERED' | 'FAILED' =>
  status === 'DELIVERED' || status === 'FAILED';

/** The page says these at its head already. */
const quietTroubles = ['OFFLINE', 'UNAUTHENTICATED'];
