import { describe, expect, it } from 'vitest';
import { candidateTable, type RegionMarket } from '../../src/core/candidates';

const MARKET: RegionMarket = {
  region: 'us-east-1',
  subnets: [
    { id: 'subnet-a', zone: 'us-east-1a' },
    { id: 'subnet-a2', zone: 'us-east-1a' },
    { id: 'subnet-b', zone: 'us-east-1b' },
  ],
  offerings: [
    { type: 'c7i.large', zone: 'us-east-1a' },
    { type: 'c7i.large', zone: 'us-east-1b' },
    { type: 'c7a.large', zone: 'us-east-1a' },
    { type: 'c8i.large', zone: 'us-east-1c' },
  ],
  types: [{ type: 'c7i.large', vcpus: 2, memoryMib: 4096 }],
  prices: [
    { type: 'c7i.large', zone: 'us-east-1a', hourly: 0.06 },
    { type: 'c7i.large', zone: 'us-east-1b', hourly: 0.03 },
  ],
};

describe('the candidates', () => {
  const { candidates, absent } = candidateTable(['c7i.large', 'c7a.large', 'c8i.large', 'c9x.large'], MARKET);

  it('are cheapest first, each zone once, those without a price last', () => {
    expect(candidates.map(({ type, zone, spot }) => [type, zone, spot?.value])).toEqual([
      ['c7i.large', 'us-east-1b', 0.03],
      ['c7i.large', 'us-east-1a', 0.06],
      ['c7a.large', 'us-east-1a', undefined],
    ]);
  });

  it('cost what the price says, in both currencies, and more with disk and address', () => {
    const [cheapest] = candidates;
    expect(cheapest.machine?.usd).toBeCloseTo(0.005, 6); // 10 minutes of $0.03
    expect(cheapest.machine?.cny).toBeCloseTo(0.005 * 6.7078, 6);
    expect(cheapest.total?.usd).toBeGreaterThan(0.005);
  });

  it('leave unknown what is not known, and never call it 0', () => {
    const unpriced = candidates[2];
    expect([unpriced.spot, unpriced.machine, unpriced.total, unpriced.vcpus, unpriced.memoryGib]).toEqual(Array(5).fill(undefined));
    expect(unpriced.onDemand?.value).toBe(0.1026);
  });

  it('leave out what has no place, and say why', () => {
    expect(absent).toEqual([
      { type: 'c8i.large', reason: 'offered in us-east-1c, where there is no subnet' },
      { type: 'c9x.large', reason: 'not offered in us-east-1' },
    ]);
  });

  it('are priced in yuan in China', () => {
    const china = candidateTable(['c6g.large'], {
      region: 'cn-north-1',
      subnets: [{ id: 's', zone: 'cn-north-1a' }],
      offerings: [{ type: 'c6g.large', zone: 'cn-north-1a' }],
      types: [],
      prices: [{ type: 'c6g.large', zone: 'cn-north-1a', hourly: 0.6 }],
    });
    expect(china.candidates[0].machine?.cny).toBeCloseTo(0.1, 6);
    // China's prices of disks and addresses are not known
    expect(china.candidates[0].total).toBeUndefined();
  });
});
