import { z } from 'zod';

/** What a dairy decides when it deploys; everything else follows from the code. */
export const Settings = z.object({
  /** The sender of mails, at a domain that SES has verified: `a@b.example` or `Name <a@b.example>`. */
  MAIL_FROM: z
    .string()
    .regex(/^([^<>]+ <)?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?$/)
    .default('Milkfloat <no-reply@milkfloat.example>'),
  /** What text messages come from, as the resource part of its ARN: a sender id, number or pool. */
  SMS_ORIGINATION: z
    .string()
    .regex(/^(sender-id|phone-number|pool)\/[\w/-]+$/)
    .default('sender-id/MLKFLT/IN'),
  /** The address that people reach the dairy at; the API's own unless told. */
  PUBLIC_URL: z.url().optional(),
  /** The secret in Secrets Manager that holds Stripe's keys; without it the dairy takes cash only. */
  STRIPE_SECRET_NAME: z
    .string()
    .regex(/^[\w/+=.@-]+$/)
    .optional(),
});
export type Settings = z.infer<typeof Settings>;

/** The bare address in MAIL_FROM and its domain. */
export function senderOf({ MAIL_FROM }: Settings): { address: string; domain: string } {
  const address = /<(.+)>/.exec(MAIL_FROM)?.[1] ?? MAIL_FROM;
  return { address, domain: address.slice(address.indexOf('@') + 1) };
}
