import { randomBytes } from 'node:crypto';
import { openWire } from '../../shared/data/wire.ts';
import { synthesize } from '../app.ts';
import { Deployed, type Known } from '../deployed.ts';
import { emulate, MOTO_ACCOUNT } from '../emulated.ts';
import { emulatePipe } from '../emulatedPipe.ts';
import { Rights } from '../policy.ts';
import { Settings } from '../settings.ts';
import { Made, target } from '../testing.ts';
import type { Account } from './asks.ts';
import { feedOf } from './feed.ts';
import { credentials, startFunctions } from './functions.ts';
import { gatewayOf } from './gateway.ts';
import { startProxy } from './proxy.ts';
import { deployInto, domainOf, removeTables } from './stack.ts';

// A region of its own: other tests that ask moto see none of this.
const place = { region: 'ap-south-2', account: MOTO_ACCOUNT };

interface Surroundings {
  /** Where the cloud assembly is made; it stays as long as the dairy is open. */
  folder: string;
  /** Where moto and DynamoDB Local are. */
  moto: string;
  dynamodb: string;
}

/**
 * A dairy as it is deployed: the synthesized template made in the emulators, its nine bundles in processes of their own,
 * behind a gateway, fed by its queues and schedules, and asking AWS only through IAM.
 */
export async function openDairy({ folder, moto, dynamodb }: Surroundings) {
  const { stack, assembly } = await synthesize(folder, Settings.parse({}));
  const made = new Made(assembly.getStackByName(stack.stackName).template);

  // DynamoDB Local keeps the tables of each access key apart.
  const accessKey = randomBytes(10).toString('hex').toUpperCase();
  const wire = openWire({
    region: place.region,
    endpoint: dynamodb,
    credentials: () => ({ accessKeyId: accessKey, secretAccessKey: 'test' }),
  });
  const known = await deployInto(made, { place, endpoint: moto, wire });
  const deployed = new Deployed(made, place, known);

  const keys = new Map(made.all('AWS::Lambda::Function').map(([, p]) => [p.FunctionName, credentials()]));
  const keysOf = (name: string) => keys.get(name) ?? credentials();
  let rights = new Rights(made, deployed);
  const proxy = await startProxy({
    whose: new Map([...keys].map(([name, { AWS_ACCESS_KEY_ID }]) => [AWS_ACCESS_KEY_ID, lambdaOf(name)])),
    account: accountOf(made, known),
    may: (lambda, { action, arn }) => rights.may(lambda, action, arn),
    dynamodb,
    others: moto,
    accessKey,
  });
  const functions = await startFunctions({ deployed, assembly: folder, keysOf, endpoint: proxy.url });
  const aws = emulate(moto, deployed);
  await aws.make();
  const outbox = made.template.Resources[target(made.one('AWS::Pipes::Pipe').Source)];
  const pipe = emulatePipe(deployed, { wire, table: outbox.Properties.TableName, aws });
  const { USER_POOL_ID } = made.one('AWS::Lambda::Function', isUser).Environment.Variables;

  return {
    deployed,
    aws,
    functions,
    keysOf,
    endpoint: proxy.url,
    asked: proxy.asked,
    http: gatewayOf(deployed, functions, `${moto}/${deployed.textOf(USER_POOL_ID)}`),
    ...feedOf({ deployed, functions, aws, pipe }),

    /** While `run` works, the functions have the rights of another template. */
    async with<A>(template: Made, run: () => Promise<A>): Promise<A> {
      const before = rights;
      rights = new Rights(template, new Deployed(template, place, known));
      try {
        return await run();
      } finally {
        rights = before;
      }
    },

    async close() {
      await functions.stop();
      await proxy.close();
      await removeTables(made, wire);
      await wire.close();
    },
  };
}

export type Dairy = Awaited<ReturnType<typeof openDairy>>;

const isUser = ({ FunctionName }: { FunctionName: string }) => lambdaOf(FunctionName) === 'user';

/** The Lambda of a function: `user` of `milkfloat-user`. */
export function lambdaOf(name: string): string {
  return name.slice(name.lastIndexOf('-') + 1);
}

function accountOf(made: Made, known: Known): Account {
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:${place.region}:${place.account}:${resource}`;
  const secrets = new Map(
    made.all('AWS::SecretsManager::Secret').map(([id, { Name }]) => [Name, known[id]?.Ref]),
  );
  return {
    arn,
    secret: (name) => secrets.get(name) ?? arn('secretsmanager', `secret:${name}-AbCdEf`),
    identityOf: domainOf,
  };
}
