import { Deployed } from './deployed.ts';
import { type Made, type Properties, target } from './testing.ts';

/**
 * What IAM would say if a function made a call, from the policies of its role in the template alone: denied unless some
 * statement allows it, and denied whatever allows it where one denies it.
 */
export class Rights {
  readonly #made: Made;
  readonly #deployed: Deployed;
  readonly #statements = new Map<string, Statement[]>();

  constructor(made: Made, deployed = new Deployed(made)) {
    this.#made = made;
    this.#deployed = deployed;
  }

  /** Whether the Lambda may do something (`dynamodb:PutItem`) to the resource of an ARN. */
  may(lambda: string, action: string, arn: string): boolean {
    const fitting = this.#statementsOf(lambda).filter(
      ({ actions, resources }) =>
        actions.some((pattern) => fits(pattern, action.toLowerCase())) &&
        resources.some((pattern) => fits(pattern, arn)),
    );
    const effects = new Set(fitting.map(({ effect }) => effect));
    return effects.has('Allow') && !effects.has('Deny');
  }

  /** The ARN of what the stack makes under a name, whatever kind it is. */
  arnOf(type: string, property: string, name: string): string {
    const found = this.#made.all(type).find(([, properties]) => properties[property] === name);
    if (!found) throw new Error(`there is no ${type} called ${name}`);
    return this.#deployed.textOf({ 'Fn::GetAtt': [found[0], 'Arn'] });
  }

  #statementsOf(lambda: string): Statement[] {
    const known = this.#statements.get(lambda) ?? this.#readStatementsOf(lambda);
    this.#statements.set(lambda, known);
    return known;
  }

  #readStatementsOf(lambda: string): Statement[] {
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
    return documents.flatMap(({ Statement }) => Statement).map((one) => this.#read(one));
  }

  #read(statement: Properties): Statement {
    if (statement.Condition || statement.NotAction || statement.NotResource)
      throw new Error(`nobody has taught this test to read ${JSON.stringify(statement)}`);
    return {
      effect: statement.Effect,
      actions: [statement.Action].flat().map((action: string) => action.toLowerCase()),
      resources: [statement.Resource].flat().map((resource) => this.#deployed.textOf(resource)),
    };
  }
}

interface Statement {
  effect: string;
  actions: string[];
  resources: string[];
}

/** IAM's patterns: `*` is any text, `?` one character. */
function fits(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}
