import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// .ci/run asks for a machine-readable report to count from.
const report = process.env.TOLLBOOK_TEST_REPORT

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}'],
    globalSetup: ['packages/testkit/src/global-setup.ts'],
    pool: 'forks',
    // By itself one worker less than cores: on two cores one, which waits for its browser and its database most of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
