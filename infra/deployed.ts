import { type Made, type Properties, target } from './testing.ts';

/** Where a template is deployed. */
export interface Place {
  region: string;
  account: string;
}

/** What a resource turned out to be where AWS chooses: what `Ref` gives, and what `Fn::GetAtt` gives by attribute. */
export type Known = Record<string, { Ref?: string; [attribute: string]: string | undefined }>;

/** What `Ref` gives of things that have a name of ours. */
const names: Record<string, string> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
};

const SOMEWHERE: Place = { region: 'ap-south-1', account: '111122223333' };

/** The values of a template as they will be once it is deployed: references, joins and what AWS says of itself. */
export class Deployed {
  readonly made: Made;
  readonly place: Place;
  readonly #known: Known;

  constructor(made: Made, place: Place = SOMEWHERE, known: Known = {}) {
    this.made = made;
    this.place = place;
    this.#known = known;
  }

  textOf(value: Properties): string {
    if (typeof value === 'string') return value;
    if (value['Fn::Join']) {
      const [between, parts] = value['Fn::Join'];
      return parts.map((part: Properties) => this.textOf(part)).join(between);
    }
    const { region, account } = this.place;
    const pseudo: Record<string, string> = {
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
    };
    const id = target(value);
    const attribute = value['Fn::GetAtt']?.[1] ?? 'Ref';
    return pseudo[id] ?? this.#known[id]?.[attribute] ?? this.#usual(id, attribute);
  }

  /** What follows from the template alone. */
  #usual(id: string, attribute: string): string {
    const resource = this.made.template.Resources[id];
    const name = attribute === 'Ref' && names[resource.Type];
    if (name) return resource.Properties[name];
    const refersByArn = ['AWS::SecretsManager::Secret', 'AWS::SNS::Topic'].includes(resource.Type);
    if (attribute === 'Arn' || refersByArn) return this.#arnOf(id, resource);
    throw new Error(`nobody has said what ${attribute} of a ${resource.Type} is`);
  }

  #arnOf(id: string, { Type, Properties: p }: Properties): string {
    const { region, account } = this.place;
    const arn = (service: string, place: string) => `arn:aws:${service}:${region}:${account}:${place}`;
    switch (Type) {
      case 'AWS::DynamoDB::Table':
        return arn('dynamodb', `table/${p.TableName}`);
      case 'AWS::Lambda::Function':
        return arn('lambda', `function:${p.FunctionName}`);
      case 'AWS::Events::Rule': {
        const bus = p.EventBusName ? `${this.textOf(p.EventBusName)}/` : '';
        return arn('events', `rule/${bus}${p.Name}`);
      }
      case 'AWS::SQS::Queue':
        return arn('sqs', p.QueueName);
      case 'AWS::SNS::Topic':
        return arn('sns', p.TopicName);
      case 'AWS::Logs::LogGroup':
        return arn('logs', `log-group:${p.LogGroupName}:*`);
      case 'AWS::SecretsManager::Secret':
        // AWS ends the names of secrets with six characters of its own.
        return arn('secretsmanager', `secret:${p.Name}-AbCdEf`);
      case 'AWS::Cognito::UserPool':
        return arn('cognito-idp', `userpool/${p.UserPoolName}`);
      case 'AWS::S3::Bucket':
        return `arn:aws:s3:::${id.toLowerCase()}`;
      case 'AWS::IAM::Role':
        return `arn:aws:iam::${account}:role/${id}`;
      default:
        throw new Error(`nobody has said what the ARN of a ${Type} is`);
    }
  }
}
