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
import { claimEmail, claimPhone, releaseEmail, releasePhone } from './models/registration.ts';
import { changeUser, emailKeyOf, type Preferences, type User, Users } from './models/User.ts';
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
  email?: string;
  phone?: string | null;
  address?: Address | null;
  addresses?: Address[];
  preferences?: Partial<Preferences>;
}

/** Changes what is given; null takes a phone or address away. */
export async function updateProfile(world: World, call: Call<UpdateProfile>) {
  const userId = ownerOf(call.actor, call.input.userId);
  if (userId instanceof Problem) return userId;
  const { name, email, phone, address, addresses, preferences } = call.input;
  if (email !== undefined && !isStaff(call.actor))
    return refuse('FORBIDDEN', 'The desk changes an e-mail address.');
  const { country } = await settingsOf(world);
  return commit(world, call, [{ table: Users, key: { userId } }], ([user]) => {
    if (!user || user.erasedAt) return refuse('NOT_FOUND');
    const dialled = phoneChange(user, phone, country, isStaff(call.actor));
    if (dialled instanceof Problem) return dialled;
    const mailed = emailChange(world, user, email);
    const kept: Preferences = { language: 'en', email: true, sms: true, ...user.preferences, ...preferences };
    const set = {
      name,
      address: address ?? undefined,
      addresses,
      preferences: kept,
      ...dialled.set,
      ...mailed.set,
    };
    const taken = [...dialled.remove, ...mailed.remove, ...(address === null ? (['address'] as const) : [])];
    const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
    const after: User = { ...user, ...given };
    for (const field of taken) delete after[field];
    return {
      writes: [
        changeUser(user, { set, remove: taken }),
        ...dialled.writes,
        ...mailed.writes,
        ...rekeyed(user, after),
      ],
      answer: profileOf(after),
    };
  });
}

/** What another e-mail address changes. An address that is entered again is tried again. */
function emailChange(world: World, user: User, email: string | undefined) {
  if (email === undefined) return { set: {}, remove: [], writes: [] };
  const same = user.email !== undefined && emailKeyOf(user.email) === emailKeyOf(email);
  return {
    set: { email, emailSince: world.clock.now().toISOString() },
    remove: ['mailStopped'] as const,
    writes: same ? [] : [...releaseEmail(user), claimEmail(email, user.userId)],
  };
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
    mailStopped: user.mailStopped,
    phone: user.phone,
    phoneProvenAt: user.phoneProvenAt,
    address: user.address,
    addresses: user.addresses ?? [],
    preferences: { language: 'en' as const, email: true, sms: true, ...user.preferences },
    role: user.role,
    createdAt: user.createdAt,
  };
}
