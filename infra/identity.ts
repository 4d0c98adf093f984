import { Duration, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { isKept, nameIn, removalIn } from './names.ts';

/** Most powerful first: Cognito's precedence, and the order in which adapters/aws/identity.ts reads groups. */
const roles = ['admin', 'courier', 'customer'];

/** Logins: Cognito keeps the passwords and signs the tokens. Username = userId, groups = roles. */
export class Identity extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: nameIn(this, 'logins'),
      featurePlan: FeaturePlan.LITE,
      signInAliases: { username: true },
      signInCaseSensitive: true,
      // Accounts are made by our own register and add-user, which know the rules; so are password resets.
      selfSignUpEnabled: false,
      accountRecovery: AccountRecovery.NONE,
      // Our own policy (lambdas/user/rules/password.ts) is asked when a password is set; what Cognito is given follows
      // from it and always has this form (adapters/aws/identity.ts), so that nobody meets two policies.
      passwordPolicy: {
        minLength: 8,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      mfa: Mfa.OFF,
      deletionProtection: isKept(this),
      removalPolicy: removalIn(this),
    });
    this.client = this.pool.addClient('Functions', {
      userPoolClientName: 'functions',
      // Only the admin API, gated by IAM, takes a password: no browser talks to Cognito.
      authFlows: { adminUserPassword: true },
      disableOAuth: true,
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      // Our session rows end a session 30 days after its last use; this is the longest that one lives, however used.
      refreshTokenValidity: Duration.days(365),
    });
    roles.forEach((role, precedence) => {
      new CfnUserPoolGroup(this, role, { userPoolId: this.pool.userPoolId, groupName: role, precedence });
    });
    Validations.of(this.pool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason: 'No second factor is asked for: docs/deploy.md says what stands in for it.',
      },
      { id: 'AwsSolutions-COG3', reason: 'Logins are counted per account and address in our own store.' },
      { id: 'AwsSolutions-COG8', reason: 'Lite has all that is used; Plus is priced per active user.' },
    );
  }

  /** Verbs of Cognito's admin API, on this pool only. */
  permits(verbs: readonly string[]): PolicyStatement[] {
    if (verbs.length === 0) return [];
    const actions = verbs.map((verb) => `cognito-idp:${verb}`);
    return [new PolicyStatement({ actions, resources: [this.pool.userPoolArn] })];
  }
}
