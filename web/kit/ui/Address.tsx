import { useTranslations } from 'use-intl';
import type { Profile } from '../api/doors.gen.ts';
import { TextField } from './Field.tsx';

export type Address = NonNullable<Profile['address']>;

/** The fields of an address; each change gives the whole address. */
export function AddressFields({
  address,
  onChange,
  error,
}: {
  address: Address;
  onChange: (address: Address) => void;
  error?: string;
}) {
  const t = useTranslations('address');
  const field = (name: 'line1' | 'line2' | 'city' | 'pincode' | 'note') => ({
    label: t(name),
    value: address[name] ?? '',
    onChange: (event: { target: { value: string } }) => onChange({ ...address, [name]: event.target.value }),
  });
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField {...field('line1')} autoComplete="address-line1" required error={error} />
      <TextField {...field('line2')} autoComplete="address-line2" required={false} />
      <TextField {...field('city')} autoComplete="address-level2" required />
      <TextField {...field('pincode')} autoComplete="postal-code" inputMode="numeric" required />
      <TextField {...field('note')} required={false} />
    </div>
  );
}
