import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import { useDoor } from '../../kit/api/hooks.ts';
import { useSession } from '../../kit/api/session.ts';
import { signOut } from '../../kit/api/signOut.ts';
import { languages, useLanguage } from '../../kit/text/Words.tsx';
import { useAppearance } from '../../kit/theme.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Checkbox, Choices } from '../../kit/ui/Field.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { usePlaceWanted } from '../phone/place.ts';
import { leavePhone, usePhone } from '../phone/store.ts';
import { unsentOf } from '../rules/outbox.ts';

/** Who is signed in, language and colours, and the way out. */
export function Account() {
  const t = useTranslations('courier.account');
  const kit = useTranslations('kit');
  const session = useSession();
  const profile = useDoor('GET /user/profile', {}, { when: session !== undefined });
  const { language, speak } = useLanguage();
  const [appearance, choose] = useAppearance();
  const [isPlaceWanted, wantPlace] = usePlaceWanted();
  const { actions } = usePhone();
  const unsent = unsentOf(actions).length;
  const [, go] = useLocation();
  const [isAsked, setAsked] = useState(false);
  const leave = async () => {
    if (unsent > 0 && !isAsked) return setAsked(true);
    // First, so that nothing is asked any more in the name of who leaves.
    await leavePhone();
    await signOut();
    go('/', { replace: true });
  };
  return (
    <>
      <PageHead title={t('title')} />
      <div className="grid gap-5">
        {profile.data && (
          <p className="card grid p-4">
            <span className="text-lg font-semibold">{profile.data.name}</span>
            <span className="text-soft">{profile.data.email}</span>
          </p>
        )}
        <Choices
          label={kit('appearance')}
          value={appearance}
          onChange={choose}
          columns="sm:grid-cols-3"
          choices={[
            { value: 'dark', label: t('night') },
            { value: 'light', label: t('daylight') },
            { value: 'system', label: kit('system') },
          ]}
        />
        <Choices
          label={kit('language')}
          value={language}
          onChange={speak}
          columns="sm:grid-cols-2"
          choices={Object.entries(languages).map(([value, label]) => ({
            value: value as keyof typeof languages,
            label: <span lang={value}>{label}</span>,
          }))}
        />
        <Checkbox
          label={t('place')}
          hint={t('placeHint')}
          checked={isPlaceWanted}
          onChange={(event) => wantPlace(event.target.checked)}
        />
        <p className="text-soft">{t('install')}</p>
        {isAsked && unsent > 0 && (
          <p role="alert" className="rounded-xl bg-butter-wash px-4 py-3 font-semibold">
            {t('unsent', { count: unsent })}
          </p>
        )}
        <Button size="large" wide onClick={() => void leave()}>
          {isAsked && unsent > 0 ? t('leaveAnyway') : kit('signOut')}
        </Button>
      </div>
    </>
  );
}
