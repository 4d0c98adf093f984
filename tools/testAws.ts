import { startDynamoDbLocal } from './emulators/dynamodbLocal.ts';
import { runSuites } from './suites.ts';

/** Suites that are about the embedded engine itself, and why they say nothing about DynamoDB. */
const aboutTheEngine: Record<string, string> = {
  'runtime/kill.test.ts': 'kills the engine and opens its file again',
  'runtime/schema.test.ts': 'opens files that older releases of the dairy left',
  'runtime/streamRecords.test.ts': 'looks into the table in which the engine keeps its stream',
};

/** `npm run test:aws`: the dairy's tests over the wire against services that are not ours; the last line counts. */
async function testAws(): Promise<number> {
  const dynamodb = await startDynamoDbLocal();
  try {
    const without = Object.keys(aboutTheEngine).map((file) => `--exclude=${file}`);
    const { passed, failed } = await runSuites(['--project', 'unit', ...without, ...process.argv.slice(2)], {
      TEST_DYNAMODB_ENDPOINT: dynamodb.endpoint,
    });
    console.log(`${passed} passed, ${failed} failed`);
    return failed;
  } finally {
    await dynamodb.stop();
  }
}

process.exitCode = (await testAws()) === 0 ? 0 : 1;
