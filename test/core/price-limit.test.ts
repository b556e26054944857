import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affordable, type Priced, priceLimit } from '../../src/core/price-limit';
import { timeToLive } from '../../src/core/time-to-live';

const TTL = timeToLive(60);

const limitOf = (perBuild: number, region = 'us-east-1') => {
  const limit = priceLimit(perBuild, region, TTL);
  if (!limit) throw new Error('there is a limit');
  return limit;
};

const anyCandidate: fc.Arbitrary<Priced> = fc.record({
  type: fc.constantFrom('c7g.large', 'c8g.large'),
  zone: fc.constantFrom('us-east-1a', 'us-east-1b'),
  hourly: fc.option(fc.double({ min: 0.001, max: 1, noNaN: true }), { nil: undefined }),
});

describe('a limit for the price of a build', () => {
  it('is none where the config sets none', () => {
    expect(priceLimit(undefined, 'us-east-1', TTL)).toBeUndefined();
  });

  it('counts the whole time to live, in the currency of the region', () => {
    expect(limitOf(0.16)).toMatchObject({ currency: 'USD', perHour: expect.closeTo(0.12, 6) }); // 80 minutes
    expect(limitOf(1, 'cn-north-1').currency).toBe('CNY');
  });

  it('lets through exactly what cannot exceed it, in order', () => {
    fc.assert(
      fc.property(fc.array(anyCandidate), fc.double({ min: 0.01, max: 1, noNaN: true }), (candidates, perBuild) => {
        const found = affordable(candidates, limitOf(perBuild));
        const cost = (hourly: number) => (hourly * TTL.totalSeconds) / 3600;
        const fine = candidates.filter(({ hourly }) => hourly !== undefined && cost(hourly) <= perBuild * (1 - 1e-9));
        const kept = found.ok ? found.candidates : [];
        for (const one of fine) expect(kept).toContain(one);
        for (const { hourly = Number.POSITIVE_INFINITY } of kept) expect(cost(hourly)).toBeLessThanOrEqual(perBuild * (1 + 1e-9));
        expect(kept).toEqual(candidates.filter((one) => kept.includes(one)));
        expect(found.ok).toBe(kept.length > 0);
      }),
    );
  });

  it('names limit, price and the cheapest', () => {
    const candidates = [
      { type: 'c8g.large', zone: 'us-east-1b', hourly: 0.09 },
      { type: 'c7g.large', zone: 'us-east-1a', hourly: 0.06 },
      { type: 'c6g.large', zone: 'us-east-1a', hourly: undefined },
    ];
    expect(affordable(candidates, limitOf(0.05))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(
        /is 0\.05 USD, and the cheapest candidate, c7g\.large in us-east-1a, may cost 0\.0800 USD .*c6g\.large is unknown/,
      ),
    });
  });

  it('never shows a price as if it kept to the limit', () => {
    const found = affordable([{ type: 'c7g.large', zone: 'a', hourly: 0.0375001 }], limitOf(0.05));
    expect(found).toMatchObject({ ok: false, reason: expect.stringContaining('may cost 0.0501 USD') });
  });

  it('refuses what has no known price, and says so', () => {
    const found = affordable([{ type: 'c7g.large', zone: 'a', hourly: undefined }], limitOf(100));
    expect(found).toMatchObject({ ok: false, reason: expect.stringMatching(/maxBuildPrice is 100 USD.*price of c7g\.large is unknown/) });
  });
});
