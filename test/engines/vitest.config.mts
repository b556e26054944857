import { defineConfig } from 'vitest/config';

/** The engine tests: real servers, so one file at a time and minutes instead of seconds. */
export default defineConfig({
  root: `${import.meta.dirname}/../..`,
  test: {
    include: ['test/engines/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 15 * 60_000,
    hookTimeout: 30 * 60_000,
    teardownTimeout: 60_000,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
