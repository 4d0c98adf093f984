import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '../../kit/api/hooks.ts';
import { beginSession } from '../../kit/api/session.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { TextField } from '../../kit/ui/Field.tsx';
import { Failure } from '../../kit/ui/States.tsx';

/** Signs in by a code that is sent to the telephone, for households whose number the dairy knows. */
export function PhoneSignIn({ done }: { done: () => void }) {
  const t = useTranslations('account');
  const [phone, setPhone] = useState('');
  const [isSent, setSent] = useState(false);
  const ask = useChange('POST /user/code');
  const login = useChange('POST /user/login/code');
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    ask.change({ phone }, { done: () => setSent(true) });
  };
  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code') ?? '').trim();
    login.change(
      { phone, code },
      {
        done: (tokens) => {
          beginSession(tokens);
          done();
        },
      },
    );
  };
  if (!isSent) {
    return (
      <form onSubmit={send} className="grid gap-4">
        <TextField
          label={t('phone')}
          hint={t('phoneHint')}
          type="tel"
          autoComplete="tel"
          required
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
        />
        {ask.refusal && <Failure error={ask.refusal} />}
        <Button kind="primary" size="large" type="submit" wide busy={ask.busy}>
          {t('resetSend')}
        </Button>
      </form>
    );
  }
  return (
    <form onSubmit={enter} className="grid gap-4">
      <p role="status">{t('codeSent', { phone })}</p>
      <TextField
        label={t('codeSms')}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="\s*\d{6}\s*"
        required
      />
      {login.refusal && <Failure error={login.refusal} />}
      <Button kind="primary" size="large" type="submit" wide busy={login.busy}>
        {t('enter')}
      </Button>
      <Button kind="bare" busy={ask.busy} onClick={() => send()}>
        {t('sendAgain')}
      </Button>
    </form>
  );
}
