import { expect, test } from 'vitest';
import { catalogue, eventTypes } from '#shared/events/catalogue.ts';
import { subscriptions } from '#shared/events/subscriptions.ts';
import { channelsOf } from './channels.ts';
import { audiencesOf, type Occasion } from './occasion.ts';
import {
  begun,
  changed,
  confirmed,
  corrected,
  occasions,
  ordered,
  short,
  spoilt,
  update,
} from './samples.ts';
import { MASK, type Reader, render, renderGiven, reveal } from './templates.ts';

const mailed = { email: 'jimmy@example.com' };
const reader: Reader = {
  language: 'en',
  name: 'Jimmy',
  dairyName: 'Milkfloat Dairy',
  currency: 'INR',
  timeZone: 'Asia/Kolkata',
};
test('A new household is welcomed by name, in the words of the seed', () => {
  const letter = render({ type: 'WELCOME_EMAIL' }, reader);
  expect(letter.subject).toBe('Welcome Jimmy!');
  expect(letter.text.split('\n')[0]).toBe('Welcome Jimmy!');
  expect(letter.html).toContain('Welcome Jimmy!');
  expect(letter.sms).toBe('Welcome Jimmy! - Your account with Milkfloat Dairy is ready.');
});

test('A household without a name, or with a link for one, is welcomed without it', () => {
  for (const name of [
    undefined,
    'Win at http://evil.example',
    'evil.example',
    'mail me@evil',
    'a'.repeat(61),
  ]) {
    expect(render({ type: 'WELCOME_EMAIL' }, { ...reader, name }).subject).toBe('Welcome!');
  }
  for (const name of ['Dr.Rao', 'A. P. J. Kalam', "D'Souza", 'जिमी']) {
    expect(render({ type: 'WELCOME_EMAIL' }, { ...reader, name }).subject).toBe(`Welcome ${name}!`);
  }
});

test('A confirmed order says what comes, when, and what it costs', () => {
  const letter = render(confirmed, reader);
  expect(letter.text).toMatch(/^Confirmed: order O101\n\nWe bring it on Tue,? 5 Jan, 07:00–10:00\./);
  expect(letter.text).toContain('2 × Cow Milk: ₹100.00\nTotal: ₹100.00');
  expect(letter.sms).toMatch(/^Order O101 confirmed for .*07:00–10:00\. Total ₹100\.00\. Milkfloat Dairy$/);
});

test('A household that pays at the door is asked to keep the money ready, one that has paid is not', () => {
  expect(render({ ...confirmed, cashMinor: 10_000 }, reader).text).toContain('Please keep ₹100.00 ready');
  expect(render(confirmed, reader).text).not.toContain('ready for the courier');
});

test('Each step of a delivery has its own words', () => {
  const subjects = ['ASSIGNED', 'PICKED_UP', 'IN_TRANSIT', 'DELIVERED', 'FAILED'].map(
    (status) => render(update(status), reader).subject,
  );
  expect(subjects).toEqual([
    'A courier was found: order O101',
    'Left the dairy: order O101',
    'On its way: order O101',
    'Delivered: order O101',
    'Not delivered: order O101',
  ]);
});

test('A failed delivery gives the reason in words, a code of its own or what the courier wrote', () => {
  const said = (reason: string) => render(update('FAILED', { reason }), reader).text;
  expect(said('NOBODY_HOME')).toContain('nobody was at home.');
  expect(said('ROAD_FLOODED')).toContain('road flooded.');
  expect(said('Dog in the yard\r\nBcc: all')).toContain('Dog in the yard Bcc: all.');
});

test('A refund is told in the dairy’s own currency', () => {
  expect(
    render(
      { type: 'REFUND_ISSUED', orderId: 'O1', amountMinor: 2_750, to: 'SOURCE' },
      { ...reader, currency: 'EUR' },
    ).subject,
  ).toContain('€27.50');
});

test('A standing order’s day tells what comes, what was set aside and what is left', () => {
  const { subject, text, sms } = render(ordered, reader);
  expect(subject).toMatch(/^Coming Tue,? 5 Jan, 07:00–10:00$/);
  expect(text).toContain('₹100.00 is set aside from your prepaid balance. ₹230.50 is left in it.');
  expect(text).toContain('2 × Cow Milk: ₹100.00');
  // Only who has no e-mail address may get this as a text message: its subject and first sentence, then.
  expect(sms).toMatch(/^Coming Tue,? 5 Jan, 07:00–10:00 - .* - Milkfloat Dairy$/);
});

