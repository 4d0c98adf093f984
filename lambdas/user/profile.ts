import { commit } from '#shared/data/commit.ts';
import { settingsOf } from '#shared/data/settings.ts';
import type { Write } from '#shared/data/write.ts';
import type { Address } from '#shared/domain/address.ts';
import { readPhone } from '#shared/domain/phone.ts';
import { Problem, refuse } from '#shared/domain/problem.ts';
import type { Call } from '#shared/http/door.ts';
import { isStaff, ownerOf } from '#shared/http/owner.ts';
import type { World } from '#shared/world.ts';
import { rekeyed } from './models/CustomerKey.ts';
import { claimPhone, releasePhone } from './models/registration.ts';
import { changeUser, type Preferences, type User, Users } from './models/User.ts';
import { noPhone } from './rules/phone.ts';

export async function viewProfile(world: World, call: Call<{ userId?: string }>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const user = await world.models.find(Users, { userId });
  return user && !user.erasedAt ? profileOf(user) : refuse('NOT_FOUND');
}

export interface UpdateProfile {
  userId?: string;
  name?: string;
  phone?: string | null;
  address?: Address | null;
  addresses?: Address[];
  preferences?: Partial<Preferences>;
}

/** Changes what is given; null takes a phone or address away. */
export async function updateProfile(world: World, call: Call<UpdateProfile>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const { name, phone, address, addresses, preferences } = call.input;
  const { country } = await settingsOf(world);
  return commit(world, call, [{ table: Users, key: { userId } }], ([user]) => {
    if (!user || user.erasedAt) return refuse('NOT_FOUND');
    const dialled = phoneChange(user, phone, country, isStaff(call.actor));
    if (dialled instanceof Problem) return dialled;
    const kept: Preferences = { language: 'en', email: true, sms: true, ...user.preferences, ...preferences };
    const set = { name, address: address ?? undefined, addresses, preferences: kept, ...dialled.set };
    const taken = [...dialled.remove, ...(address === null ? (['address'] as const) : [])];
    const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
    const after: User = { ...user, ...given };
    for (const field of taken) delete after[field];
    return {
      writes: [changeUser(user, { set, remove: taken }), ...dialled.writes, ...rekeyed(user, after)],
      answer: profileOf(after),
    };
  });
}

interface PhoneChange {
  set: { phone?: string; phoneKey?: string };
  remove: ('phone' | 'phoneKey' | 'phoneProvenAt')[];
  writes: Write[];
}

/**
 * What another telephone number changes. One that the desk enters for a household becomes that household's own, by
 * which it can sign in. One that a household enters itself is only text, as nobody has proven it; a household that
 * has no e-mail address would lock itself out with it.
 */
function phoneChange(
  user: User,
  phone: string | null | undefined,
  country: string,
  byDesk: boolean,
): PhoneChange | Problem {
  if (phone === undefined) return { set: {}, remove: [], writes: [] };
  const read = phone === null ? undefined : readPhone(phone, country);
  if (read && read.e164 === user.phoneKey) return { set: { phone: read.e164 }, remove: [], writes: [] };
  const claims = byDesk && user.role === 'customer' && phone !== null;
  if (claims && !read) return noPhone();
  if (user.phoneKey && !user.email && !claims)
    return refuse(
      'PHONE_NEEDED',
      'There is no e-mail address to sign in with; the desk can enter another number.',
    );
  const phoneKey = claims ? read?.e164 : undefined;
  const remove: PhoneChange['remove'] = ['phoneProvenAt'];
  if (phone === null) remove.push('phone');
  if (!phoneKey) remove.push('phoneKey');
  return {
    set: { phone: phoneKey ?? phone ?? undefined, phoneKey },
    remove,
    writes: [...releasePhone(user), ...(phoneKey ? [claimPhone(phoneKey, user.userId)] : [])],
  };
}

/** What a person sees of their own row: never the hash. */
export function profileOf(user: User) {
  return {
    userId: user.userId,
    name: user.name,
    email: user.email,
    phone: user.phone,
    phoneProvenAt: user.phoneProvenAt,
    address: user.address,
    addresses: user.addresses ?? [],
    preferences: { language: 'en' as const, email: true, sms: true, ...user.preferences },
    role: user.role,
    createdAt: user.createdAt,
  };
}
