import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert, formatCny, formatUsd, hostedCost, machineCost, sum } from '../../src/core/cost';
import { addressPrice, CNY_PER_USD, diskPrice, hostedPrice, onDemandPrice } from '../../src/core/prices';

const TEN_MINUTES = 600;

function onDemand(region: string, instanceType: string, seconds = TEN_MINUTES) {
  return machineCost({ region, hourly: onDemandPrice(region, instanceType), seconds, diskGib: 30 });
}

describe('the cost of a machine', () => {
  it('is instance, disk and address for the time it exists', () => {
    const cost = onDemand('us-east-1', 'c7g.large');
    expect(cost.instance?.usd).toBeCloseTo(0.0725 / 6, 10);
    expect(cost.disk?.usd).toBeCloseTo((30 * 0.08) / 730 / 6, 10);
    expect(cost.address?.usd).toBeCloseTo(0.005 / 6, 10);
    expect(cost.total?.usd).toBeCloseTo(0.0134648, 6);
    expect(formatCny(cost.total)).toBe('¥0.090');
  });

  it('is in both currencies, whichever the price is in', () => {
    expect(convert(1, 'USD')).toEqual({ usd: 1, cny: CNY_PER_USD.value });
    expect(convert(CNY_PER_USD.value, 'CNY').usd).toBeCloseTo(1, 10);
    expect(onDemand('cn-north-1', 'c6g.large').instance?.cny).toBeCloseTo(0.586 / 6, 10);
  });

  it('is at least that of a minute, as EC2 bills', () => {
    expect(onDemand('us-east-1', 'c7g.large', 3)).toEqual(onDemand('us-east-1', 'c7g.large', 60));
    expect(onDemand('us-east-1', 'c7g.large', 61).total?.usd).toBeGreaterThan(onDemand('us-east-1', 'c7g.large', 60).total?.usd ?? 0);
  });

  it('is unknown as a whole as soon as one part is, and the known parts stay', () => {
    const china = onDemand('cn-north-1', 'c6g.large');
    expect(china.instance).toBeDefined();
    expect([china.disk, china.address, china.total]).toEqual([undefined, undefined, undefined]);
    expect(onDemand('us-east-1', 'c8i.large').total).toBeUndefined();
    expect(formatUsd(onDemand('us-east-1', 'c8i.large').total)).toBe('unknown');
    expect(formatCny(china.total, '未知')).toBe('未知');
  });

  it('takes any price per hour, such as one of Spot that was read at run time', () => {
    const hourly = { value: 0.03, currency: 'USD', unit: 'hour', source: 'DescribeSpotPriceHistory' } as const;
    expect(machineCost({ region: 'us-east-1', hourly, seconds: 1200, diskGib: 8 }).instance?.usd).toBeCloseTo(0.01, 10);
  });

  it('never grows faster than the time, nor shrinks with it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (seconds, more) => {
        const [short, long] = [seconds, seconds + more].map((s) => onDemand('us-east-1', 'c6i.large', s).total?.usd ?? 0);
        expect(long).toBeGreaterThan(short);
        expect(long / short).toBeLessThanOrEqual((seconds + more) / seconds + 1e-9);
      }),
    );
  });
});

describe("GitHub's runners", () => {
  it('are paid by the begun minute', () => {
    expect(hostedCost('ubuntu-24.04', 600)?.usd).toBeCloseTo(0.06, 10);
    expect(hostedCost('ubuntu-24.04', 601)?.usd).toBeCloseTo(0.066, 10);
    expect(hostedCost('ubuntu-24.04-arm', 60)?.usd).toBeCloseTo(0.005, 10);
  });

  it("have no price here when they are somebody else's", () => {
    expect(hostedCost('my-runner', 600)).toBeUndefined();
    expect(hostedCost('constructor', 600)).toBeUndefined();
  });
});

describe('sums', () => {
  it('add both currencies, and are unknown with an unknown part', () => {
    expect(sum([convert(1, 'USD'), convert(2, 'USD')])).toEqual({ usd: 3, cny: 3 * CNY_PER_USD.value });
    expect(sum([convert(1, 'USD'), undefined])).toBeUndefined();
    expect(sum([])).toEqual({ usd: 0, cny: 0 });
  });
});

describe('prices', () => {
  it('are known only where they were read: no size and no region is derived from another', () => {
    expect(onDemandPrice('us-east-1', 'c7g.2xlarge')).toBeUndefined();
    expect(onDemandPrice('eu-central-1', 'c7g.large')).toBeUndefined();
    expect(onDemandPrice('us-east-1', 'toString')).toBeUndefined();
    expect(diskPrice('eu-central-1')).toBeUndefined();
    expect(addressPrice('cn-northwest-1')).toBeUndefined();
    expect(addressPrice('eu-central-1')?.value).toBe(0.005);
  });

  it('say when and where they were read', () => {
    expect(onDemandPrice('us-east-1', 'c7g.large')).toMatchObject({ currency: 'USD', unit: 'hour', date: '2026-09' });
    expect(onDemandPrice('cn-north-1', 'c7g.large')).toMatchObject({ currency: 'CNY', date: '2024-11-06' });
    expect(onDemandPrice('us-east-1', 'c6a.large')?.date).toBeUndefined();
    expect(hostedPrice('ubuntu-24.04')).toMatchObject({ value: 0.006, unit: 'minute', date: '2026-01-01' });
  });
});
