import { z } from '@hono/zod-openapi';
import { Address, AddressInput } from '#shared/domain/address.ts';
import { idSchema } from '#shared/domain/id.ts';
import { type AnyDoor, door, JsonText, Reply } from '#shared/http/door.ts';
import { eachMessage, type LambdaParts } from '#shared/lambda.ts';
import { onDemand } from '#shared/onDemand.ts';
import { eraseProfile, exportProfile, scrubErased } from './erasure.ts';
import { stopMail } from './mail.ts';
import { emailField, nameField, Preferences, passwordField, phoneField } from './models/User.ts';
import { updateProfile, viewProfile } from './profile.ts';
import { loginByCode, requestCode } from './signInCode.ts';
import {
  changePassword,
  forgotPassword,
  login,
  logout,
  refresh,
  register,
  resetPassword,
} from './userController.ts';

const Said = onDemand(() => z.object({ message: z.string() }));
const Tokens = onDemand(() =>
  z.object({
    token: z.string(),
    expiresIn: z.number().int(),
    refreshToken: z.string(),
    userId: z.string(),
    role: z.enum(['customer', 'courier', 'admin']),
  }),
);
const Profile = onDemand(() =>
  z
    .object({
      userId: z.string(),
      name: z.string().optional(),
      email: z.string().optional(),
      /** Nothing is sent to it any more: it does not exist, or somebody called our mail unwanted there. */
      mailStopped: z.object({ why: z.enum(['BOUNCED', 'COMPLAINED']), at: z.string() }).optional(),
      phone: z.string().optional(),
      /** Since when it is proven: somebody signed in with a code that was sent to it. */
      phoneProvenAt: z.string().optional(),
      address: Address.optional(),
      addresses: z.array(Address),
      preferences: Preferences,
      role: z.enum(['customer', 'courier', 'admin']),
      createdAt: z.string(),
    })
    .openapi('Profile'),
);
const everyone = ['customer', 'courier', 'admin'] as const;

const doors: AnyDoor[] = [
  door({
    name: 'register',
    summary: 'Make a household account',
    who: 'public',
    http: { method: 'POST', path: '/user/register', status: 201, idempotent: false },
    input: z.strictObject({
      userId: idSchema('user').optional(),
      name: nameField,
      email: emailField,
      password: passwordField,
      phone: phoneField.optional(),
      address: AddressInput.optional(),
    }),
    answer: () => z.object({ message: z.string(), userId: z.string() }),
    run: register,
  }),
  door({
    name: 'login',
    summary: 'Log in',
    who: 'public',
    http: { method: 'POST', path: '/user/login', idempotent: false },
    input: z.strictObject({ email: z.string().trim().min(1).max(254), password: passwordField }),
    answer: Tokens,
    run: login,
  }),
  door({
    name: 'requestCode',
    summary: 'Ask for a code by text message to sign in with; the same answer whoever has the number',
    who: 'public',
    http: { method: 'POST', path: '/user/code', status: 202, idempotent: false },
    input: z.strictObject({ phone: phoneField }),
    answer: Said,
    run: requestCode,
  }),
  door({
    name: 'loginByCode',
    summary: 'Sign in with the code that was sent to my telephone',
    who: 'public',
    http: { method: 'POST', path: '/user/login/code', idempotent: false },
    input: z.strictObject({
      phone: phoneField,
      code: z
        .string()
        .trim()
        .regex(/^\d{6}$/, { message: 'must be the six digits of the code' })
        .openapi({ example: '042719' }),
    }),
    answer: Tokens,
    run: loginByCode,
  }),
  door({
    name: 'refresh',
    summary: 'Exchange a refresh token for new tokens',
    who: 'public',
    http: { method: 'POST', path: '/user/refresh', idempotent: false },
    input: z.strictObject({
      refreshToken: z.string().min(1).max(300),
      /** Made by the caller for this refresh, and sent again with the same token where no answer came. */
      retryKey: z
        .string()
        .regex(/^[\w-]{20,64}$/, { message: 'must be 20 to 64 letters, digits, _ or -' })
        .optional(),
    }),
    answer: Tokens,
    run: refresh,
  }),
  door({
    name: 'logout',
    summary: 'End this session',
    who: everyone,
    http: { method: 'POST', path: '/user/logout', idempotent: false },
    input: z.strictObject({}),
    answer: Said,
    run: logout,
  }),
  door({
    name: 'changePassword',
    summary: 'Change my password; every session ends',
    who: everyone,
    http: { method: 'POST', path: '/user/password/change', idempotent: false },
    input: z.strictObject({ currentPassword: passwordField, newPassword: passwordField }),
    answer: Said,
    run: changePassword,
  }),
  door({
    name: 'forgotPassword',
    summary: 'Ask for a password reset code by e-mail',
    who: 'public',
    http: { method: 'POST', path: '/user/password/forgot', idempotent: false },
    input: z.strictObject({ email: z.string().trim().min(1).max(254) }),
    answer: Said,
    run: forgotPassword,
  }),
  door({
    name: 'resetPassword',
    summary: 'Set a new password with a reset code',
    who: 'public',
    http: { method: 'POST', path: '/user/password/reset', idempotent: false },
    input: z.strictObject({ code: z.string().min(1).max(200), password: passwordField }),
    answer: Said,
    run: resetPassword,
  }),
  door({
    name: 'viewProfile',
    summary: 'See my profile',
    who: everyone,
    http: { method: 'GET', path: '/user/profile' },
    input: z.strictObject({ userId: idSchema('user').optional() }),
    answer: Profile,
    run: viewProfile,
  }),
  door({
    name: 'updateProfile',
    summary: 'Change my profile',
    who: everyone,
    http: { method: 'PATCH', path: '/user/profile' },
    input: z.strictObject({
      userId: idSchema('user').optional(),
      name: nameField.optional(),
      /** The desk changes it: it is what an account is signed in to with. */
      email: emailField.optional(),
      phone: phoneField.nullable().optional(),
      address: AddressInput.nullable().optional(),
      addresses: z.array(AddressInput).max(20).optional(),
      preferences: z
        .strictObject({ language: z.enum(['en', 'hi']), email: z.boolean(), sms: z.boolean() })
        .partial()
        .optional(),
    }),
    answer: Profile,
    run: updateProfile,
  }),
  door({
    name: 'exportProfile',
    summary: 'Everything that is held on me, as JSON',
    who: everyone,
    http: { method: 'GET', path: '/user/export' },
    input: z.strictObject({ userId: idSchema('user').optional() }),
    answer: () => z.looseObject({ profile: Profile() }),
    run: exportProfile,
  }),
  door({
    name: 'eraseProfile',
    summary: 'Erase me: only what the books must keep stays, without personal data',
    who: everyone,
    http: { method: 'DELETE', path: '/user/profile' },
    input: z.strictObject({ userId: idSchema('user').optional() }),
    answer: Said,
    run: eraseProfile,
  }),
  door({
    name: 'keySet',
    summary: 'The public keys that verify access tokens (RFC 7517)',
    who: 'public',
    http: { method: 'GET', path: '/.well-known/jwks.json' },
    input: z.strictObject({}),
    answer: () => z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) }),
    run: async (world) =>
      new Reply(new JsonText(JSON.stringify(await world.identity.keySet())), {
        headers: { 'cache-control': 'public, max-age=300' },
      }),
  }),
];

export const userLambda: LambdaParts = {
  name: 'user',
  doors,
  consume: (world, messages) =>
    eachMessage(world, 'user', messages, (event) =>
      event.eventType === 'MAIL_REFUSED' ? stopMail(world, event) : scrubErased(world, event),
    ),
};
