import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { DeadAddress } from '#shared/ports/ports.ts';
import { makeMailer } from './mailer.ts';

const letter = { id: 'N1', to: 'jimmy@example.com', subject: 'Welcome', text: 'Hello', html: '<p>Hello</p>' };

/** A mail server of RFC 5321 that says this about every recipient; and a mailer that uses it. */
async function mailerThatHears(aboutRecipient: string) {
  const server = createServer((socket) => {
    let inside = false;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      for (const line of chunk.split('\r\n').slice(0, -1)) {
        if (inside) {
          if (line !== '.') continue;
          inside = false;
          socket.write('250 2.0.0 taken\r\n');
        } else if (line.startsWith('RCPT')) socket.write(`${aboutRecipient}\r\n`);
        else if (line === 'DATA') {
          inside = true;
          socket.write('354 go on\r\n');
        } else socket.write('250 mail.example\r\n');
      }
    });
    socket.on('error', () => socket.destroy()).write('220 mail.example ESMTP\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return makeMailer({
    smtpUrl: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    from: 'Dairy <milk@dairy.example>',
  });
}

test('A letter that the server takes is sent', async () => {
  const mailer = await mailerThatHears('250 2.1.5 known here');
  expect(await mailer.send(letter)).toEqual({ ref: '<N1@milkfloat>' });
});

test.each(['550 5.1.1 No such user here', '551 5.1.6 Moved', '550 5.2.1 The mailbox is switched off'])(
  'A server that says «%s» means that no mail will ever be taken there',
  async (answer) => {
    const mailer = await mailerThatHears(answer);
    await expect(mailer.send(letter)).rejects.toBeInstanceOf(DeadAddress);
  },
);

test.each([
  '550 5.7.1 You are not welcome',
  '452 4.2.2 The mailbox is full',
  '550 No',
  '554 5.7.0 Looks like spam',
])('A server that says «%s» has not said that the address is dead', async (answer) => {
  const mailer = await mailerThatHears(answer);
  const refused = await mailer.send(letter).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Error);
  expect(refused).not.toBeInstanceOf(DeadAddress);
});
