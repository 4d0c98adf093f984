import { type Made, type Properties, target } from './testing.ts';

const REGION = 'ap-south-1';
const ACCOUNT = '111122223333';

/**
 * What IAM would say if a function made a call, from the policies of its role in the template alone: denied unless some
 * statement allows it, and denied whatever allows it where one denies it.
 */
export class Rights {
  readonly #made: Made;

  constructor(made: Made) {
    this.#made = made;
  }

  /** Whether the Lambda may do something (`dynamodb:PutItem`) to the resource of an ARN. */
  may(lambda: string, action: string, arn: string): boolean {
    const fitting = this.#statementsOf(lambda).filter(
      ({ Action, Resource }) =>
        [Action].flat().some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
        [Resource].flat().some((resource) => fits(this.#textOf(resource), arn)),
    );
    const effects = new Set(fitting.map(({ Effect }) => Effect));
    return effects.has('Allow') && !effects.has('Deny');
  }

  /** The ARN of what the stack makes under a name, whatever kind it is. */
  arnOf(type: string, property: string, name: string): string {
    const found = this.#made.all(type).find(([, properties]) => properties[property] === name);
    if (!found) throw new Error(`there is no ${type} called ${name}`);
    return this.#textOf({ 'Fn::GetAtt': [found[0], 'Arn'] });
  }

  #statementsOf(lambda: string): Properties[] {
    const made = this.#made.one('AWS::Lambda::Function', ({ FunctionName }) =>
      FunctionName.endsWith(`-${lambda}`),
    );
    const role = target(made.Role);
    const documents = [
      ...(this.#made.template.Resources[role].Properties.Policies ?? []),
      // CDK puts what outgrows a role's own policy into one beside it.
      ...['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
        .flatMap((type) => this.#made.all(type))
        .map(([, policy]) => policy)
        .filter(({ Roles }) => Roles.some((one: Properties) => target(one) === role)),
    ].map(({ PolicyDocument }) => PolicyDocument);
    const statements = documents.flatMap(({ Statement }) => Statement);
    const strange = statements.find((one) => one.Condition || one.NotAction || one.NotResource);
    if (strange) throw new Error(`nobody has taught this test to read ${JSON.stringify(strange)}`);
    return statements;
  }

  /** A value of the template as it will be once deployed. */
  #textOf(value: Properties): string {
    if (typeof value === 'string') return value;
    if (value['Fn::Join']) {
      const [between, parts] = value['Fn::Join'];
      return parts.map((part: Properties) => this.#textOf(part)).join(between);
    }
    const pseudo: Record<string, string> = {
      'AWS::Region': REGION,
      'AWS::AccountId': ACCOUNT,
      'AWS::Partition': 'aws',
    };
    return pseudo[value.Ref] ?? arnOfMade(target(value), this.#made.template.Resources[target(value)]);
  }
}

function arnOfMade(id: string, { Type, Properties: p }: Properties): string {
  const arn = (service: string, place: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${place}`;
  switch (Type) {
    case 'AWS::DynamoDB::Table':
      return arn('dynamodb', `table/${p.TableName}`);
    case 'AWS::SQS::Queue':
      return arn('sqs', p.QueueName);
    case 'AWS::Logs::LogGroup':
      return arn('logs', `log-group:${p.LogGroupName}:*`);
    case 'AWS::SecretsManager::Secret':
      // AWS ends the names of secrets with six characters of its own.
      return arn('secretsmanager', `secret:${p.Name}-AbCdEf`);
    case 'AWS::Cognito::UserPool':
      return arn('cognito-idp', `userpool/${p.UserPoolName}`);
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${id.toLowerCase()}`;
    default:
      throw new Error(`nobody has said what the ARN of a ${Type} is`);
  }
}

/** IAM's patterns: `*` is any text, `?` one character. */
function fits(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}
