import type { Profile } from '../../kit/api/doors.gen.ts';
import type { Address } from '../../kit/ui/Address.tsx';

const textOf = (address: Address | undefined) =>
  JSON.stringify(Object.entries(address ?? {}).toSorted(([a], [z]) => (a < z ? -1 : 1)));

export function isSame(one: Address | undefined, other: Address | undefined): boolean {
  return textOf(one) === textOf(other);
}

/** All addresses of a household, the one that forms begin with among them. */
export function addressesOf({ address, addresses }: Profile): Address[] {
  const isListed = !address || addresses.some((one) => isSame(one, address));
  return isListed ? addresses : [address, ...addresses];
}
