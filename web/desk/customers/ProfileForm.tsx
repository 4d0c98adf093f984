import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Profile } from '../../kit/api/doors.gen.ts';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { TextField } from '../../kit/ui/Field.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { staleHousehold } from './stale.ts';

/** What the desk writes down for a household that rings. */
export function ProfileForm({
  profile,
  userId,
  done,
}: {
  profile: Profile;
  userId: string;
  done: () => void;
}) {
  const t = useTranslations('customer');
  const { say } = useToasts();
  const [address, setAddress] = useState<Address>(profile.address ?? { line1: '' });
  return (
    <DoorForm
      door="PATCH /user/profile"
      stale={staleHousehold}
      input={(fields) => ({
        userId,
        name: fields.text('name'),
        email: fields.maybe('email') === profile.email ? undefined : fields.maybe('email'),
        phone: fields.maybe('phone') ?? null,
        address: address.line1 ? address : null,
      })}
      done={() => {
        say(t('changed'));
        done();
      }}
    >
      {(wrong) => (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label={t('name')}
              name="name"
              defaultValue={profile.name ?? ''}
              required
              error={wrong('/name')}
            />
            <TextField
              label={t('phone')}
              name="phone"
              type="tel"
              defaultValue={profile.phone ?? ''}
              error={wrong('/phone')}
            />
            <TextField
              label={t('email')}
              name="email"
              type="email"
              hint={profile.mailStopped && t(`mailStopped.${profile.mailStopped.why}`)}
              defaultValue={profile.email ?? ''}
              error={wrong('/email')}
            />
          </div>
          <AddressFields address={address} onChange={setAddress} error={wrong('/address')} />
        </>
      )}
    </DoorForm>
  );
}
