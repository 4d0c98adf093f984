import { startDynamoDbLocal } from './emulators/dynamodbLocal.ts';
import { startMoto } from './emulators/moto.ts';
import type { Emulator } from './emulators/program.ts';
import { runSuites } from './suites.ts';

/** With --brief: what nothing but an emulator can show, and the suites in which another store would show first. */
const brief = [
  '.aws.test.ts',
  'adapters/contract/files',
  'adapters/contract/mailer',
  'runtime/calls',
  'runtime/concurrency',
  'runtime/relay',
  'runtime/tables',
  'Handler.test.ts',
  'lambdas/order/order.test.ts',
  'lambdas/payment/payment.test.ts',
];

/** `npm run test:aws`: the dairy's tests over the wire against services that are not ours; the last line counts. */
async function testAws(): Promise<number> {
  const emulators: Emulator[] = [];
  const start = async (emulator: Promise<Emulator>) => {
    emulators.push(await emulator);
    return (await emulator).endpoint;
  };
  try {
    const env = {
      TEST_DYNAMODB_ENDPOINT: await start(startDynamoDbLocal()),
      TEST_AWS_ENDPOINT: await start(startMoto()),
    };
    const wanted = process.argv.slice(2).flatMap((arg) => (arg === '--brief' ? brief : [arg]));
    const suites = ['--project', 'unit', '--project', 'aws', ...wanted];
    const { passed, failed } = await runSuites(suites, env);
    console.log(`${passed} passed, ${failed} failed`);
    return failed;
  } finally {
    for (const { stop } of emulators) await stop();
  }
}

process.exitCode = (await testAws()) === 0 ? 0 : 1;
