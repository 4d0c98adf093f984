import { configDefaults, defineConfig } from 'vitest/config';

const shared = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' as const };

/** Suites that are about the embedded engine itself, and why they say nothing about another DynamoDB. */
const aboutTheEngine: Record<string, string> = {
  'runtime/audit/closed.test.ts': 'starts the engine on the file of a dairy that is closed',
  'runtime/kill.test.ts': 'kills the engine and opens its file again',
  'runtime/schema.test.ts': 'opens files that older releases of the dairy left',
  'runtime/streamRecords.test.ts': 'looks into the table in which the engine keeps its stream',
};

const onAws = '{adapters,infra,runtime}/**/*.aws.test.ts';
const withoutAws = [...configDefaults.exclude, onAws];
const ofUnit = process.env.TEST_DYNAMODB_ENDPOINT
  ? [...withoutAws, ...Object.keys(aboutTheEngine)]
  : withoutAws;

/** Suites: house rules read the source; unit tests and journeys run against a real engine; `aws` needs emulators. */
export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'rules', include: ['tools/**/*.test.ts'] } },
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['{lambdas,shared,adapters,runtime,web}/**/*.test.ts'],
          exclude: ofUnit,
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...shared,
          name: 'infra',
          include: ['infra/**/*.test.ts'],
          exclude: withoutAws,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      ...(process.env.TEST_AWS_ENDPOINT
        ? [{ test: { ...shared, name: 'aws', include: [onAws], testTimeout: 120_000, hookTimeout: 120_000 } }]
        : []),
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['e2e/**/*.journey.ts', 'e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
