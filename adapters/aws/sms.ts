import type { PinpointSMSVoiceV2ClientConfig } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { Sms } from '#shared/ports/ports.ts';
import { certain } from '../certain.ts';
import { once } from '../once.ts';
import { type India, registrationOf } from './india.ts';

/**
 * Text messages by AWS End User Messaging. `origination` is the ARN of what they come from: a phone number, a pool
 * or a sender id that is registered for the country. With `india`, messages to numbers there carry what is registered,
 * or are not sent.
 */
export function makeSms({
  origination,
  india,
  carrier = {},
}: {
  origination: string;
  /** Asked at the first message to India. */
  india?: () => Promise<India>;
  carrier?: PinpointSMSVoiceV2ClientConfig;
}): Sms {
  const load = once(async () => {
    const sdk = await import('./sdk/sms.ts');
    return { sdk, client: new sdk.PinpointSMSVoiceV2Client({ maxAttempts: 1, ...carrier }) };
  });
  const registered = india && once(india);
  return {
    keepsInbox: false,
    async send({ id, to, text, template }) {
      // People type spaces and hyphens; the service takes E.164 only.
      const number = to.replace(/[ -]/g, '');
      const registration =
        registered && number.startsWith('+91') ? registrationOf(await registered(), template) : undefined;
      const { sdk, client } = await load();
      const message = new sdk.SendTextMessageCommand({
        OriginationIdentity: origination,
        DestinationPhoneNumber: number,
        MessageBody: text,
        MessageType: 'TRANSACTIONAL',
        DestinationCountryParameters: registration,
        Context: { notificationId: id },
      });
      const { MessageId } = await certain(client.send(message));
      return { ref: MessageId ?? '' };
    },
  };
}
