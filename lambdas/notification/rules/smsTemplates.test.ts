import { expect, test } from 'vitest';
import { channelsOf } from './channels.ts';
import { bare, VARIABLE_CHARS } from './fences.ts';
import type { Occasion } from './occasion.ts';
import { confirmed, occasions, short } from './samples.ts';
import { smsTemplates } from './smsTemplates.ts';
import { type Reader, render, renderGiven } from './templates.ts';

const reader: Reader = {
  language: 'en',
  name: 'Jimmy',
  dairyName: 'Milkfloat Dairy',
  currency: 'INR',
  timeZone: 'Asia/Kolkata',
};
const everyForm = occasions.flatMap((occasion) =>
  (['en', 'hi'] as const).map((language) => ({ occasion, language })),
);

/** The same occasion, to somebody else: with other ids, names, days and amounts. */
function another(occasion: Occasion): Occasion {
  const text = JSON.stringify(occasion)
    .replaceAll(/"(O101|R1|PAY1|DP1)"/g, '"X7KD93MQ2"')
    .replaceAll('Cow Milk', 'Malai Paneer, fresh')
    .replaceAll('Visa •••• 4242', 'UPI ravi@bank')
    .replaceAll('2027-', '2028-')
    .replaceAll(/("(?:\w+Minor|stock|days)"):([1-9]\d*)/g, '$1:7$2')
    .replaceAll('"n":3', '"n":5')
    .replaceAll('[1,15]', '[2,9,23]')
    .replaceAll('["MON","WED","FRI"]', '["TUE","SAT"]');
  return JSON.parse(text);
}

/** A template as the texts that operators let through by it. */
function matcher(template: string, dairy: string): RegExp {
  const words = template.replaceAll('{dairy}', dairy).replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${words.replaceAll('{#var#}', `.{0,${VARIABLE_CHARS}}`)}$`, 'u');
}

test('A text message is what its template says, with a value of at most 30 characters for each variable', () => {
  for (const { occasion, language } of everyForm) {
    for (const dairyName of ['Milkfloat Dairy', 'Kaveri']) {
      const { sms, template } = render(occasion, { ...reader, language, dairyName });
      expect(sms).toMatch(matcher(template?.text ?? 'none', dairyName));
    }
  }
});

test('Other values make other texts of the same template', () => {
  const other = { ...reader, name: 'Kamala Devi', dairyName: 'Kaveri', currency: 'EUR' };
  for (const { occasion, language } of everyForm) {
    const first = render(occasion, { ...reader, language });
    const second = render(another(occasion), { ...other, language });
    expect(second.template).toEqual(first.template);
    expect(second.sms).not.toBe(first.sms);
  }
});

test('Other words are another template, and so is another language', () => {
  const listed = smsTemplates();
  for (const { name, type, language } of listed) {
    expect(name).toMatch(new RegExp(`^${type}\\.${language}\\.[0-9a-f]{6}$`));
  }
  expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length);
  const withVisit = render(confirmed, reader).template?.name;
  expect(render({ ...confirmed, visit: undefined }, reader).template?.name).not.toBe(withVisit);
});

test('Every occasion that goes out by text message has a template in both languages', () => {
  const told = occasions.filter((occasion) => channelsOf(occasion, {}).includes('SMS'));
  const listed = smsTemplates();
  for (const { type } of told) {
    const languages = listed.flatMap((one) => (one.type === type ? [one.language] : []));
    expect([type, new Set(languages)]).toEqual([type, new Set(['en', 'hi'])]);
  }
});

test('Many products give way where the words and figures must stay whole', () => {
  const lines = ['Cow Milk', 'Buffalo Milk', 'Curd', 'Paneer', 'Butter', 'Brown Bread'].map((name) => ({
    name,
    qty: 2,
    granted: 0,
    reason: 'RUN_MISSED',
  }));
  const { sms, template } = render({ ...short, lines }, reader);
  expect(sms).toMatch(
    /^Not coming on Tue,? 5 Jan: 2 × Cow Milk, 2 × Buff[^:]*…, because .*\. Milkfloat Dairy$/,
  );
  expect(sms.length).toBeLessThanOrEqual(160);
  expect(template).toEqual(render(short, reader).template);
});

test('A text that had to be cut, or that somebody typed, is of no template', () => {
  const long = render(short, { ...reader, dairyName: 'Dairy '.repeat(30) });
  expect([long.sms.length, long.template]).toEqual([160, undefined]);
  expect(renderGiven('Closed tomorrow', reader).template).toBeUndefined();
});

test('What sets values off in the making is in no message, not even where a name brings it along', () => {
  const odd = { ...reader, name: '\uE000Jimmy\uE003', dairyName: 'Milk\uE002float' };
  for (const occasion of occasions) {
    const { subject, text, html, sms } = render(occasion, odd);
    for (const part of [subject, text, html, sms]) expect(part).toBe(bare(part));
  }
});
