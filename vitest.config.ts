import { configDefaults, defineConfig } from 'vitest/config';

/** DynamoDB Local takes two to three times as long as the engine. */
const patience = process.env.TEST_DYNAMODB_ENDPOINT ? 180_000 : 60_000;
const shared = { testTimeout: patience, hookTimeout: patience, pool: 'forks' as const, maxWorkers: 2 };

/** Suites of `unit` that say nothing about another DynamoDB than the embedded engine, and why. */
const leftOut: Record<string, string> = {
  'runtime/audit/closed.test.ts': 'starts the engine on the file of a dairy that is closed',
  'runtime/demo/**': 'a demo dairy is made in the engine only',
  'runtime/moving/moving.test.ts': 'copies the file of an open dairy',
  'runtime/kill.test.ts': 'kills the engine and opens its file again',
  'runtime/schema.test.ts': 'opens files that older releases of the dairy left',
  'runtime/streamRecords.test.ts': 'looks into the table in which the engine keeps its stream',
  '**/rules/**': 'knows no store',
  '{shared,web,adapters/local,adapters/stripe}/**': 'knows no store',
  'runtime/{lives/rules,screens}.test.ts': 'knows no store',
  'runtime/scale/**': 'has a simulated store',
};

const speed = 'e2e/screens/speed.test.ts';
const onAws = '{adapters,infra,runtime}/**/*.aws.test.ts';
const withoutAws = [...configDefaults.exclude, onAws];
const ofUnit = process.env.TEST_DYNAMODB_ENDPOINT ? [...withoutAws, ...Object.keys(leftOut)] : withoutAws;

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
      ...(process.env.TEST_AWS_ENDPOINT ? [{ test: { ...shared, name: 'aws', include: [onAws] } }] : []),
      {
        test: {
          ...shared,
          name: 'e2e',
          include: ['e2e/**/*.journey.ts', 'e2e/**/*.test.ts'],
          exclude: [...configDefaults.exclude, speed],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // Alone, after all others.
      {
        test: {
          ...shared,
          name: 'speed',
          include: [speed],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
