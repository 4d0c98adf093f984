import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import { useDoor } from '../../kit/api/hooks.ts';
import { signOut } from '../../kit/api/signOut.ts';
import { Button, LinkButton } from '../../kit/ui/Button.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await } from '../../kit/ui/States.tsx';
import { Addresses } from '../account/Addresses.tsx';
import { Leaving } from '../account/Leaving.tsx';
import { Password } from '../account/Password.tsx';
import { Preferences } from '../account/Preferences.tsx';
import { ProfileForm } from '../account/ProfileForm.tsx';

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
            <div className="grid gap-5">
              <ProfileForm profile={one} />
              <Addresses profile={one} />
            </div>
            <div className="grid gap-5">
              <Preferences profile={one} />
              {one.email && <Password email={one.email} />}
              <Leaving profile={one} />
            </div>
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
  const [isLeaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    await signOut();
    client.clear();
    go('/');
  };
  return (
    <Button busy={isLeaving} onClick={() => void leave()}>
      {t('signOut')}
    </Button>
  );
}
