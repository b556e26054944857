import type { Candidate } from '../edges/ec2';

/** What EC2 says of a region. */
export interface RegionFacts {
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  readonly offerings: readonly { readonly type: string; readonly zone: string }[];
}

/** Candidates, or why there are none. */
export type Plan = { readonly ok: true; readonly candidates: readonly Candidate[] } | { readonly ok: false; readonly reason: string };

/**
 * Every instance type in every subnet whose zone offers it. Types stay in the order of
 * the config, subnets in EC2's.
 */
export function plan(types: readonly string[], { subnets, offerings }: RegionFacts): Plan {
  if (subnets.length === 0) {
    return {
      ok: false,
      reason:
        'it has no default VPC with subnets. Name subnets in pipeline.regions, or create the default VPC (aws ec2 create-default-vpc)',
    };
  }
  const offered = new Set(offerings.map(({ type, zone }) => `${type} ${zone}`));
  const candidates = types.flatMap((type) =>
    subnets.filter(({ zone }) => offered.has(`${type} ${zone}`)).map(({ id, zone }): Candidate => ({ type, subnet: id, zone })),
  );
  if (candidates.length === 0) {
    const zones = [...new Set(subnets.map(({ zone }) => zone))].sort().join(', ');
    return { ok: false, reason: `none of ${types.join(', ')} is offered in its zones ${zones}. Name other families, or another region` };
  }
  return { ok: true, candidates };
}
