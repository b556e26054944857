import { describe, expect, it } from 'vitest';
import { simulateTags, tagFiguresLine } from './figures';
import { type Check, type Fault, runHistory } from './history';

const BREAKAGES: readonly (readonly [Check, Fault])[] = [
  ['one commit', 'mix'],
  ['immutable versions', 'version changed'],
  ['ancestry', 'latest went back'],
  ['forward aliases', 'alias went back'],
];

describe('the history of tags', () => {
  it('has no fault in some hundred histories', () => {
    const figures = simulateTags(1, 400);
    expect(figures.failed, tagFiguresLine(figures)).toEqual([]);
    // a simulation in which nothing happens proves nothing
    expect(figures.builds).toBeGreaterThan(4000);
    expect(figures.merges).toBeGreaterThan(400);
  });

  it('repeats with the same seed', () => {
    for (const seed of [3, 31, 58]) expect(runHistory(seed)).toEqual(runHistory(seed));
    expect(runHistory(1)).not.toEqual({ ...runHistory(2), seed: 1 });
  });

  it('leaves a wider window for races without the look right before the write', () => {
    expect(simulateTags(1, 1000, 're-check').races).toBeGreaterThan(simulateTags(1, 1000).races);
  });

  it.each(BREAKAGES)('is found out without the check "%s"', (off, fault) => {
    expect(simulateTags(1, 1000, off).faults[fault]).toBeGreaterThan(0);
  });
});
