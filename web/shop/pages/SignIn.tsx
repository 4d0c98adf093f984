import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation, useSearch } from 'wouter';
import type { Input } from '../../kit/api/client.ts';
import { useChange } from '../../kit/api/hooks.ts';
import { beginSession } from '../../kit/api/session.ts';
import { wrongAt } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { TextField } from '../../kit/ui/Field.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { SignInForm } from '../../kit/ui/SignIn.tsx';
import { Failure } from '../../kit/ui/States.tsx';
import { PhoneSignIn } from '../account/PhoneSignIn.tsx';

type Mode = 'IN' | 'PHONE' | 'UP' | 'RESET';

/** Sign in, become a household, or set a new password; then on to where one wanted to go. */
export default function SignIn() {
  const t = useTranslations('account');
  const words = useTranslations('signIn');
  const [mode, setMode] = useState<Mode>('IN');
  const [, go] = useLocation();
  const to = new URLSearchParams(useSearch()).get('to') ?? '/';
  // Only a path of the shop: nobody is led elsewhere by a link.
  const done = () => go(to.startsWith('/') && !to.startsWith('//') ? to : '/', { replace: true });
  const titles = { IN: words('title'), PHONE: t('byPhone'), UP: t('signUp'), RESET: t('resetTitle') };
  return (
    <div className="card mx-auto grid max-w-md gap-4 p-6">
      <PageHead title={titles[mode]} />
      {mode === 'IN' && (
        <SignInForm roles={['customer']} done={done}>
          <Button kind="bare" onClick={() => setMode('RESET')}>
            {t('forgot')}
          </Button>
          <Button onClick={() => setMode('PHONE')}>{t('byPhone')}</Button>
          <p className="flex flex-wrap items-center justify-center gap-2">
            {t('haveNone')}
            <Button onClick={() => setMode('UP')}>{t('signUp')}</Button>
          </p>
        </SignInForm>
      )}
      {mode === 'PHONE' && <PhoneSignIn done={done} />}
      {mode === 'UP' && <SignUpForm done={done} />}
      {mode === 'RESET' && <ResetForm done={done} />}
      {mode !== 'IN' && (
        <p className="flex flex-wrap items-center justify-center gap-2">
          {t('haveOne')}
          <Button onClick={() => setMode('IN')}>{words('title')}</Button>
        </p>
      )}
    </div>
  );
}

const fieldsOf = (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  return (name: string) => String(form.get(name) ?? '').trim();
};

/** Signs in with what was just made or set, and goes on. */
function useSignIn(done: () => void) {
  const { change, busy, refusal } = useChange('POST /user/login');
  const signIn = (login: Input<'POST /user/login'>) =>
    change(login, {
      done: (tokens) => {
        beginSession(tokens);
        done();
      },
    });
  return { signIn, busy, refusal };
}

function SignUpForm({ done }: { done: () => void }) {
  const t = useTranslations('account');
  const at = useTranslations('address');
  const register = useChange('POST /user/register');
  const login = useSignIn(done);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const field = fieldsOf(event);
    const [email, password] = [field('email'), field('password')];
    const address = { line1: field('line1'), city: field('city'), pincode: field('pincode') };
    register.change(
      { name: field('name'), email, password, phone: field('phone') || undefined, address },
      {
        done: () => login.signIn({ email, password }),
      },
    );
  };
  const wrong = (pointer: string) => wrongAt(register.refusal, pointer);
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField label={t('name')} name="name" autoComplete="name" required error={wrong('/name')} />
      <TextField
        label={t('email')}
        name="email"
        type="email"
        autoComplete="email"
        required
        error={wrong('/email')}
      />
      <TextField
        label={t('newPassword')}
        hint={t('weak')}
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={6}
        required
        error={wrong('/password')}
      />
      <TextField
        label={t('phone')}
        name="phone"
        type="tel"
        autoComplete="tel"
        required
        error={wrong('/phone')}
      />
      <TextField
        label={at('line1')}
        name="line1"
        autoComplete="address-line1"
        required
        error={wrong('/address')}
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField label={at('city')} name="city" autoComplete="address-level2" required />
        <TextField
          label={at('pincode')}
          name="pincode"
          autoComplete="postal-code"
          inputMode="numeric"
          required
        />
      </div>
      {(register.refusal ?? login.refusal) && <Failure error={register.refusal ?? login.refusal} />}
      <Button kind="primary" size="large" type="submit" wide busy={register.busy || login.busy}>
        {t('signUp')}
      </Button>
    </form>
  );
}

function ResetForm({ done }: { done: () => void }) {
  const t = useTranslations('account');
  const ask = useChange('POST /user/password/forgot');
  const reset = useChange('POST /user/password/reset');
  const login = useSignIn(done);
  const [email, setEmail] = useState<string>();
  if (email === undefined) {
    const send = (event: FormEvent<HTMLFormElement>) => {
      const given = fieldsOf(event)('email');
      ask.change({ email: given }, { done: () => setEmail(given) });
    };
    return (
      <form onSubmit={send} className="grid gap-4">
        <TextField label={t('email')} name="email" type="email" autoComplete="email" required />
        {ask.refusal && <Failure error={ask.refusal} />}
        <Button kind="primary" type="submit" wide busy={ask.busy}>
          {t('resetSend')}
        </Button>
      </form>
    );
  }
  const set = (event: FormEvent<HTMLFormElement>) => {
    const field = fieldsOf(event);
    const password = field('password');
    reset.change(
      { code: field('code'), password },
      {
        done: () => login.signIn({ email, password }),
      },
    );
  };
  return (
    <form onSubmit={set} className="grid gap-4">
      <p role="status">{t('resetSent')}</p>
      <TextField label={t('code')} name="code" autoComplete="one-time-code" required />
      <TextField
        label={t('newPassword')}
        hint={t('weak')}
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={6}
        required
      />
      {(reset.refusal ?? login.refusal) && <Failure error={reset.refusal ?? login.refusal} />}
      <Button kind="primary" type="submit" wide busy={reset.busy || login.busy}>
        {t('setPassword')}
      </Button>
    </form>
  );
}
