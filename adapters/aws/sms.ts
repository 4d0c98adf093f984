import type { PinpointSMSVoiceV2ClientConfig } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { Sms } from '#shared/ports/ports.ts';
import { certain } from '../certain.ts';
import { once } from '../once.ts';

/**
 * Text messages by AWS End User Messaging. `origination` is the ARN of what they come from: a phone number, a pool
 * or a sender id that is registered for the country.
 */
export function makeSms({
  origination,
  carrier = {},
}: {
  origination: string;
  carrier?: PinpointSMSVoiceV2ClientConfig;
}): Sms {
  const load = once(async () => {
    const sdk = await import('./sdk/sms.ts');
    return { sdk, client: new sdk.PinpointSMSVoiceV2Client({ maxAttempts: 1, ...carrier }) };
  });
  return {
    keepsInbox: false,
    async send({ id, to, text }) {
      const { sdk, client } = await load();
      const message = new sdk.SendTextMessageCommand({
        OriginationIdentity: origination,
        // People type spaces and hyphens; the service takes E.164 only.
        DestinationPhoneNumber: to.replace(/[ -]/g, ''),
        MessageBody: text,
        MessageType: 'TRANSACTIONAL',
        Context: { notificationId: id },
      });
      const { MessageId } = await certain(client.send(message));
      return { ref: MessageId ?? '' };
    },
  };
}
