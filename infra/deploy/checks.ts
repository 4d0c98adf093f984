import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeAccountAttributesCommand,
  DescribePhoneNumbersCommand,
  DescribePoolsCommand,
  DescribeSenderIdsCommand,
  PinpointSMSVoiceV2Client,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Place } from '../deployed.ts';
import { type Settings, senderOf, stackNameOf } from '../settings.ts';

/** What was found to be wrong: a hindrance ends the deployment before it begins, a warning is only told. */
export interface Finding {
  weight: 'hindrance' | 'warning';
  text: string;
}

export const hindrance = (text: string): Finding => ({ weight: 'hindrance', text });
const warning = (text: string): Finding => ({ weight: 'warning', text });

/** Certificates of CloudFront are of this region only. */
const EDGE_REGION = 'us-east-1';
/** The bootstrap that the assets of a CDK app of version 2 need. */
const LEAST_BOOTSTRAP = 6;
/** How many functions must be able to run at once, that a morning's requests and events do not wait for one another. */
const LEAST_AT_ONCE = 100;

/** Whose account it is and which region; or why nobody can tell. Changes nothing. */
export async function findPlace(): Promise<Place | Finding> {
  const sts = new STSClient();
  const region = await sts.config.region().catch(() => undefined);
  if (!region)
    return hindrance('There is no region. Set AWS_REGION, for instance AWS_REGION=ap-south-1 (Mumbai).');
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    return { account: Account ?? '', region };
  } catch (error) {
    return hindrance(whyNot(error, region));
  }
}

function whyNot(error: unknown, region: string): string {
  if (isAbsent(error)) return `There is no region ${region}, or it cannot be reached. Is AWS_REGION right?`;
  switch (nameOf(error)) {
    case 'CredentialsProviderError':
      return 'There are no credentials. Log in (aws login, aws sso login) or set AWS_PROFILE.';
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return 'The credentials have expired. Log in again.';
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return `AWS does not know these credentials in ${region}; a region that has to be opted into may be switched off for the account.`;
    default:
      return `AWS did not say whose credentials these are: ${wordsOf(error)}`;
  }
}

/** Looks for everything that a deployment needs and does not make itself. Changes nothing. */
export async function lookAround(settings: Settings, place: Place): Promise<Finding[]> {
  const checks = [
    isBootstrapped(place),
    isAtRest(settings),
    mailGoesOut(settings, place),
    domainIsOurs(settings, place),
    cardsHaveKeys(settings, place),
    textsGoOut(settings, place),
    textsReachAll(place),
    functionsRunAtOnce(place),
  ];
  return (await Promise.all(checks)).flat();
}

async function isBootstrapped({ account, region }: Place): Promise<Finding[]> {
  const command = `npx cdk bootstrap aws://${account}/${region}`;
  const stack = await stackCalled('CDKToolkit');
  if (typeof stack === 'string') return [hindrance(stack)];
  if (!stack) return [hindrance(`${region} of account ${account} is not prepared for CDK. Run: ${command}`)];
  const version = stack.Outputs?.find(({ OutputKey }) => OutputKey === 'BootstrapVersion')?.OutputValue;
  if (Number(version ?? 0) >= LEAST_BOOTSTRAP) return [];
  return [hindrance(`CDK's bootstrap stack is too old (version ${version ?? 'unknown'}). Run: ${command}`)];
}

/** A stack that is being changed, or that is stuck, takes no deployment. */
async function isAtRest(settings: Settings): Promise<Finding[]> {
  const name = stackNameOf(settings);
  const stack = await stackCalled(name);
  if (typeof stack === 'string') return [hindrance(stack)];
  const status = stack?.StackStatus ?? '';
  // A first deployment that was cut off while CDK asked for approval: nothing is there, and CDK begins anew.
  if (status === 'REVIEW_IN_PROGRESS') return [];
  if (status.endsWith('_IN_PROGRESS'))
    return [hindrance(`Somebody is deploying ${name} already (${status}).`)];
  if (['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED'].includes(status))
    return [hindrance(`The stack ${name} is ${status}. See docs/deploy.md, “When a deployment fails”.`)];
  return [];
}

/** The stack; undefined when there is none; words when nobody can tell. */
async function stackCalled(StackName: string) {
  try {
    const { Stacks } = await new CloudFormationClient().send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  } catch (error) {
    if (/does not exist/.test(wordsOf(error))) return undefined;
    return `CloudFormation did not tell of the stack ${StackName}: ${wordsOf(error)}`;
  }
}

async function mailGoesOut(settings: Settings, { region }: Place): Promise<Finding[]> {
  const ses = new SESv2Client();
  const { address, domain } = senderOf(settings);
  if (domain.endsWith('.example'))
    return [
      hindrance(
        `MAIL_FROM is not set: the dairy needs a sender of its own, like "Dairy <milk@your.domain>".`,
      ),
    ];
  try {
    const account = await ses.send(new GetAccountCommand({}));
    const states = await Promise.all([isVerified(ses, address), isVerified(ses, domain)]);
    const findings: Finding[] = [];
    if (!states.includes(true))
      findings.push(
        hindrance(
          `SES in ${region} has not verified ${domain}, nor ${address}. Run: aws sesv2 create-email-identity --email-identity ${domain}, and put the records that it answers into the domain's DNS. SES verifies region by region. A verified parent domain is not enough: the dairy's functions may send in the name of ${domain} itself only.`,
        ),
      );
    if (!account.SendingEnabled)
      findings.push(hindrance(`SES does not let this account send from ${region}.`));
    if (!account.ProductionAccessEnabled)
      findings.push(
        warning(
          `SES is in its sandbox in ${region}: mail reaches verified addresses of ${domain} only, no household elsewhere. Ask for production access before households register.`,
        ),
      );
    return findings;
  } catch (error) {
    if (isAbsent(error))
      return [hindrance(`There is no SES in ${region}: the dairy cannot send mail from there.`)];
    return [hindrance(`SES did not tell of ${domain}: ${wordsOf(error)}`)];
  }
}

