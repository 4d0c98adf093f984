import { z } from 'zod';

/** prod is lived by: nothing in it goes with a mistake. dev is to try things out beside it, and can be thrown away. */
const stages = ['dev', 'prod'] as const;

/** A name that needs no quotes before an address: printable ASCII without the signs that a mail's head reads. */
const NAMED = /^[!#-'*+\-./0-9=?A-Z^-~][ !#-'*+\-./0-9=?A-Z^-~]* <([^<>]+)>$/;

/** What a dairy decides when it deploys; everything else follows from the code. */
export const Settings = z
  .object({
    STAGE: z.enum(stages).default('prod'),
    /** The sender of mails, at a domain that SES has verified: `a@b.example` or `Name <a@b.example>`. */
    MAIL_FROM: z
      .string()
      .refine(
        (text) => z.email().safeParse(NAMED.exec(text)?.[1] ?? text).success,
        'must be a@b.example or Name <a@b.example>, the name in ASCII without any of , ; : " ( ) < > @ [ ] \\',
      )
      .default('Milkfloat <no-reply@milkfloat.example>'),
    /** What text messages come from, as the resource part of its ARN: a sender id, number or pool. */
    SMS_ORIGINATION: z
      .string()
      .regex(
        /^(sender-id\/[\w-]+\/[A-Z]{2}|(phone-number|pool)\/[\w-]+)$/,
        'must be sender-id/NAME/COUNTRY (two letters, like IN), phone-number/… or pool/…',
      )
      .default('sender-id/MLKFLT/IN'),
    /** The secret in Secrets Manager with the ids that India's telecom operators gave (docs/sms-templates.md). */
    SMS_SECRET_NAME: z
      .string()
      .regex(/^[\w/+=.@-]+$/)
      .optional(),
    /** A name of the dairy's own, and its certificate, which CloudFront takes from us-east-1 only. */
    DOMAIN: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a name like shop.dairy.example')
      .optional(),
    CERTIFICATE_ARN: z
      .string()
      .regex(
        /^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
        'must be the ARN of a certificate in us-east-1',
      )
      .optional(),
    /** Who is told of alarms. */
    ALARM_MAIL: z.email().optional(),
    /** What the account may cost a month, in US dollars, before ALARM_MAIL is told. */
    MONTHLY_BUDGET: z.coerce.number().int().positive().optional(),
    /** The secret in Secrets Manager that holds Stripe's keys; without it the dairy takes cash only. */
    STRIPE_SECRET_NAME: z
      .string()
      .regex(/^[\w/+=.@-]+$/)
      .optional(),
    /** A web ACL of AWS WAF in us-east-1 to put before the edge (docs/decisions/0020). */
    WEB_ACL_ARN: z
      .string()
      .regex(/^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/[\w/-]+$/, 'must be a global web ACL’s ARN')
      .optional(),
  })
  .superRefine((settings, { addIssue }) => {
    const needs = (name: keyof typeof settings, other: keyof typeof settings) => {
      if (settings[name] === undefined || settings[other] !== undefined) return;
      addIssue({ code: 'custom', path: [other], message: `is needed with ${name}` });
    };
    needs('DOMAIN', 'CERTIFICATE_ARN');
    needs('CERTIFICATE_ARN', 'DOMAIN');
    needs('MONTHLY_BUDGET', 'ALARM_MAIL');
  });
export type Settings = z.infer<typeof Settings>;

/** What is wrong with settings, a line each; values are not repeated. Undefined when nothing is. */
export function faultsOf(environment: NodeJS.ProcessEnv): string[] | undefined {
  const { error } = Settings.safeParse(environment);
  return error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
}

/** The stack's name, which everything in it is named after. */
export function stackNameOf({ STAGE }: Pick<Settings, 'STAGE'>): string {
  return STAGE === 'prod' ? 'milkfloat' : `milkfloat-${STAGE}`;
}

/** The bare address in MAIL_FROM and its domain. */
export function senderOf({ MAIL_FROM }: Pick<Settings, 'MAIL_FROM'>): { address: string; domain: string } {
  const address = /<(.+)>/.exec(MAIL_FROM)?.[1] ?? MAIL_FROM;
  return { address, domain: address.slice(address.indexOf('@') + 1) };
}
