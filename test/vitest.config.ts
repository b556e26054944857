import { defineConfig } from 'vitest/config';
import { ClosingLine } from './support/closing-line';

export default defineConfig({
  test: {
    root: `${__dirname}/..`,
    include: ['test/**/*.test.ts'],
    // These need installed engines: `.ci/run` runs them, with the configuration beside them.
    exclude: ['test/engines/**'],
    reporters: ['default', new ClosingLine()],
  },
});
