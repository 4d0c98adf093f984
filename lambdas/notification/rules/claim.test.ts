import { expect, test } from 'vitest';
import { type Notification, newNotification, notificationIdOf } from '../models/Notification.ts';
import { fateOfDue, fateOfEvent, retryAfterSeconds } from './claim.ts';

const now = '2027-01-04T04:30:00.000Z';
const before = (seconds: number) => new Date(new Date(now).getTime() - seconds * 1000).toISOString();
const about = {
  notificationId: 'N1',
  userId: 'U101',
  type: 'ORDER_CONFIRMED',
  channel: 'EMAIL' as const,
  message: 'x',
};
const row = (change: Partial<Notification>): Notification => ({
  ...newNotification(about, new Date(before(600)), 'Asia/Kolkata'),
  ...change,
});
const sending = (seconds: number, change: Partial<Notification> = {}) =>
  row({ status: 'SENDING', claimId: 'other', claimedAt: before(seconds), ...change });

test('A new message is claimed', () => {
  expect(fateOfEvent(undefined, 'me', now)).toBe('CLAIM');
});

test('What was sent, skipped, held or lost is done when its event comes again', () => {
  for (const status of ['SENT', 'SKIPPED', 'QUEUED', 'UNKNOWN'] as const) {
    expect(fateOfEvent(row({ status }), 'me', now)).toBe('DONE');
  }
});

test('A message that somebody is sending comes again later; after a minute its fate is lost', () => {
  expect(fateOfEvent(sending(59), 'me', now)).toBe('LATER');
  expect(fateOfEvent(sending(60), 'me', now)).toBe('LOST');
});

test('A reset code whose sender fell silent is sent again', () => {
  expect(fateOfEvent(sending(60, { type: 'PASSWORD_RESET' }), 'me', now)).toBe('CLAIM');
  expect(fateOfEvent(sending(59, { type: 'PASSWORD_RESET' }), 'me', now)).toBe('LATER');
});

test('A claim from a clock that has since been set back by hours does not last for hours', () => {
  expect(fateOfEvent(sending(-7200), 'me', now)).toBe('LOST');
});

test('An attempt knows its own claim again', () => {
  expect(fateOfEvent(sending(5, { claimId: 'me' }), 'me', now)).toBe('MINE');
  expect(fateOfDue(sending(5, { claimId: 'me' }), 'me', now)).toBe('MINE');
});

test('A failed message is tried again by its queue, or left to the timer where that has it', () => {
  expect(fateOfEvent(row({ status: 'FAILED', todo: undefined }), 'me', now)).toBe('CLAIM');
  expect(fateOfEvent(row({ status: 'FAILED' }), 'me', now)).toBe('DONE');
});

test('The timer takes what is due, and nothing early', () => {
  expect(fateOfDue(row({ status: 'QUEUED', sendAfter: now }), 'me', now)).toBe('CLAIM');
  expect(fateOfDue(row({ status: 'QUEUED', sendAfter: '2027-01-04T04:30:00.001Z' }), 'me', now)).toBe('DONE');
  expect(fateOfDue(row({ status: 'FAILED', sendAfter: before(1) }), 'me', now)).toBe('CLAIM');
  expect(fateOfDue(row({ status: 'SENT', todo: undefined }), 'me', now)).toBe('DONE');
  expect(fateOfDue(undefined, 'me', now)).toBe('DONE');
});

test('A queue tries twice more at once; then the timer does, ever more rarely, through a night', () => {
  const waits = Array.from({ length: 15 }, (_, i) => retryAfterSeconds(i + 1, 'QUEUE'));
  expect(waits.slice(0, 5)).toEqual(['AT_ONCE', 'AT_ONCE', 60, 120, 240]);
  expect(waits[14]).toBeUndefined();
  const seconds = waits.reduce<number>((sum, wait) => sum + (typeof wait === 'number' ? wait : 0), 0);
  expect(seconds).toBeGreaterThan(6 * 3_600);
  expect(Math.max(...waits.filter((wait) => typeof wait === 'number'))).toBe(3_600);
  expect(retryAfterSeconds(1, 'CLOCK')).toBe(60);
});

test('A message id follows from event, channel and person, and differs when any of them does', () => {
  const ids = [
    notificationIdOf('E01', 'EMAIL', 'U101'),
    notificationIdOf('E01', 'SMS', 'U101'),
    notificationIdOf('E01', 'EMAIL', 'U102'),
    notificationIdOf('E02', 'EMAIL', 'U101'),
  ];
  expect(new Set(ids).size).toBe(4);
  expect(notificationIdOf('E01', 'EMAIL', 'U101')).toBe(ids[0]);
  expect(ids.every((id) => /^N[A-Za-z0-9_-]{1,60}$/.test(id))).toBe(true);
});
