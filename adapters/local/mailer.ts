import nodemailer from 'nodemailer';
import { DeadAddress, type Mailer } from '#shared/ports/ports.ts';
import { certain } from '../certain.ts';

/** Mail by SMTP where a server is configured; otherwise it stays in the inbox page. */
export function makeMailer({ smtpUrl, from }: { smtpUrl?: string; from: string }): Mailer {
  if (!smtpUrl) return { keepsInbox: true, send: async ({ id }) => ({ ref: `inbox:${id}` }) };
  const transport = nodemailer.createTransport(smtpUrl, { from });
  return {
    keepsInbox: false,
    async send({ id, to, subject, text, html }) {
      const mail = { to, subject, text, html, messageId: `<${id}@milkfloat>` };
      const sent = await certain(transport.sendMail(mail)).catch((error: unknown) => {
        throw isDead(error) ? new DeadAddress() : error;
      });
      return { ref: sent.messageId };
    },
  };
}

/**
 * Whether a server refused the address for good, by the codes of RFC 3463: no such mailbox or domain, a mailbox that
 * moved or is switched off. A server that is full, busy or does not like us says something else.
 */
function isDead(error: unknown): boolean {
  const { code, response } = error as { code?: string; response?: string };
  return code === 'EENVELOPE' && /^55\d[ -]5\.(1\.[12368]|1\.10|2\.1)\b/.test(response ?? '');
}
