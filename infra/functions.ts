import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { subscriptions } from '../shared/events/subscriptions.ts';
import { timers } from '../shared/events/timers.ts';
import { accessOf } from './access.ts';
import type { Bundle } from './bundle.ts';
import type { Data } from './data.ts';
import type { Files } from './files.ts';
import type { Identity } from './identity.ts';
import type { Mail } from './mail.ts';
import { LONGEST, nameIn, queueIn, removalIn } from './names.ts';
import type { Settings } from './settings.ts';

/** What API Gateway waits for; a function that only serves HTTP needs no longer. */
export const HTTP_TIMEOUT = Duration.seconds(10);
/** The longest that a batch of messages or a timer may work. */
export const WORK_TIMEOUT = Duration.seconds(60);

/** What the functions use and are told about. */
export interface Surroundings {
  data: Data;
  files: Files;
  identity: Identity;
  mail: Mail;
  settings: Settings;
}

/** The nine Lambdas: one bundle, one function, one role and one log group each. */
export class Functions extends Construct {
  /** What a function was asked and nobody waits for (the timers), where it failed or could not be reached. */
  readonly failedWork: Queue;
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #surroundings: Surroundings;
  /** What the edge shows when it hands a request on, so that it is believed when it says who asks. */
  readonly edgeSecret: Secret;
  readonly #secret: Secret;

  constructor(scope: Construct, id: string, bundles: readonly Bundle[], surroundings: Surroundings) {
    super(scope, id);
    this.#surroundings = surroundings;
    this.#secret = this.#makeSecret(
      'secret',
      'Keys fingerprints of requests, hashes of account names and reset codes',
      'A new secret voids reset codes and kept answers on their way; it is changed by hand if it leaks (docs/runbook.md#on-aws).',
    );
    this.edgeSecret = this.#makeSecret(
      'edge',
      'What CloudFront shows the functions, so that they believe it who asks',
      'Who has it can only pretend another network address; it is changed by hand if it leaks (docs/runbook.md#on-aws).',
    );
    this.failedWork = queueIn(this, 'failed-work', { retentionPeriod: LONGEST });
    Validations.of(this.failedWork).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue, of functions and schedules.',
    });
    for (const bundle of bundles) this.#functions.set(bundle.lambda, this.#makeFunction(bundle));
  }

  get all(): [lambda: string, made: LambdaFunction][] {
    return [...this.#functions];
  }

  of(lambda: string): LambdaFunction {
    const found = this.#functions.get(lambda);
    if (!found) throw new Error(`there is no Lambda ${lambda}`);
    return found;
  }

  /** Tells every function where people reach the dairy, which is known only when there is an API. */
  tellUrl(url: string): void {
    for (const made of this.#functions.values()) made.addEnvironment('PUBLIC_URL', url);
  }

  #makeFunction({ lambda, folder }: Bundle): LambdaFunction {
    const { files, identity, mail, settings } = this.#surroundings;
    const logGroup = new LogGroup(this, `${lambda}-log`, {
      logGroupName: `/aws/lambda/${nameIn(this, lambda)}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return new LambdaFunction(this, lambda, {
      functionName: nameIn(this, lambda),
      description: `Milkfloat's ${lambda} Lambda`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: worksLong(lambda) ? WORK_TIMEOUT : HTTP_TIMEOUT,
      code: Code.fromAsset(folder),
      handler: 'index.handler',
      role: this.#makeRole(lambda, logGroup),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      // A timer that failed is not tried again: its next tick does the same work.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      onFailure: new SqsDestination(this.failedWork),
      // Lambda's own: how long a sampled call waited, started and worked. Of the calls that it makes nobody tells X-Ray.
      tracing: Tracing.ACTIVE,
      environment: {
        TABLE_PREFIX: nameIn(this, ''),
        SECRET_NAME: nameIn(this, 'secret', '/'),
        EDGE_SECRET_NAME: nameIn(this, 'edge', '/'),
        USER_POOL_ID: identity.pool.userPoolId,
        USER_POOL_CLIENT_ID: identity.client.userPoolClientId,
        FILES_BUCKET: files.bucket.bucketName,
        MAIL_FROM: settings.MAIL_FROM,
        MAIL_CONFIGURATION: mail.configuration,
        SMS_ORIGINATION: this.#smsOrigination(),
        PASSWORD_POLICY: 'strict',
        ...(settings.STRIPE_SECRET_NAME && { STRIPE_SECRET_NAME: settings.STRIPE_SECRET_NAME }),
        ...(accessOf(lambda).sends &&
          settings.SMS_SECRET_NAME && { SMS_SECRET_NAME: settings.SMS_SECRET_NAME }),
      },
    });
  }

  #makeRole(lambda: string, logGroup: LogGroup): Role {
    const { data, files, identity, mail, settings } = this.#surroundings;
    const access = accessOf(lambda);
    const role = new Role(this, `${lambda}-role`, {
      description: `What Milkfloat's ${lambda} Lambda may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const statements = [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: [this.#secret.secretArn, this.edgeSecret.secretArn],
      }),
      ...data.permits(access),
      ...identity.permits(access.logins),
      ...(access.sends ? [mail.permitSending(), this.#permitTexting()] : []),
      ...(access.sends ? this.#permitsReading(settings.SMS_SECRET_NAME) : []),
      ...(access.asksProvider ? this.#permitsReading(settings.STRIPE_SECRET_NAME) : []),
    ];
    for (const statement of statements) role.addToPolicy(statement);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'Lambda puts its own traces of a function by this role; AWS has no name for what they are put into.',
    });
    files.grant(role, access);
    return role;
  }

  /** What others give, Stripe its keys, is put into a secret by hand: the stack only names it. */
  #permitsReading(name: string | undefined): PolicyStatement[] {
    if (!name) return [];
    const arn = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      // AWS ends the names of secrets with six characters of its own.
      resourceName: `${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return [new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [arn] })];
  }

  #permitTexting(): PolicyStatement {
    return new PolicyStatement({
      actions: ['sms-voice:SendTextMessage'],
      resources: [this.#smsOrigination()],
    });
  }

  #smsOrigination(): string {
    const [resource, ...name] = this.#surroundings.settings.SMS_ORIGINATION.split('/');
    return Stack.of(this).formatArn({
      service: 'sms-voice',
      resource: resource ?? '',
      resourceName: name.join('/'),
    });
  }

  /** AWS makes it up at the first deployment; it is in no template. */
  #makeSecret(name: string, description: string, staysBecause: string): Secret {
    const secret = new Secret(this, `${name}-secret`, {
      secretName: nameIn(this, name, '/'),
      description,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: removalIn(this),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: staysBecause,
    });
    return secret;
  }
}

/** Whether a Lambda takes messages (staff's dead letters are some) or timers, beside requests. */
function worksLong(lambda: string): boolean {
  return (
    lambda === 'admin' ||
    subscriptions.some(({ consumer }) => consumer === lambda) ||
    timers.some((timer) => timer.lambda === lambda)
  );
}
