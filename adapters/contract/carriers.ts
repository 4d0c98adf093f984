import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { expect } from 'vitest';
import type { Mailer } from '#shared/ports/ports.ts';
import { makeMailer as makeAwsMailer } from '../aws/mailer.ts';
import { towards } from '../aws/testing.ts';
import { makeMailer } from '../local/mailer.ts';
import { emulated } from './emulated.ts';

export const DAIRY = 'Dairy <milk@dairy.example>';

/** A letter as the household's carrier has it. */
interface Arrived {
  from: string;
  to: string;
  subject: string;
  html: string;
  /** Undefined where the carrier does not tell. */
  text?: string;
}

/** A mailer and the carrier that it hands its letters to. */
export interface MailCarrier {
  mailer: Mailer;
  /** Another mailer of the same carrier, whose letters the carrier refuses. */
  refused: Mailer;
  /** One whose letters the carrier takes; the word that it did is lost. */
  unheard: Mailer;
  /** One that knocks where nobody is. */
  astray: Mailer;
  arrivedFor(to: string): Promise<Arrived[]>;
}

type Finished = (end: () => void | Promise<void>) => void;

/** An SMTP server, which knows no household at nowhere.example. */
export async function smtp(finished: Finished): Promise<MailCarrier> {
  const arrived: Arrived[] = [];
  const listen = async (onTaken: 'ANSWERS' | 'HANGS UP') => {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onMailFrom: ({ address }, _, answer) =>
        address.endsWith('@dairy.example')
          ? answer()
          : answer(Object.assign(new Error('no'), { responseCode: 550 })),
      async onData(stream, session, answer) {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        const { mailFrom, rcptTo } = session.envelope;
        expect(mail.from?.address).toBe(mailFrom ? mailFrom.address : '');
        arrived.push({
          from: `${mail.from?.name} <${mail.from?.address}>`,
          to: rcptTo.map(({ address }) => address).join(),
          subject: mail.subject ?? '',
          html: mail.html?.trim() ?? '',
          text: mail.text?.trim(),
        });
        if (onTaken === 'ANSWERS') answer();
        else for (const { _socket } of (server as unknown as Connections).connections) _socket.destroy();
      },
    });
    server.on('error', () => undefined);
    const listening = server.listen(0, '127.0.0.1');
    await new Promise((resolve) => listening.once('listening', resolve));
    finished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  };
  const smtpUrl = await listen('ANSWERS');
  return {
    mailer: makeMailer({ smtpUrl, from: DAIRY }),
    refused: makeMailer({ smtpUrl, from: 'Stranger <s@stranger.example>' }),
    unheard: makeMailer({ smtpUrl: await listen('HANGS UP'), from: DAIRY }),
    astray: makeMailer({ smtpUrl: `smtp://127.0.0.1:${await closedPort()}`, from: DAIRY }),
    arrivedFor: async (wanted) => arrived.filter(({ to }) => to === wanted),
  };
}

interface Connections {
  connections: Set<{ _socket: { destroy(): void } }>;
}

/** SES, as moto plays it: it takes letters of verified senders. */
export async function ses(finished: Finished): Promise<MailCarrier> {
  const there = towards(emulated ?? '');
  await new SESv2Client(there)
    .send(new CreateEmailIdentityCommand({ EmailIdentity: 'dairy.example' }))
    .catch((error: Error) => expect(error.name).toBe('AlreadyExistsException'));
  const at = (endpoint: string, from = DAIRY) => makeAwsMailer({ from, ses: { ...there, endpoint } });
  const deaf = await deafTo(there.endpoint);
  finished(deaf.close);
  return {
    mailer: at(there.endpoint),
    refused: at(there.endpoint, 'Stranger <s@stranger.example>'),
    unheard: at(deaf.url),
    astray: at(`http://127.0.0.1:${await closedPort()}`),
    async arrivedFor(wanted) {
      const known = (await (await fetch(`${there.endpoint}/moto-api/data.json`)).json()) as MotoData;
      return known.ses.Message.filter(({ destinations }) => destinations.ToAddresses?.includes(wanted)).map(
        ({ source, subject, body }) => ({ from: source, to: wanted, subject, html: body }),
      );
    },
  };
}

interface MotoData {
  ses: {
    Message: { source: string; subject: string; body: string; destinations: { ToAddresses?: string[] } }[];
  };
}

/** Passes every request on and keeps the answer to itself. */
async function deafTo(endpoint: string) {
  const server = createServer(async (request) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host: _, ...headers } = request.headers as Record<string, string>;
    const { method, url, socket } = request;
    await (await fetch(`${endpoint}${url}`, { method, headers, body: Buffer.concat(chunks) })).text();
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