test('What does not come is told with each reason once, and how much of it comes all the same', () => {
  const lines = [
    { name: 'Cow Milk', qty: 3, granted: 1, reason: 'OUT_OF_STOCK' },
    { name: 'Curd', qty: 1, granted: 0, reason: 'SHORT' },
    { name: 'Bread', qty: 1, granted: 0, reason: 'BALANCE_SHORT' },
  ];
  expect(render({ ...short, lines: lines.slice(0, 2) }, reader).text).not.toContain('pay in');
  const { subject, text, sms } = render({ ...short, lines }, reader);
  expect(text).toContain('As soon as you pay in, your next days come.');
  expect(subject).toMatch(/^Not coming on Tue,? 5 Jan: 2 × Cow Milk, 1 × Curd, 1 × Bread$/);
  expect(text).toContain(
    'because there was not enough for everybody; and because your prepaid balance does not cover it.',
  );
  expect(text).toContain('Cow Milk: 1 of 3 comes');
  expect(sms).toContain('You pay nothing for it.');
});

test('A standing order that is begun tells its days, its first one and its month', () => {
  const { subject, text } = render(
    { ...begun, schedule: { type: 'WEEKDAYS', days: ['MON', 'SUN'] } },
    reader,
  );
  expect(subject).toMatch(/^Your standing order begins on Wed,? 6 Jan$/);
  expect(text).toContain('it comes on Monday, Sunday, until you change it');
  expect(text).toContain('this month comes to ₹2,600.00');
  expect(render({ ...begun, lastDay: '2027-03-31' }, reader).text).toMatch(/every day, until Wed,? 31 Mar\./);
});

test('A price notice tells old and new price, from when on, and what the month costs', () => {
  const notice = occasions.find(({ type }) => type === 'PRICE_CHANGED') as Occasion;
  const { subject, text } = render(notice, reader);
  expect(subject).toMatch(/^Cow Milk costs ₹55.00 from Mon,? 11 Jan$/);
  expect(text).toContain('comes to ₹1,405.00 in January; it would have been ₹1,300.00');
});

test('A low balance says what is missing and until when it can be paid in', () => {
  const { text, sms } = render(occasions.find(({ type }) => type === 'WALLET_LOW') as Occasion, reader);
  expect(text).toContain('Your prepaid balance is ₹40.00. What is to come needs ₹60.00 more.');
  expect(sms).toMatch(/lacks ₹60.00 for Wed,? 6 Jan. Pay in before Tue,? 5 Jan, 22:00\./);
});

test('A debit is announced with its amount, where it comes from and the moment before which nothing is taken', () => {
  const { subject, text } = render(
    occasions.find(({ type }) => type === 'MANDATE_NOTICE') as Occasion,
    reader,
  );
  expect(subject).toMatch(/^₹500.00 will be debited after Wed,? 6 Jan, 10:00$/);
  expect(text).toContain('from Visa •••• 4242');
});

test('A reported problem is credited, looked into, credited in part or refused, each in its words', () => {
  const said = (type: 'PROBLEM_REPORTED' | 'PROBLEM_DECIDED', creditedMinor: number) =>
    render({ ...spoilt, type, creditedMinor }, reader);
  expect(said('PROBLEM_REPORTED', 5_000).subject).toBe('₹50.00 credited: 1 × Cow Milk of order O101');
  expect(said('PROBLEM_REPORTED', 0).subject).toBe('We look into it: 1 × Cow Milk of order O101');
  expect(said('PROBLEM_DECIDED', 5_000).text).toContain('All that it cost is credited.');
  expect(said('PROBLEM_DECIDED', 2_000).text).toContain('Of the ₹50.00 that it cost we credit ₹20.00.');
  expect(said('PROBLEM_DECIDED', 0).subject).toBe('Not credited: 1 × Cow Milk of order O101');
});

test('A stop that the desk put right says what it costs now and cost before, and what came more or less', () => {
  const { text } = render(corrected, reader);
  expect(text).toContain('What came costs ₹50.00; we had said ₹100.00.');
  expect(text).toContain('Cow Milk: 1 less than we had noted');
  const more = render({ ...corrected, differences: [{ name: 'Curd', qty: 2 }] }, reader);
  expect(more.text).toContain('Curd: 2 more than we had noted');
  const same = render({ ...corrected, chargedMinor: 10_000, differences: [] }, reader);
  expect(same.text).toContain('costs ₹100.00, as before. Cash or bottles were counted anew.');
});

test('Lost bottles are told with the deposit that stays', () => {
  const lost = occasions.find(({ type }) => type === 'BOTTLES_LOST') as Occasion;
  const { subject, text } = render(lost, reader);
  expect(subject).toBe('Empties that do not come back: 2 × Cow Milk');
  expect(text).toContain('their deposit of ₹40.00 stays with us');
});

