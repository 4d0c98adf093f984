import { useTranslations } from 'use-intl';
import type { Profile } from '../../kit/api/doors.gen.ts';
import { TextField } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

export const profileStale = ['GET /user/profile'] as const;

/** Name and telephone of a household. */
export function ProfileForm({ profile }: { profile: Profile }) {
  const t = useTranslations('account');
  const { say } = useToasts();
  return (
    <Card title={t('who')}>
      <DoorForm
        key={JSON.stringify(profile)}
        door="PATCH /user/profile"
        stale={profileStale}
        input={({ text, maybe }) => ({ name: text('name'), phone: maybe('phone') ?? null })}
        done={() => say(t('saved'))}
      >
        {(wrong) => (
          <>
            <TextField
              label={t('name')}
              name="name"
              autoComplete="name"
              defaultValue={profile.name ?? ''}
              required
              error={wrong('/name')}
            />
            {profile.email && <TextField label={t('email')} value={profile.email} disabled readOnly />}
            <TextField
              label={t('phone')}
              name="phone"
              type="tel"
              autoComplete="tel"
              defaultValue={profile.phone ?? ''}
              required={false}
              error={wrong('/phone')}
            />
          </>
        )}
      </DoorForm>
    </Card>
  );
}
