import { defineConfig } from 'vitest/config';

/** The quick tests: Node alone, no network. */
export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ['test/**/*.test.ts'],
    // These need installed engines, and have a configuration of their own.
    exclude: ['test/engines/**'],
    // No test keeps state in a module, and projen is imported twice instead of fifty times.
    isolate: false,
    // For what hangs; a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
