import type { SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import type { Mailer } from '#shared/ports/ports.ts';
import { certain } from '../certain.ts';
import { once } from '../once.ts';

/** Mail by Amazon SES. */
export function makeMailer({
  from,
  configuration,
  ses = {},
}: {
  from: string;
  configuration?: string;
  ses?: SESv2ClientConfig;
}): Mailer {
  const load = once(async () => {
    const sdk = await import('./sdk/ses.ts');
    return { sdk, client: new sdk.SESv2Client({ maxAttempts: 1, ...ses }) };
  });
  return {
    keepsInbox: false,
    async send({ id, to, subject, text, html }) {
      const { sdk, client } = await load();
      const mail = new sdk.SendEmailCommand({
        FromEmailAddress: from,
        ConfigurationSetName: configuration,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: { Data: subject, Charset: 'UTF-8' },
            Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
          },
        },
        // Bounces and complaints come back with it.
        EmailTags: [{ Name: 'notificationId', Value: id.replace(/[^\w-]/g, '_') }],
      });
      const { MessageId } = await certain(client.send(mail));
      return { ref: MessageId ?? '' };
    },
  };
}
