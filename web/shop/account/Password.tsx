import { useTranslations } from 'use-intl';
import { useChange } from '../../kit/api/hooks.ts';
import { beginSession, endSession } from '../../kit/api/session.ts';
import { TextField } from '../../kit/ui/Field.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

/** Another password. All devices are signed out by it; this one signs in again at once. */
export function Password({ email }: { email: string }) {
  const t = useTranslations('account');
  const { say } = useToasts();
  const login = useChange('POST /user/login');
  const again = async (password: string) => {
    try {
      beginSession(await login.changeNow({ email, password }));
      say(t('passwordChanged'));
    } catch {
      // The old session is over all the same.
      endSession();
    }
  };
  return (
    <details className="card p-4">
      <summary className="font-display text-xl font-bold">{t('changePassword')}</summary>
      <p className="my-3 text-soft">{t('changePasswordText')}</p>
      <DoorForm
        door="POST /user/password/change"
        submit={t('changePassword')}
        input={({ text }) => ({ currentPassword: text('current'), newPassword: text('new') })}
        done={(_, { newPassword }) => void again(newPassword)}
      >
        {(wrong) => (
          <>
            <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
            <TextField
              label={t('currentPassword')}
              name="current"
              type="password"
              autoComplete="current-password"
              required
              error={wrong('/currentPassword')}
            />
            <TextField
              label={t('newPassword')}
              hint={t('weak')}
              name="new"
              type="password"
              autoComplete="new-password"
              minLength={6}
              required
              error={wrong('/newPassword')}
            />
          </>
        )}
      </DoorForm>
    </details>
  );
}
