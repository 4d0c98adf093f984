import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Redirect, useLocation } from 'wouter';
import { Button, LinkButton } from '../../kit/ui/Button.tsx';
import { Choices, TextArea } from '../../kit/ui/Field.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { PhotoField } from '../look.tsx';
import { nameOf, useRecord, useStanding } from '../round.ts';
import { reasons } from '../rules/reasons.ts';

type Reason = (typeof reasons)[number] | 'OTHER';

/** Nobody got it: why, and what the desk should know to find another try. */
export function NotDelivered({ deliveryId }: { deliveryId: string }) {
  const t = useTranslations('courier');
  const kit = useTranslations('kit');
  const { standing } = useStanding(deliveryId);
  const [, go] = useLocation();
  const record = useRecord();
  const [reason, setReason] = useState<Reason>();
  const [note, setNote] = useState('');
  const [photo, setPhoto] = useState<Blob>();
  const [isTried, setTried] = useState(false);
  if (standing?.state !== 'OPEN') return <Redirect to={`/stop/${deliveryId}`} replace />;
  const words = note.trim();
  const isMissing = !reason || (reason === 'OTHER' && !words);
  const done = async () => {
    if (isMissing) return setTried(true);
    const said = {
      // Words of one's own are the reason then; the API takes so many of them.
      reason: reason === 'OTHER' ? words.slice(0, 200) : reason,
      ...(words ? { proof: { note: words } } : {}),
    };
    await record([standing], { what: 'FAILED', said, photo }, t('failed.done', { name: nameOf(standing) }));
    go('/');
  };
  const error = !isTried || !isMissing ? undefined : reason ? t('failed.sayMore') : t('failed.choose');
  return (
    <>
      <PageHead title={t('failed.title', { name: nameOf(standing) })} />
      <div className="grid gap-4">
        <Choices
          label={t('failed.why')}
          value={reason}
          onChange={setReason}
          error={error}
          choices={[...reasons, 'OTHER' as const].map((value) => ({
            value,
            label: <span className="flex min-h-10 items-center text-lg">{t(`failed.reasons.${value}`)}</span>,
          }))}
        />
        <TextArea
          label={t('stop.note')}
          required={reason === 'OTHER'}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <PhotoField photo={photo} onChange={setPhoto} />
      </div>
      <div className="thumb-bar">
        <Button kind="danger" size="large" wide className="min-h-18 text-xl" onClick={() => void done()}>
          {t('failed.submit')}
        </Button>
        <LinkButton to={`/stop/${deliveryId}`} wide className="min-h-14">
          {kit('back')}
        </LinkButton>
      </div>
    </>
  );
}
