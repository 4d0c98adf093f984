import { startDynamoDbLocal } from './emulators/dynamodbLocal.ts';
import { startMoto } from './emulators/moto.ts';
import type { Emulator } from './emulators/program.ts';
import { runSuites } from './suites.ts';

/** Suites that are about the embedded engine itself, and why they say nothing about DynamoDB. */
const aboutTheEngine: Record<string, string> = {
  'runtime/audit/closed.test.ts': 'starts the engine on the file of a dairy that is closed',
  'runtime/kill.test.ts': 'kills the engine and opens its file again',
  'runtime/schema.test.ts': 'opens files that older releases of the dairy left',
  'runtime/streamRecords.test.ts': 'looks into the table in which the engine keeps its stream',
};

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
    const without = Object.keys(aboutTheEngine).map((file) => `--exclude=${file}`);
    const suites = ['--project', 'unit', '--project', 'aws', ...without];
    const { passed, failed } = await runSuites([...suites, ...process.argv.slice(2)], env);
    console.log(`${passed} passed, ${failed} failed`);
    return failed;
  } finally {
    for (const { stop } of emulators) await stop();
  }
}

process.exitCode = (await testAws()) === 0 ? 0 : 1;
