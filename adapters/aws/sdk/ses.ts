// Only what we use, by name, so that a bundle leaves the rest of Amazon's client out.
export { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
