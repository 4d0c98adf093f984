import type { Settings } from '#shared/data/settings.ts';
import type { Address } from '#shared/domain/address.ts';
import { type Problem, refuse } from '#shared/domain/problem.ts';

/** The refusal of an address that is not served; undefined when it is, or when everywhere is. */
export function checkServed(settings: Settings, address: Address | undefined): Problem | undefined {
  if (settings.servedPincodes.length === 0) return undefined;
  const errors = [{ pointer: '/address/pincode', detail: 'is not served' }];
  if (!address?.pincode)
    return refuse('ADDRESS_NEEDED', 'An address with its postal code is needed.', { errors });
  return settings.servedPincodes.includes(address.pincode)
    ? undefined
    : refuse('OUTSIDE_SERVICE_AREA', undefined, { errors });
}