async function isVerified(ses: SESv2Client, EmailIdentity: string): Promise<boolean> {
  try {
    const found = await ses.send(new GetEmailIdentityCommand({ EmailIdentity }));
    return found.VerifiedForSendingStatus ?? false;
  } catch (error) {
    if (nameOf(error) === 'NotFoundException') return false;
    throw error;
  }
}

async function domainIsOurs({ DOMAIN, CERTIFICATE_ARN }: Settings, { account }: Place): Promise<Finding[]> {
  if (!DOMAIN || !CERTIFICATE_ARN) return [];
  if (!CERTIFICATE_ARN.includes(`:${account}:`))
    return [hindrance(`CERTIFICATE_ARN is of another account than ${account}.`)];
  try {
    const acm = new ACMClient({ region: EDGE_REGION });
    const { Certificate } = await acm.send(
      new DescribeCertificateCommand({ CertificateArn: CERTIFICATE_ARN }),
    );
    const names = Certificate?.SubjectAlternativeNames ?? [];
    const wildcard = DOMAIN.replace(/^[^.]+/, '*');
    if (!names.includes(DOMAIN) && !names.includes(wildcard))
      return [hindrance(`The certificate is for ${names.join(', ')}, not for ${DOMAIN}.`)];
    if (Certificate?.Status !== 'ISSUED')
      return [
        hindrance(
          `The certificate for ${DOMAIN} is ${Certificate?.Status}: its records must be in the DNS first.`,
        ),
      ];
    return [];
  } catch (error) {
    const missing = nameOf(error) === 'ResourceNotFoundException';
    return [
      hindrance(
        missing
          ? `There is no certificate CERTIFICATE_ARN in ${EDGE_REGION}.`
          : `ACM did not tell of the certificate: ${wordsOf(error)}`,
      ),
    ];
  }
}

async function cardsHaveKeys({ STRIPE_SECRET_NAME }: Settings, { region }: Place): Promise<Finding[]> {
  if (!STRIPE_SECRET_NAME) return [];
  try {
    await new SecretsManagerClient().send(new DescribeSecretCommand({ SecretId: STRIPE_SECRET_NAME }));
    return [];
  } catch (error) {
    if (nameOf(error) !== 'ResourceNotFoundException')
      return [hindrance(`Secrets Manager did not tell of ${STRIPE_SECRET_NAME}: ${wordsOf(error)}`)];
    return [
      warning(
        `There is no secret ${STRIPE_SECRET_NAME} in ${region} yet: cards are declined until there is.`,
      ),
    ];
  }
}

async function textsGoOut({ SMS_ORIGINATION }: Settings, { region }: Place): Promise<Finding[]> {
  const [kind, name = '', country] = SMS_ORIGINATION.split('/');
  const sms = new PinpointSMSVoiceV2Client();
  const ask = {
    'sender-id': () =>
      sms.send(new DescribeSenderIdsCommand({ SenderIds: [{ SenderId: name, IsoCountryCode: country }] })),
    'phone-number': () => sms.send(new DescribePhoneNumbersCommand({ PhoneNumberIds: [name] })),
    pool: () => sms.send(new DescribePoolsCommand({ PoolIds: [name] })),
  }[kind as 'sender-id' | 'phone-number' | 'pool'];
  try {
    await ask();
    return [];
  } catch (error) {
    const why =
      nameOf(error) === 'ResourceNotFoundException' || isAbsent(error) ? 'there is none' : wordsOf(error);
    return [
      warning(`No text messages will go out: SMS_ORIGINATION ${SMS_ORIGINATION} in ${region}: ${why}.`),
    ];
  }
}

/** New accounts may send texts to ten numbers of their own, for a dollar a month. */
async function textsReachAll({ region }: Place): Promise<Finding[]> {
  try {
    const { AccountAttributes = [] } = await new PinpointSMSVoiceV2Client().send(
      new DescribeAccountAttributesCommand({}),
    );
    if (!AccountAttributes.some(({ Name, Value }) => Name === 'ACCOUNT_TIER' && Value === 'SANDBOX'))
      return [];
    return [
      warning(
        `End User Messaging is in its sandbox in ${region}: text messages reach verified numbers only, for 1 dollar a month. Ask for production access and a higher spending limit.`,
      ),
    ];
  } catch (error) {
    // Where there is no such service, the sender is missing too, and that is told.
    if (isAbsent(error)) return [];
    return [warning(`End User Messaging did not tell whether it is in its sandbox: ${wordsOf(error)}`)];
  }
}

async function functionsRunAtOnce({ region }: Place): Promise<Finding[]> {
  try {
    const { AccountLimit } = await new LambdaClient().send(new GetAccountSettingsCommand({}));
    const most = AccountLimit?.ConcurrentExecutions ?? 0;
    if (most >= LEAST_AT_ONCE) return [];
    return [
      warning(
        `Lambda runs only ${most} functions of this account at once in ${region}: beyond that requests get 503 and events wait. Ask for 1000: Service Quotas, AWS Lambda, Concurrent executions.`,
      ),
    ];
  } catch (error) {
    return [warning(`Lambda did not tell how many functions may run at once: ${wordsOf(error)}`)];
  }
}

/** Whether there is no such service, because there is no such address. */
function isAbsent(error: unknown): boolean {
  return (error as { code?: string }).code === 'ENOTFOUND';
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
}
