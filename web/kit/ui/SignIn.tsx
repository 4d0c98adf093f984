import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Output } from '../api/client.ts';
import { useChange } from '../api/hooks.ts';
import { beginSession } from '../api/session.ts';
import { Button } from './Button.tsx';
import { TextField } from './Field.tsx';
import { Failure } from './States.tsx';

type Role = Output<'POST /user/login'>['role'];
const doorOf: Record<Role, string> = { customer: '/shop/', courier: '/courier/', admin: '/desk/' };

/** Signs in with e-mail and password; `roles` are those that this door is for. */
export function SignInForm({
  roles,
  children,
  done,
}: {
  roles: readonly Role[];
  children?: ReactNode;
  done?: () => void;
}) {
  const t = useTranslations('signIn');
  const login = useChange('POST /user/login');
  const [wrongRole, setWrongRole] = useState<Role>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setWrongRole(undefined);
    login.change(
      { email: String(form.get('email')), password: String(form.get('password')) },
      {
        done: (tokens) => {
          if (!roles.includes(tokens.role)) return setWrongRole(tokens.role);
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
      {wrongRole && (
        <p role="alert" className="rounded-xl bg-berry-wash px-4 py-3 font-semibold text-berry">
          {t(`wrongRole.${wrongRole}`)}{' '}
          <a href={doorOf[wrongRole]} className="whitespace-nowrap underline">
            {t('theirDoor')}
          </a>
        </p>
      )}
      {login.refusal && <Failure error={login.refusal} />}
      <Button kind="primary" size="large" type="submit" busy={login.busy} wide>
        {t('submit')}
      </Button>
      {children}
    </form>
  );
}
