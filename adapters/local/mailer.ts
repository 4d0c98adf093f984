import nodemailer from 'nodemailer';
import type { Mailer } from '#shared/ports/ports.ts';
import { certain } from '../certain.ts';

/** Mail by SMTP where a server is configured; otherwise it stays in the inbox page. */
export function makeMailer({ smtpUrl, from }: { smtpUrl?: string; from: string }): Mailer {
  if (!smtpUrl) return { keepsInbox: true, send: async ({ id }) => ({ ref: `inbox:${id}` }) };
  const transport = nodemailer.createTransport(smtpUrl, { from });
  return {
    keepsInbox: false,
    async send({ id, to, subject, text, html }) {
      const mail = { to, subject, text, html, messageId: `<${id}@milkfloat>` };
      const sent = await certain(transport.sendMail(mail));
      return { ref: sent.messageId };
    },
  };
}
