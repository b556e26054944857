import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, renderTries, TRIES_LIMIT, type TryRecord } from '../../../src/core/runner/tries';

const anyTry: fc.Arbitrary<TryRecord> = fc.record({
  region: fc.constantFrom('us-east-1', 'cn-northwest-1'),
  market: fc.constantFrom('spot' as const, 'on-demand' as const),
  outcome: fc.constantFrom('online' as const, 'capacity' as const, 'failed' as const),
  seconds: fc.integer({ min: 0, max: 600 }),
  why: fc.string({ unit: 'grapheme', maxLength: 3000 }),
});

describe('the record of the tries', () => {
  it('fits into one line of its size whatever was said, and loses no try without need', () => {
    fc.assert(
      fc.property(fc.array(anyTry, { maxLength: 30 }), (tries) => {
        const text = renderTries(tries);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(TRIES_LIMIT);
        expect(text).not.toMatch(/[\r\n]/);
        const read = JSON.parse(text) as TryRecord[];
        const facts = (list: readonly TryRecord[]) => list.map(({ why: _, ...rest }) => rest);
        expect(facts(read)).toEqual(facts(tries.slice(tries.length - read.length)));
        if (tries.length > 0) expect(read.length).toBeGreaterThan(0);
      }),
    );
  });

  it('keeps reasons as they are where there is room', () => {
    const one: TryRecord = { region: 'us-east-1', market: 'spot', outcome: 'online', seconds: 30, why: 'i-1 (c7g.large)' };
    expect(JSON.parse(renderTries([one]))).toEqual([one]);
  });

  it('calls a try by its worst reason', () => {
    expect(outcomeOf(['capacity', 'permission'])).toBe('permission');
    expect(outcomeOf(['capacity', 'quota'])).toBe('quota');
    expect(outcomeOf([])).toBe('none');
  });
});
