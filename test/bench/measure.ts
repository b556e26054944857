/**
 * Measuring: runs in turn, so that a drift of the machine's speed hits all alike,
 * and the ratio of medians.
 */

/** One line of a bench: what was compared, both medians, their ratio, and what it should stay below. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly limit: number;
}

/** One line of a bench that has nothing to be compared with. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
}

/** Median of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs each of some actions, in turn, after one run each that is not counted.
 * @returns median wall-clock seconds of each
 */
export function inTurn(runs: number, actions: readonly (() => void)[]): number[] {
  const seconds = actions.map((): number[] => []);
  for (let run = 0; run <= runs; run++) {
    actions.forEach((action, i) => {
      const start = process.hrtime.bigint();
      action();
      if (run > 0) seconds[i].push(Number(process.hrtime.bigint() - start) / 1e9);
    });
  }
  return seconds.map(median);
}

/** A row from two figures of one unit. */
export function row(name: string, ours: number, theirs: number, limit: number): Row {
  return { name, ours, theirs, ratio: ours / theirs, limit };
}

/** Prints rows as a table. */
export function printRows(rows: readonly (Row | Figure)[]): void {
  for (const line of rows) {
    if ('value' in line) {
      process.stdout.write(`${line.name}: ${line.value.toFixed(2)} (${line.value <= line.limit ? 'within' : 'OVER'} ${line.limit})\n`);
      continue;
    }
    const { name, ours, theirs, ratio, limit } = line;
    const verdict = ratio <= limit ? 'within' : 'OVER';
    process.stdout.write(`${name}: ${ours.toFixed(2)} / ${theirs.toFixed(2)} = ${ratio.toFixed(2)} (${verdict} ${limit})\n`);
  }
}
