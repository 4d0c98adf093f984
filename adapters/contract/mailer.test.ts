import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DAIRY, ses, smtp } from './carriers.ts';
import { everywhere } from './emulated.ts';

/** What every mailer that sends promises, whichever it is. */
describe.each(everywhere([['SMTP', smtp]], [['SES', ses]]))('By %s', (_name, opens) => {
  const open = () => opens(onTestFinished);
  let count = 0;
  const letterTo = (who: string) => ({
    id: `N${process.pid}-${++count}`,
    to: `${who}${process.pid}@home.example`,
    subject: 'ಹಾಲು: ₹ 64 for Jimmy’s cow milk',
    text: 'Your milk – नमस्ते – is on its way.',
    html: '<p>Your milk – <b>नमस्ते</b> – is on its way.</p>',
  });

  test('a letter reaches the household from the dairy, in the words and letters in which it was written', async () => {
    const { mailer, arrivedFor } = await open();
    const letter = letterTo('jimmy');
    const { ref } = await mailer.send(letter);
    expect([mailer.keepsInbox, ref]).toEqual([false, expect.stringMatching(/.{8}/)]);
    const arrived = await arrivedFor(letter.to);
    expect(arrived).toMatchObject([
      { from: DAIRY, to: letter.to, subject: letter.subject, html: letter.html },
    ]);
    expect([letter.text, undefined]).toContain(arrived[0]?.text);
  });

  test('each letter has a name of its own at the carrier', async () => {
    const { mailer } = await open();
    const refs = [await mailer.send(letterTo('asha')), await mailer.send(letterTo('asha'))];
    expect(new Set(refs.map(({ ref }) => ref)).size).toBe(2);
  });

  test('what the carrier refuses was certainly not sent, and the one who asked hears so', async () => {
    const { refused, arrivedFor } = await open();
    const letter = letterTo('ravi');
    await expect(refused.send(letter)).rejects.toThrow();
    expect(await arrivedFor(letter.to)).toEqual([]);
  });

  test('a carrier that cannot be reached has sent nothing, and the one who asked hears so', async () => {
    const { astray } = await open();
    await expect(astray.send(letterTo('meera'))).rejects.toThrow();
  });

  test('a letter that the carrier took without our hearing so is not called unsent, and is not sent again', async () => {
    const { unheard, arrivedFor } = await open();
    const letter = letterTo('lost');
    const sent = unheard.send(letter).catch(() => 'called unsent');
    await vi.waitFor(async () => expect(await arrivedFor(letter.to)).not.toEqual([]), 20_000);
    const outcome = await Promise.race([sent, sleep(1_000, 'nobody knows')]);
    expect([outcome, await arrivedFor(letter.to)]).toEqual(['nobody knows', [expect.anything()]]);
  });
});
