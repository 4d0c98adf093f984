import { channelsOf } from './channels.ts';
import type { Occasion } from './occasion.ts';
import { occasions } from './samples.ts';
import { type Reader, render, type SmsTemplate } from './templates.ts';

export interface RegisteredSms extends SmsTemplate {
  type: Occasion['type'];
  language: Reader['language'];
  /** It goes to everybody with a telephone; the others only to who gets no letters. */
  toAll: boolean;
}

/** The templates of all text messages that occasions are told by, by type and language. */
export function smsTemplates(): RegisteredSms[] {
  const found = new Map<string, RegisteredSms>();
  for (const occasion of occasions) {
    if (!channelsOf(occasion, {}).includes('SMS')) continue;
    const toAll = channelsOf(occasion, { email: 'jimmy@example.com' }).includes('SMS');
    for (const language of ['en', 'hi'] as const) {
      for (const name of ['Jimmy', undefined]) {
        const { template } = render(occasion, { ...reader, language, name });
        if (template) found.set(template.name, { ...template, type: occasion.type, language, toAll });
      }
    }
  }
  return [...found.values()].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

const orderOf = ({ toAll, name }: RegisteredSms) => `${toAll ? 0 : 1} ${name}`;

const reader = { dairyName: 'Milkfloat Dairy', currency: 'INR', timeZone: 'Asia/Kolkata' };
