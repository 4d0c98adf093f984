import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Deployed } from '../deployed.ts';
import type { Properties } from '../testing.ts';
import { type FunctionProcess, startFunction } from './process.ts';

/** The functions of a template, each in a process of its own. */
export type Functions = Awaited<ReturnType<typeof startFunctions>>;

/** A function's credentials: a role's keys as Lambda gives them to it. */
export interface Credentials {
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
  AWS_SESSION_TOKEN: string;
}

export function credentials(): Credentials {
  const text = (bytes: number) => randomBytes(bytes).toString('hex');
  return {
    AWS_ACCESS_KEY_ID: `ASIA${text(8).toUpperCase()}`,
    AWS_SECRET_ACCESS_KEY: text(20),
    AWS_SESSION_TOKEN: text(40),
  };
}

/** Starts every function of the template from the asset that it names in the cloud assembly. */
export async function startFunctions(options: {
  deployed: Deployed;
  /** The cloud assembly. */
  assembly: string;
  /** By Lambda. */
  keysOf: (name: string) => Credentials;
  /** Where AWS is. */
  endpoint: string;
}) {
  const { deployed, assembly } = options;
  const started = await Promise.all(
    deployed.made.all('AWS::Lambda::Function').map(async ([, made]): Promise<[string, FunctionProcess]> => {
      const folder = join(assembly, `asset.${made.Code.S3Key.replace(/\.zip$/, '')}`);
      const environment = environmentOf(made, folder, options);
      return [made.FunctionName, await startFunction({ folder, environment })];
    }),
  );
  const byName = new Map(started);
  const of = (name: string) => {
    const found = byName.get(name);
    if (!found) throw new Error(`there is no function ${name}`);
    return found;
  };
  return {
    names: [...byName.keys()],
    of,
    invoke: (name: string, event: object) => of(name).invoke(event),
    stop: async () => {
      await Promise.all(started.map(([, { stop }]) => stop()));
    },
  };
}

/** What the template gives, what Lambda itself sets, and where AWS is: nothing else. */
function environmentOf(
  made: Properties,
  folder: string,
  { deployed, keysOf, endpoint }: Parameters<typeof startFunctions>[0],
): Record<string, string> {
  return {
    ...given(made, deployed),
    ...byLambda(made, folder, deployed),
    ...keysOf(made.FunctionName),
    ...at(endpoint),
  };
}

function given(made: Properties, deployed: Deployed): Record<string, string> {
  const variables: [string, Properties][] = Object.entries(made.Environment.Variables);
  return Object.fromEntries(variables.map(([name, value]) => [name, deployed.textOf(value)]));
}

function byLambda(made: Properties, folder: string, { place }: Deployed): Record<string, string> {
  return {
    _HANDLER: made.Handler,
    LAMBDA_TASK_ROOT: folder,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: made.FunctionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(made.MemorySize),
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  };
}

/** AWS's own variables for another address: of all its services, and of those that the functions ask without its SDK. */
function at(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint,
  };
}
