import { randomBytes } from 'node:crypto';
import {
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateConfigurationSetCommand,
  CreateEmailIdentityCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import type { Wire } from '../../shared/data/wire.ts';
import type { Known, Place } from '../deployed.ts';
import { senderOf } from '../settings.ts';
import type { Made, Properties } from '../testing.ts';

interface Emulators {
  place: Place;
  /** moto. */
  endpoint: string;
  /** DynamoDB Local, as the account that everything is made in. */
  wire: Wire;
}

/**
 * What a deployment of the template makes for the functions to use, made in the emulators from the template's own
 * properties; answers what AWS would have chosen: ids, names and ARNs. Queues, rules and schedules are emulated.ts's.
 */
export async function deployInto(made: Made, emulators: Emulators): Promise<Known> {
  const { place, endpoint, wire } = emulators;
  const there = {
    endpoint,
    region: place.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    // moto knows buckets by their path.
    forcePathStyle: true,
  };
  await makeTables(made, wire);
  await makeMail(made, new SESv2Client(there));
  return {
    ...(await makeBuckets(made, new S3Client(there))),
    ...(await makeSecrets(made, new SecretsManagerClient(there))),
    ...(await makeLogins(made, new CognitoIdentityProviderClient(there), place)),
    [made.all('AWS::CloudFront::Distribution')[0]?.[0] ?? '']: { DomainName: 'dairy.example' },
  };
}

async function makeTables(made: Made, wire: Wire): Promise<void> {
  for (const [, table] of made.all('AWS::DynamoDB::Table')) {
    const { TableName, AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes } = table;
    const { StreamSpecification: stream } = table;
    await wire.call('CreateTable', {
      TableName,
      AttributeDefinitions,
      KeySchema,
      BillingMode,
      GlobalSecondaryIndexes,
      StreamSpecification: stream && { ...stream, StreamEnabled: true },
    });
  }
}

/** DynamoDB Local works at each table for ever. */
export async function removeTables(made: Made, wire: Wire): Promise<void> {
  for (const [, { TableName }] of made.all('AWS::DynamoDB::Table'))
    await wire.call('DeleteTable', { TableName });
}

async function makeBuckets(made: Made, s3: S3Client): Promise<Known> {
  const known: Known = {};
  for (const [id] of made.all('AWS::S3::Bucket')) {
    const Bucket = `${id}-${randomBytes(6).toString('hex')}`.toLowerCase();
    const CreateBucketConfiguration = { LocationConstraint: (await s3.config.region()) as 'ap-south-2' };
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    known[id] = { Ref: Bucket, Arn: `arn:aws:s3:::${Bucket}` };
  }
  return known;
}

async function makeSecrets(made: Made, secrets: SecretsManagerClient): Promise<Known> {
  const known: Known = {};
  for (const [id, { Name, GenerateSecretString }] of made.all('AWS::SecretsManager::Secret')) {
    const SecretString = randomBytes(GenerateSecretString.PasswordLength / 2).toString('hex');
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name, SecretString }));
    known[id] = { Ref: ARN };
  }
  return known;
}

async function makeLogins(made: Made, cognito: CognitoIdentityProviderClient, place: Place): Promise<Known> {
  const [[poolId, pool]] = made.all('AWS::Cognito::UserPool') as [[string, Properties]];
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({ ...pool, PoolName: pool.UserPoolName, UserPoolName: undefined }),
  );
  const UserPoolId = UserPool?.Id ?? '';
  for (const [, group] of made.all('AWS::Cognito::UserPoolGroup'))
    await cognito.send(new CreateGroupCommand({ ...group, UserPoolId }));
  const [[clientId, client]] = made.all('AWS::Cognito::UserPoolClient') as [[string, Properties]];
  const { UserPoolClient } = await cognito.send(new CreateUserPoolClientCommand({ ...client, UserPoolId }));
  const Arn = `arn:aws:cognito-idp:${place.region}:${place.account}:userpool/${UserPoolId}`;
  return { [poolId]: { Ref: UserPoolId, Arn }, [clientId]: { Ref: UserPoolClient?.ClientId } };
}

/** A dairy verifies its sender's domain before it deploys (docs/deploy.md); the configuration is the stack's. */
async function makeMail(made: Made, ses: SESv2Client): Promise<void> {
  const { MAIL_FROM } = made.one('AWS::Lambda::Function', ({ FunctionName }) =>
    FunctionName.endsWith('-notification'),
  ).Environment.Variables;
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: domainOf(MAIL_FROM) }));
  for (const [, { Name }] of made.all('AWS::SES::ConfigurationSet'))
    await ses.send(new CreateConfigurationSetCommand({ ConfigurationSetName: Name }));
}

/** The domain of `Name <a@b.example>`. */
export function domainOf(sender: string): string {
  return senderOf({ MAIL_FROM: sender }).domain;
}
