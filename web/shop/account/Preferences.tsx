import { useTranslations } from 'use-intl';
import type { Profile } from '../../kit/api/doors.gen.ts';
import { type Language, languages, useLanguage } from '../../kit/text/Words.tsx';
import { Checkbox, Select } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { profileStale } from './ProfileForm.tsx';

/** In which language and by which ways a household is told. */
export function Preferences({ profile: { preferences, email, phone } }: { profile: Profile }) {
  const t = useTranslations('account');
  const kit = useTranslations('kit');
  const { say } = useToasts();
  const { language, speak } = useLanguage();
  return (
    <div id="messages" className="scroll-mt-24">
      <Card title={t('messages')}>
        <DoorForm
          key={JSON.stringify(preferences)}
          door="PATCH /user/profile"
          stale={profileStale}
          input={({ checked }) => ({
            preferences: { language, email: checked('email'), sms: checked('sms') },
          })}
          done={() => say(t('saved'))}
        >
          {() => (
            <>
              <Select
                label={kit('language')}
                hint={t('languageHint')}
                value={language}
                onChange={(event) => speak(event.target.value as Language)}
                options={Object.entries(languages).map(([value, label]) => ({ value, label }))}
              />
              <Checkbox
                label={t('byEmail')}
                hint={email}
                name="email"
                defaultChecked={preferences.email ?? true}
              />
              <Checkbox label={t('bySms')} hint={phone} name="sms" defaultChecked={preferences.sms ?? true} />
            </>
          )}
        </DoorForm>
      </Card>
    </div>
  );
}
