import { create, remove, type Write } from '#shared/data/write.ts';
import { refuse } from '#shared/domain/problem.ts';
import { rekeyed } from './CustomerKey.ts';
import { Emails, emailKeyOf, Phones, type User, Users } from './User.ts';

/** The writes that make an account; the caller adds the event. */
export function accountWrites(user: User): Write[] {
  const { userId, email, phoneKey } = user;
  return [
    create(Users, user, () =>
      refuse('ID_TAKEN', `The userId ${userId} is taken.`, {
        errors: [{ pointer: '/userId', detail: 'is taken' }],
      }),
    ),
    ...(email ? [claimEmail(email, userId)] : []),
    ...(phoneKey ? [claimPhone(phoneKey, userId)] : []),
    ...rekeyed(undefined, user),
  ];
}

/** Makes an e-mail address an account's own. */
export function claimEmail(email: string, userId: string): Write {
  return create(Emails, { emailKey: emailKeyOf(email), userId }, () =>
    refuse('EMAIL_TAKEN', undefined, {
      errors: [{ pointer: '/email', detail: 'has an account already' }],
    }),
  );
}

/** Makes a number an account's own. Only the desk does so, and it may know whose the number is already. */
export function claimPhone(phoneKey: string, userId: string): Write {
  return create(Phones, { phoneKey, userId }, (taken) =>
    refuse('PHONE_TAKEN', undefined, {
      errors: [{ pointer: '/phone', detail: 'has an account already' }],
      more: { userId: taken?.userId },
    }),
  );
}

/** Gives an e-mail address back, where the account has one. */
export function releaseEmail({ email }: Pick<User, 'email'>): Write[] {
  return email ? [remove(Emails, { emailKey: emailKeyOf(email) })] : [];
}

/** Gives a number back, where the account has one. */
export function releasePhone({ phoneKey }: Pick<User, 'phoneKey'>): Write[] {
  return phoneKey ? [remove(Phones, { phoneKey })] : [];
}
