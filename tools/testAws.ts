import { startDynamoDbLocal } from './emulators/dynamodbLocal.ts';
import { startMoto } from './emulators/moto.ts';
import type { Emulator } from './emulators/program.ts';
import { runSuites } from './suites.ts';

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
    const suites = ['--project', 'unit', '--project', 'aws', ...process.argv.slice(2)];
    const { passed, failed } = await runSuites(suites, env);
    console.log(`${passed} passed, ${failed} failed`);
    return failed;
  } finally {
    for (const { stop } of emulators) await stop();
  }
}

process.exitCode = (await testAws()) === 0 ? 0 : 1;
