import { readFileSync } from 'node:fs';
import { z } from '@hono/zod-openapi';
import { isDay } from '#shared/domain/day.ts';
import { idSchema } from '#shared/domain/id.ts';
import { type AnyDoor, door, Reply } from '#shared/http/door.ts';
import type { LambdaParts } from '#shared/lambda.ts';
import { onDemand } from '#shared/onDemand.ts';
import { consume } from './consume.ts';
import { channels, notificationStatuses } from './models/Notification.ts';
import { listNotifications, sendEmail, sendSMS, viewInbox } from './notificationController.ts';
import { sendWaiting } from './sendWaiting.ts';

const page = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().min(1).max(500).optional(),
};
const messageShown = () => ({
  notificationId: z.string(),
  type: z.string(),
  channel: z.enum(channels),
  /** Not of an erased person. */
  subject: z.string().optional(),
  message: z.string(),
  status: z.enum(notificationStatuses),
  createdAt: z.string(),
});
const NotificationShown = onDemand(() =>
  z
    .object({ ...messageShown(), sentAt: z.string().optional(), orderId: z.string().optional() })
    .openapi('Notification'),
);
const InboxLine = onDemand(() =>
  z.object({ ...messageShown(), userId: z.string(), html: z.string().optional() }).openapi('InboxLine'),
);

const typeField = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,39}$/, { message: 'must be a name in capitals, e.g. WELCOME_EMAIL' })
  .openapi({ example: 'WELCOME_EMAIL' });
const messageField = (most: number) =>
  z.string().trim().min(1).max(most).openapi({ example: 'Welcome Jimmy!' });
const Sent = onDemand(() => z.object({ notificationId: z.string(), status: z.enum(notificationStatuses) }));

const doors: AnyDoor[] = [
  door({
    name: 'sendEmail',
    summary: 'Send a person one e-mail',
    who: ['admin', 'system'],
    input: z.strictObject({ userId: idSchema('user'), type: typeField, message: messageField(10_000) }),
    answer: Sent,
    run: sendEmail,
  }),
  door({
    name: 'sendSMS',
    summary: 'Send a person one text message',
    who: ['admin', 'system'],
    input: z.strictObject({ userId: idSchema('user'), type: typeField, message: messageField(480) }),
    answer: Sent,
    run: sendSMS,
  }),
  door({
    name: 'listNotifications',
    summary: 'Messages to me, newest first',
    who: ['customer', 'courier', 'admin'],
    http: { method: 'GET', path: '/notification/list' },
    input: z.strictObject({ userId: idSchema('user').optional(), ...page }),
    answer: () => z.array(NotificationShown()),
    run: listNotifications,
  }),
  door({
    name: 'viewInbox',
    summary: 'Messages to everybody on a day (today unless told), newest first',
    who: ['admin'],
    http: { method: 'GET', path: '/notification/inbox' },
    input: z.strictObject({
      day: z.string().refine(isDay, { message: 'must be a calendar day YYYY-MM-DD' }).optional(),
      ...page,
    }),
    answer: () => z.array(InboxLine()),
    run: viewInbox,
  }),
  pageDoor(
    'inboxPage',
    'The inbox page: what was sent, for staff to read',
    '/inbox',
    ['inbox.html'],
    'text/html',
  ),
  pageDoor('inboxScript', 'The script of the inbox page', '/inbox/inbox.js', ['inbox.js'], 'text/javascript'),
  pageDoor(
    'inboxStyle',
    'The style of the inbox page',
    '/inbox/inbox.css',
    ['inbox.css', 'room.css'],
    'text/css',
  ),
];

/**
 * A part of the inbox page: a shell without data, so it is public. Its policy lets only our own script run and
 * only our own API be asked; inline styles are for the letters in their frames, which inherit it.
 */
function pageDoor(name: string, summary: string, path: string, files: string[], type: string): AnyDoor {
  const text = files
    .map((file) => readFileSync(new URL(`./inbox/${file}`, import.meta.url), 'utf8'))
    .join('\n');
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const headers = {
    'cache-control': 'no-cache',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
  };
  return door({
    name,
    summary,
    who: 'public',
    http: { method: 'GET', path, produces: type },
    input: z.strictObject({}),
    answer: () => z.string(),
    run: async () => new Reply(text, { contentType: `${type}; charset=utf-8`, headers }),
  });
}

export const notificationLambda: LambdaParts = {
  name: 'notification',
  doors,
  consume,
  timers: { sendWaiting },
};
