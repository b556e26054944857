import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNNER_RELEASE } from '../../src/core/guest-tools';
import { isYoung, runnerAge } from '../../src/core/runner-age';

const PINNED = { version: '2.338.0', released: '2026-01-01' };
const day = (n: number) => Date.parse(PINNED.released) + n * 86_400_000;
const released = (version: string, n: number) => ({ version, released: new Date(day(n)).toISOString() });

describe('the age of the pinned runner', () => {
  it.each([
    ['it is young', [released('2.339.0', 1)], 59, 'fine'],
    ['it is the newest still', [PINNED], 400, 'fine'],
    ['it was superseded a while ago', [PINNED, released('2.339.0', 40)], 99, 'fine'],
    ['it was superseded 60 days ago', [PINNED, released('2.339.0', 40)], 100, 'warn'],
    ['it was superseded 89 days ago', [PINNED, released('2.339.0', 40)], 129, 'warn'],
    ['it was superseded 90 days ago', [PINNED, released('2.339.0', 40)], 130, 'refuse'],
    ['its first successor counts, not the newest', [released('2.345.0', 125), released('2.339.0', 40), PINNED], 130, 'refuse'],
    ['versions are compared by number', [released('2.99.0', 40), PINNED], 400, 'fine'],
    ['GitHub does not answer', undefined, 89, 'fine'],
    ['GitHub does not answer', undefined, 90, 'warn'],
    ['GitHub does not answer', undefined, 179, 'warn'],
    ['GitHub does not answer', undefined, 180, 'refuse'],
    ['GitHub lists nothing', [], 90, 'warn'],
    ['GitHub lists nothing', [], 180, 'refuse'],
  ] as const)('%s: %o on day %i: %s', (_what, releases, today, verdict) => {
    const age = runnerAge(PINNED, releases, day(today));
    expect(age.verdict).toBe(verdict);
    expect(age.why).toMatch(verdict === 'fine' ? /^$/ : /2\.338\.0.*npx projen/);
  });

  it('never gets better with time', () => {
    const rank = ['fine', 'warn', 'refuse'];
    const anyReleases = fc.option(fc.array(fc.integer({ min: 1, max: 300 }).map((n) => released(`2.${338 + n}.0`, n))), { nil: undefined });
    fc.assert(
      fc.property(anyReleases, fc.nat(500), fc.nat(500), (releases, a, b) => {
        const verdict = (n: number) => rank.indexOf(runnerAge(PINNED, releases, day(n)).verdict);
        expect(verdict(a + b)).toBeGreaterThanOrEqual(verdict(a));
      }),
    );
  });

  it('need not be asked for while it is young, which it is for 60 days', () => {
    expect([isYoung(PINNED, day(59)), isYoung(PINNED, day(60))]).toEqual([true, false]);
  });

  it('counts from a real day', () => {
    expect(Date.parse(RUNNER_RELEASE.released)).toBeGreaterThan(Date.parse('2026-01-01'));
  });
});
