import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import { ask } from '../../kit/api/client.ts';
import type { Profile } from '../../kit/api/doors.gen.ts';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { endSession } from '../../kit/api/session.ts';
import { saveFile } from '../../kit/files.ts';
import { useRefusalText, wrongAt } from '../../kit/text/refusals.ts';
import { languages, useLanguage } from '../../kit/text/Words.tsx';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { Button, LinkButton } from '../../kit/ui/Button.tsx';
import { Checkbox, Select, TextField } from '../../kit/ui/Field.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

/** Who the household is, where it lives, how it is written to; and the way out. */
export default function Account() {
  const t = useTranslations('account');
  const nav = useTranslations('shop.nav');
  const profile = useDoor('GET /user/profile', {});
  return (
    <>
      <PageHead title={t('title')}>
        <LinkButton to="/orders">{nav('orders')}</LinkButton>
        <SignOut />
      </PageHead>
      <Await query={profile}>
        {(one) => (
          <div className="grid items-start gap-5 lg:grid-cols-2">
            <ProfileForm profile={one} />
            <Leaving profile={one} />
          </div>
        )}
      </Await>
    </>
  );
}

function SignOut() {
  const t = useTranslations('kit');
  const client = useQueryClient();
  const [, go] = useLocation();
  const logout = useChange('POST /user/logout');
  const leave = () => {
    endSession();
    client.clear();
    go('/');
  };
  return (
    <Button busy={logout.busy} onClick={() => logout.change({}, { done: leave, refused: leave })}>
      {t('signOut')}
    </Button>
  );
}

function ProfileForm({ profile }: { profile: Profile }) {
  const t = useTranslations('account');
  const kit = useTranslations('kit');
  const { say } = useToasts();
  const { language, speak } = useLanguage();
  const [name, setName] = useState(profile.name ?? '');
  const [phone, setPhone] = useState(profile.phone ?? '');
  const [address, setAddress] = useState<Address>(profile.address ?? { line1: '' });
  const [preferences, setPreferences] = useState(profile.preferences);
  const save = useChange('PATCH /user/profile', { stale: ['GET /user/profile'] });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.change(
      {
        name,
        phone: phone || null,
        address: address.line1 ? address : null,
        preferences: { ...preferences, language },
      },
      { done: () => say(t('saved')) },
    );
  };
  const wrong = (pointer: string) => wrongAt(save.refusal, pointer);
  return (
    <form onSubmit={submit} className="card grid gap-4 p-4">
      <TextField
        label={t('name')}
        value={name}
        required
        onChange={(event) => setName(event.target.value)}
        error={wrong('/name')}
      />
      <TextField label={t('email')} value={profile.email ?? ''} disabled />
      <TextField
        label={t('phone')}
        type="tel"
        value={phone}
        onChange={(event) => setPhone(event.target.value)}
        error={wrong('/phone')}
      />
      <h2 className="text-xl">{t('home')}</h2>
      <AddressFields address={address} onChange={setAddress} error={wrong('/address')} />
      <h2 className="text-xl">{t('messages')}</h2>
      <Select
        label={kit('language')}
        value={language}
        onChange={(event) => speak(event.target.value as keyof typeof languages)}
        options={Object.entries(languages).map(([value, label]) => ({ value, label }))}
      />
      <Checkbox
        label={t('byEmail')}
        checked={preferences.email ?? true}
        onChange={(event) => setPreferences({ ...preferences, email: event.target.checked })}
      />
      <Checkbox
        label={t('bySms')}
        checked={preferences.sms ?? true}
        onChange={(event) => setPreferences({ ...preferences, sms: event.target.checked })}
      />
      {save.refusal && <Failure error={save.refusal} />}
      <Button kind="primary" type="submit" busy={save.busy} wide>
        {kit('save')}
      </Button>
    </form>
  );
}

function Leaving({ profile }: { profile: Profile }) {
  const t = useTranslations('account');
  const { say } = useToasts();
  const text = useRefusalText();
  const [, go] = useLocation();
  const [typed, setTyped] = useState('');
  const erase = useChange('DELETE /user/profile');
  const download = async () => {
    try {
      const all = JSON.stringify(await ask('GET /user/export', {}), null, 2);
      saveFile(new Blob([all], { type: 'application/json' }), 'milkfloat.json');
    } catch (error) {
      say(text(error), { bad: true });
    }
  };
  return (
    <section className="card grid gap-4 p-4">
      <Button onClick={() => void download()}>{t('export')}</Button>
      <h2 className="text-xl">{t('erase')}</h2>
      <p className="text-soft">{t('eraseText')}</p>
      <TextField
        label={t('eraseSure')}
        value={typed}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
      />
      {erase.refusal && <Failure error={erase.refusal} />}
      <Button
        kind="danger"
        disabled={typed.trim().toLowerCase() !== (profile.email ?? '').toLowerCase() || typed === ''}
        busy={erase.busy}
        onClick={() =>
          erase.change(
            {},
            {
              done: () => {
                endSession();
                go('/');
              },
            },
          )
        }
      >
        {t('erase')}
      </Button>
    </section>
  );
}
