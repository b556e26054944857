import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/runtime/runner/plan';

const anyFacts = fc.record({
  subnets: fc.uniqueArray(fc.record({ id: fc.stringMatching(/^subnet-[0-9a-f]{3}$/), zone: fc.constantFrom('a', 'b', 'c') }), {
    selector: ({ id }) => id,
  }),
  offerings: fc.array(
    fc.record({ type: fc.constantFrom('c7g.large', 'c8g.large', 'm7g.large'), zone: fc.constantFrom('a', 'b', 'c', 'd') }),
  ),
});

describe('candidates', () => {
  it('are exactly the wanted types in the subnets whose zone offers them, each once', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const types = ['c7g.large', 'c8g.large'];
        const result = plan(types, facts);
        const offered = (type: string, zone: string) => facts.offerings.some((o) => o.type === type && o.zone === zone);
        const expected = types.flatMap((type) => facts.subnets.filter(({ zone }) => offered(type, zone)).map(({ id }) => `${type} ${id}`));
        expect(result.ok ? result.candidates.map(({ type, subnet }) => `${type} ${subnet}`) : []).toEqual(expected);
        expect(result.ok).toBe(expected.length > 0);
      }),
    );
  });

  it('are missing for a reason that can be mended', () => {
    const subnets = [{ id: 'subnet-1', zone: 'us-east-1a' }];
    expect(plan(['c9x.large'], { subnets, offerings: [] })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/c9x\.large.*us-east-1a/),
    });
    expect(plan(['c7g.large'], { subnets: [], offerings: [] })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('create-default-vpc'),
    });
  });
});
