import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Profile } from '../../kit/api/doors.gen.ts';
import { useChange } from '../../kit/api/hooks.ts';
import { useRefusalText, wrongAt } from '../../kit/text/refusals.ts';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { Failure } from '../../kit/ui/States.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { filled } from '../standing/terms.ts';
import { addressesOf, isSame } from './addresses.ts';
import { profileStale } from './ProfileForm.tsx';

/** Where a household is delivered to: one address is what forms begin with, others are kept. */
export function Addresses({ profile }: { profile: Profile }) {
  const t = useTranslations('account');
  const kit = useTranslations('kit');
  const { say } = useToasts();
  const text = useRefusalText();
  const [editing, setEditing] = useState<{ before?: Address; now: Address }>();
  const save = useChange('PATCH /user/profile', { stale: profileStale });
  const all = addressesOf(profile);
  const home = profile.address;
  const keep = (addresses: Address[], address: Address | null, told: string, undo?: () => void) =>
    save.change(
      { addresses, address },
      { done: () => say(told, { undo }), refused: (why) => say(text(why), { bad: true }) },
    );
  const remove = (one: Address) => {
    const rest = all.filter((other) => !isSame(other, one));
    const next = isSame(one, home) ? (rest[0] ?? null) : (home ?? null);
    keep(rest, next, t('removed'), () => keep(all, home ?? null, kit('undone')));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!editing) return;
    const { before, now } = editing;
    const address = filled(now);
    const isHome = !home || isSame(before, home);
    // Where it lies on the map was of the address before.
    if (before && before.line1 !== address.line1) {
      delete address.lat;
      delete address.lng;
    }
    const rest = all.filter((other) => !isSame(other, address));
    const addresses = before
      ? all.map((other) => (isSame(other, before) ? address : other))
      : [...rest, address];
    save.change(
      { addresses, address: isHome ? address : home },
      {
        done: () => {
          say(t('saved'));
          setEditing(undefined);
        },
      },
    );
  };
  return (
    <Card title={t('home')}>
      <ul className="divide-y divide-line">
        {all.map((one) => (
          <li key={JSON.stringify(one)} className="grid gap-2 py-3">
            <p className="flex flex-wrap items-start justify-between gap-2">
              <span>
                <span className="block font-semibold">{one.line1}</span>
                <span className="text-sm text-soft">
                  {[one.line2, one.city, one.pincode].filter(Boolean).join(', ')}
                </span>
              </span>
              {isSame(one, home) && <Tag tone="good">{t('default')}</Tag>}
            </p>
            <p className="flex flex-wrap gap-2">
              <Button size="small" onClick={() => setEditing({ before: one, now: one })}>
                {t('edit')}
              </Button>
              {!isSame(one, home) && (
                <Button size="small" busy={save.busy} onClick={() => keep(all, one, t('saved'))}>
                  {t('makeDefault')}
                </Button>
              )}
              <Button size="small" kind="danger" busy={save.busy} onClick={() => remove(one)}>
                {t('remove')}
              </Button>
            </p>
          </li>
        ))}
      </ul>
      <Button onClick={() => setEditing({ now: { line1: '' } })}>{t('addAddress')}</Button>
      {editing && (
        <Sheet
          title={t(editing.before ? 'editAddress' : 'addAddress')}
          open
          onClose={() => setEditing(undefined)}
        >
          <form onSubmit={submit} className="grid gap-4">
            <AddressFields
              address={editing.now}
              onChange={(now) => setEditing({ ...editing, now })}
              error={wrongAt(save.refusal, '/addresses') ?? wrongAt(save.refusal, '/address')}
            />
            {save.refusal && <Failure error={save.refusal} />}
            <Button kind="primary" type="submit" wide busy={save.busy}>
              {kit('save')}
            </Button>
          </form>
        </Sheet>
      )}
    </Card>
  );
}