test('Every occasion reads differently in Hindi, with the same figures', () => {
  for (const occasion of occasions) {
    const [en, hi] = [render(occasion, reader), render(occasion, { ...reader, language: 'hi' })];
    expect(hi.subject).not.toBe(en.subject);
    expect(hi.text).toMatch(/[ऀ-ॿ]/);
    expect(hi.html).toContain('<html lang="hi">');
    expect(hi.sms).toMatch(/[ऀ-ॿ]/);
    for (const figure of en.text.match(/₹[\d.,]+\d|O101/g) ?? []) expect(hi.text).toContain(figure);
  }
});

test('Nothing in a message can make markup, headers or lines of its own', () => {
  const nasty = '<img src=x onerror=alert(1)>"\'&\r\nBcc: a';
  const bad: Reader = { ...reader, dairyName: nasty };
  for (const occasion of [
    ...occasions,
    update('FAILED', { reason: nasty }),
    { ...confirmed, items: [{ name: nasty, qty: 1, amountMinor: 1 }] },
    { type: 'STOCK_LOW', productId: 'P1', product: nasty, stock: 1 } as const,
  ]) {
    const letter = render(occasion, bad);
    expect(letter.html).not.toContain('<img');
    expect(letter.subject).not.toMatch(/[\r\n]/);
    expect(letter.text).not.toMatch(/^Bcc/m);
  }
});

test('A text message has 160 characters at most, however long the names are', () => {
  const long: Reader = { ...reader, dairyName: '🥛'.repeat(40) };
  for (const occasion of occasions) {
    for (const language of ['en', 'hi'] as const) {
      for (const who of [reader, long]) {
        const { sms } = render(occasion, { ...who, language });
        expect(sms?.length ?? 0).toBeLessThanOrEqual(160);
        expect(sms?.isWellFormed() ?? true).toBe(true);
      }
    }
  }
});

test('A text message exists for every occasion that goes out by SMS', () => {
  for (const occasion of occasions) {
    for (const user of [mailed, {}]) {
      if (channelsOf(occasion, user).includes('SMS')) expect(render(occasion, reader).sms).toBeTruthy();
    }
  }
  expect(channelsOf(update('IN_TRANSIT'), mailed)).toContain('SMS');
  expect(channelsOf(update('ASSIGNED'), mailed)).toEqual(['EMAIL']);
});

test('A household without an e-mail address is told by text message what others read in letters, but not every day', () => {
  const refunded: Occasion = { type: 'REFUND_ISSUED', orderId: 'O101', amountMinor: 2_750, to: 'SOURCE' };
  for (const occasion of [refunded, begun, changed('PAUSE'), { type: 'WELCOME_EMAIL' } as const]) {
    expect(channelsOf(occasion, mailed)).toEqual(['EMAIL']);
    expect(channelsOf(occasion, {})).toEqual(['SMS']);
  }
  expect(channelsOf(confirmed, {})).toEqual(['SMS']);
  for (const occasion of [ordered, update('ASSIGNED')]) expect(channelsOf(occasion, {})).toEqual(['EMAIL']);
  expect(render(refunded, reader).sms).toMatch(/₹27\.50.* - Milkfloat Dairy$/);
  for (const user of [mailed, {}]) {
    expect(channelsOf({ type: 'SIGN_IN_CODE', codeId: 'SC1', goodUntil: '' }, user)).toEqual(['SMS']);
  }
});

test('A reset code stands nowhere until it is revealed, then in text and HTML', () => {
  const letter = render(
    { type: 'PASSWORD_RESET', resetId: 'R1', goodUntil: '2027-01-04T05:00:00.000Z' },
    reader,
  );
  expect(letter.text).toContain(MASK);
  expect(letter.text).toContain('until 10:30');
  expect(reveal(letter.text, 'R1.$&abc')).toContain('R1.$&abc');
  expect(reveal(letter.html, 'R1.abc')).not.toContain(MASK);
});

test('A message that the desk words itself stays as it is; its first line is the subject', () => {
  const given = renderGiven('Closed tomorrow\n\nWe are back on Friday <3', reader);
  expect(given).toMatchObject({
    subject: 'Closed tomorrow',
    text: 'Closed tomorrow\n\nWe are back on Friday <3',
  });
  expect(given.html).toContain('We are back on Friday &lt;3');
  const long = renderGiven('long '.repeat(40), reader);
  expect(long.subject.length).toBeLessThanOrEqual(90);
  expect(long.html).toContain('long '.repeat(39).trim());
});

test('Every event that this Lambda listens to is told to somebody, and no other', () => {
  const told = subscriptions.find(({ consumer }) => consumer === 'notification')?.events ?? [];
  for (const eventType of eventTypes) {
    const event = {
      eventId: 'E1',
      eventType,
      schema: 1,
      entityId: 'X',
      entityVersion: 1,
      timestamp: '2027-01-04T04:30:00.000Z',
      ...catalogue[eventType].sample,
    };
    expect([eventType, audiencesOf(event).length > 0]).toEqual([eventType, told.includes(eventType)]);
  }
});
