import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with `N passed, N failed` on a line of its own, which continuous integration reads. */
export default class ClosingLine implements Reporter {
  /** Counts the tests; a file that could not be loaded counts as one failed test. */
  public onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((m) => [...m.children.allTests()].map((t) => t.result().state));
    const broken = modules.filter((m) => m.errors().length > 0).length;
    const count = (state: string) => states.filter((s) => s === state).length;
    const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
    process.stdout.write(`\n${count('passed')} passed, ${count('failed') + broken} failed${skipped}\n`);
  }
}
