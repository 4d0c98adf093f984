import { configDefaults, defineConfig } from 'vitest/config';

const shared = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' as const };

const onAws = '{adapters,infra,runtime}/**/*.aws.test.ts';
const withoutAws = [...configDefaults.exclude, onAws];

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
          exclude: withoutAws,
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
