import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Output } from '../api/client.ts';
import { useChange } from '../api/hooks.ts';
import { beginSession } from '../api/session.ts';
import { Button } from './Button.tsx';
import { TextField } from './Field.tsx';
import { Failure } from './States.tsx';

/** Signs in with e-mail and password; `roles` are those that this door is for. */
export function SignInForm({
  roles,
  children,
  done,
}: {
  roles: readonly Output<'POST /user/login'>['role'][];
  children?: ReactNode;
  done?: () => void;
}) {
  const t = useTranslations('signIn');
  const login = useChange('POST /user/login');
  const [isWrongRole, setWrongRole] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setWrongRole(false);
    login.change(
      { email: String(form.get('email')), password: String(form.get('password')) },
      {
        done: (tokens) => {
          if (!roles.includes(tokens.role)) return setWrongRole(true);
          beginSession(tokens);
          done?.();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={t('email')}
        name="email"
        type="email"
        autoComplete="username"
        inputMode="email"
        required
      />
      <TextField
        label={t('password')}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      {isWrongRole && <p className="font-semibold text-berry">{t('wrongRole')}</p>}
      {login.refusal && <Failure error={login.refusal} />}
      <Button kind="primary" size="large" type="submit" busy={login.busy} wide>
        {t('submit')}
      </Button>
      {children}
    </form>
  );
}
