// Only what we use, by name, so that a bundle leaves the rest of Amazon's client out.
export { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
