import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { listen, open, pay } from './testing.ts';

const DAY_MS = 86_400_000;

/** A disk that has room for half of any text that names one of these. */
const disk = vi.hoisted(() => ({ full: new Set<string>() }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const appendFile = (fd: number, text: string, done: (error: Error | null) => void) => {
    if (![...disk.full].some((name) => text.includes(name))) return fs.appendFile(fd, text, done);
    const half = text.slice(0, text.length / 2);
    fs.appendFile(fd, half, () => done(new Error('ENOSPC: no space left on device')));
  };
  return { ...fs, appendFile };
});

test.concurrent('a payment is known after kill -9, and what was on its way still comes', async ({
  onTestFinished,
}) => {
  const killed = open(onTestFinished);
  const paid = await pay(killed.payments, 'PAY1');
  await pay(killed.payments, 'PAY2', 'tok_pending');
  await pay(killed.payments, 'PAY3', 'tok_pending_decline');
  await pay(killed.payments, 'PAY4', 'tok_refund_pending');
  const refund = { refundId: 'REF1', paymentId: 'PAY4', amountMinor: 6000 };
  await killed.payments.refund(refund);

  const { payments } = open(onTestFinished, { folder: killed.folder });
  expect(await payments.findCharge('PAY1')).toEqual(paid);
  expect(await pay(payments, 'PAY1', 'tok_decline')).toEqual(paid);
  expect((await payments.findCharge('PAY2')).state).toBe('PENDING');
  expect((await payments.refund(refund)).state).toBe('PENDING');
  expect((await payments.refund({ ...refund, refundId: 'REF2' })).reason).toBe('EXCEEDS_CHARGE');

  const address = await listen(onTestFinished, payments);
  payments.deliverTo(address.url);
  await vi.waitFor(() => expect(address.bodies).toHaveLength(5), 20_000);
  const told = (await address.events()).map(({ ourId, result }) => `${ourId} ${result.state}`);
  expect(told.sort()).toEqual([
    'PAY1 SUCCEEDED',
    'PAY2 SUCCEEDED',
    'PAY3 FAILED',
    'PAY4 SUCCEEDED',
    'REF1 SUCCEEDED',
  ]);
  expect((await payments.findCharge('PAY3')).reason).toBe('CARD_DECLINED');
});

test.concurrent('a webhook that was taken is not sent again after a restart', async ({ onTestFinished }) => {
  const { payments, folder, journal } = open(onTestFinished);
  const address = await listen(onTestFinished, payments);
  payments.deliverTo(address.url);
  await pay(payments, 'PAY1');
  await vi.waitFor(() => expect(readFileSync(journal, 'utf8')).toContain('done'), 20_000);
  await payments.close();

  const restarted = open(onTestFinished, { folder }).payments;
  restarted.deliverTo(address.url);
  await pause(600);
  expect(await address.states()).toEqual(['SUCCEEDED']);
});

test.concurrent('a torn last line costs nothing but itself', async ({ onTestFinished }) => {
  const killed = open(onTestFinished);
  const paid = await pay(killed.payments, 'PAY1');
  await killed.payments.close();
  const line = readFileSync(killed.journal, 'utf8').replaceAll('PAY1', 'PAY2');
  appendFileSync(killed.journal, line.slice(0, line.length / 2));

  const { payments, lines } = open(onTestFinished, { folder: killed.folder });
  expect(lines).toEqual(['sandbox journal line ignored']);
  expect(await payments.findCharge('PAY1')).toEqual(paid);
  expect((await payments.findCharge('PAY2')).reason).toBe('NOT_FOUND');
  await pay(payments, 'PAY3');
  await payments.close();

  const again = open(onTestFinished, { folder: killed.folder });
  expect(again.lines).toEqual([]);
  expect((await again.payments.findCharge('PAY3')).state).toBe('SUCCEEDED');
});

test.concurrent('a charge is forgotten after 30 days, in memory and on disk', async ({ onTestFinished }) => {
  const { payments, folder, clock, journal } = open(onTestFinished);
  await pay(payments, 'PAY1');
  await payments.refund({ refundId: 'REF1', paymentId: 'PAY1', amountMinor: 100 });
  clock.forward(29 * DAY_MS);
  await pay(payments, 'PAY2');
  expect((await payments.findCharge('PAY1')).state).toBe('SUCCEEDED');
  clock.forward(2 * DAY_MS);
  await pay(payments, 'PAY3');
  expect((await payments.findCharge('PAY1')).reason).toBe('NOT_FOUND');
  expect((await payments.findRefund('REF1')).reason).toBe('NOT_FOUND');
  await payments.close();

  const restarted = open(onTestFinished, { folder, clock }).payments;
  expect((await restarted.findCharge('PAY2')).state).toBe('SUCCEEDED');
  expect(readFileSync(journal, 'utf8')).not.toContain('PAY1');
  expect(existsSync(`${journal}.part`)).toBe(false);
});

test.concurrent('a payment that cannot be written is not acknowledged, and is kept once the disk has room', async ({
  onTestFinished,
}) => {
  const { payments, folder, lines } = open(onTestFinished);
  disk.full.add('PAYFULL');
  await expect(pay(payments, 'PAYFULL')).rejects.toThrow('ENOSPC');
  await expect(payments.findCharge('PAYFULL')).rejects.toThrow('ENOSPC');
  expect(lines).toEqual(['sandbox journal not written', 'sandbox journal not written']);
  disk.full.delete('PAYFULL');
  expect((await pay(payments, 'PAY1')).state).toBe('SUCCEEDED');
  expect((await payments.findCharge('PAYFULL')).state).toBe('SUCCEEDED');

  const restarted = open(onTestFinished, { folder });
  expect((await restarted.payments.findCharge('PAYFULL')).state).toBe('SUCCEEDED');
  expect((await restarted.payments.findCharge('PAY1')).state).toBe('SUCCEEDED');
  expect(restarted.lines).toEqual(Array(2).fill('sandbox journal line ignored'));
});
