/** Whether a region has a place for the machines: network, types, quota, image, template. */
import type { PolicyFacts } from '../policies/statement';
import { type Finding, fine, missing, type Observed, unknown } from './finding';
import { unseen } from './permission';

/** See the edge's `SubnetFacts`. */
export interface Subnet {
  readonly id: string;
  readonly zone: string;
  readonly vpc: string;
  readonly free: number;
  readonly wayOut?: string;
}

/** See the edge's `GroupFacts`. */
export interface Group {
  readonly id: string;
  readonly vpc: string;
  readonly ingress: readonly string[];
}

/** They exist, and have room. */
export function subnetsFinding(
  observed: Observed<readonly Subnet[]>,
  wanted: readonly string[],
  region: string,
  facts: PolicyFacts,
): Finding {
  if ('failed' in observed) {
    const { code, message } = observed.failed;
    if (code.startsWith('InvalidSubnetID')) return missing(message, `correct the subnets of ${region} in pipeline.regions`);
    return unseen(observed.failed, 'ec2:DescribeSubnets', facts);
  }
  const subnets = observed.seen;
  if (subnets.length === 0)
    return missing(
      'there is no default VPC with subnets',
      `aws ec2 create-default-vpc --region ${region}, or name subnets in pipeline.regions`,
    );
  const lost = wanted.filter((id) => !subnets.some((subnet) => subnet.id === id));
  if (lost.length > 0) return missing(`${lost.join(', ')} does not exist`, `correct the subnets of ${region} in pipeline.regions`);
  const usable = subnets.filter(({ free }) => free > 0);
  if (usable.length === 0)
    return missing('no subnet has a free address', 'name others in pipeline.regions, or end what uses their addresses');
  const zones = [...new Set(usable.map(({ zone }) => zone))].sort();
  return fine(
    `${usable.length} of ${subnets.length} with free addresses (${Math.min(...usable.map(({ free }) => free))} or more), in ${zones.join(', ')}`,
  );
}

/** Machines get a public address, so an internet gateway and a NAT gateway both do. */
export function routeFinding(observed: Observed<readonly Subnet[]>, facts: PolicyFacts): Finding {
  if ('failed' in observed) return unseen(observed.failed, 'ec2:DescribeRouteTables', facts);
  if (observed.seen.length === 0) return unknown('there is no subnet');
  const shut = observed.seen.filter(({ wayOut }) => wayOut === undefined);
  if (shut.length > 0)
    return missing(
      `${shut.map(({ id }) => id).join(', ')}: no route to 0.0.0.0/0`,
      `aws ec2 create-route --destination-cidr-block 0.0.0.0/0 with the VPC's internet gateway or a NAT gateway, or take it out of pipeline.regions`,
    );
  const ways = [...new Set(observed.seen.map(({ wayOut = '' }) => wayOut))].sort();
  return fine(`to the internet by ${ways.join(', ')}`);
}

/** They exist, in the subnets' VPC, and let nobody in. */
export function groupsFinding(
  observed: Observed<readonly Group[]>,
  wanted: readonly string[],
  vpcs: readonly string[],
  region: string,
  facts: PolicyFacts,
): Finding {
  if ('failed' in observed) {
    const { code, message } = observed.failed;
    if (code.startsWith('InvalidGroup')) return missing(message, `correct the security groups of ${region} in pipeline.regions`);
    return unseen(observed.failed, 'ec2:DescribeSecurityGroups', facts);
  }
  const groups = observed.seen;
  const lost = wanted.filter((id) => !groups.some((group) => group.id === id));
  if (groups.length === 0 || lost.length > 0)
    return missing(
      `${lost.join(', ') || 'the default group'} does not exist`,
      `correct the security groups of ${region} in pipeline.regions`,
    );
  const foreign = groups.filter(({ vpc }) => vpcs.length > 0 && !vpcs.includes(vpc));
  if (foreign.length > 0)
    return missing(
      `${foreign.map(({ id }) => id).join(', ')} is of another VPC than the subnets`,
      `give ${region} subnets and security groups of one VPC`,
    );
  const open = groups.filter(({ ingress }) => ingress.length > 0);
  if (open.length > 0) {
    const rules = open.map(({ id, ingress }) => `${id} lets in ${ingress.join(', ')}`).join('; ');
    return missing(
      rules,
      `a build needs no open port: remove these rules (aws ec2 revoke-security-group-ingress --region ${region}), or name another group`,
    );
  }
  return fine(`${groups.map(({ id }) => id).join(', ')}: nobody is let in`);
}

/** Where the types of an architecture are offered. A region that lacks some is fine as long as it has one. */
export function typesFinding(
  observed: Observed<readonly { readonly type: string; readonly zone: string }[]>,
  types: readonly string[],
  zones: readonly string[],
  facts: PolicyFacts,
): Finding {
  if ('failed' in observed) return unseen(observed.failed, 'ec2:DescribeInstanceTypeOfferings', facts);
  const here = observed.seen.filter(({ zone }) => zones.length === 0 || zones.includes(zone));
  const offered = types.filter((type) => here.some((one) => one.type === type));
  const absent = types.filter((type) => !offered.includes(type));
  if (offered.length === 0)
    return missing(
      `none of ${types.join(', ')} is offered in ${zones.join(', ') || 'the region'}`,
      'name other families or sizes (spot.families), or another region',
    );
  return fine(`${offered.length} of ${types.length} types${absent.length > 0 ? `; not offered here: ${absent.join(', ')}` : ''}`);
}

/** vCPUs that the account may have at once, against what builds of all architectures take at once. */
export function quotaFinding(
  observed: Observed<number>,
  needed: number,
  market: 'spot' | 'on-demand',
  region: string,
  code: string,
  facts: PolicyFacts,
): Finding {
  if ('failed' in observed) return unseen(observed.failed, 'servicequotas:GetServiceQuota', facts);
  const has = observed.seen;
  const text = `${has} vCPUs ${market === 'spot' ? 'on Spot' : 'on demand'}; builds of all architectures at once take ${needed}`;
  if (has >= needed) return fine(text);
  return missing(
    text,
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ec2 --quota-code ${code} --desired-value ${needed}`,
  );
}

/** The machine's image, by its public parameter. */
export function imageFinding(observed: Observed<string>, name: string, facts: PolicyFacts): Finding {
  if ('failed' in observed) {
    if (observed.failed.code === 'ParameterNotFound')
      return missing(`${name} does not exist`, 'this region lacks the image: name another region');
    return unseen(observed.failed, 'ssm:GetParameter', facts);
  }
  return /^ami-[0-9a-f]+$/.test(observed.seen) ? fine(observed.seen) : unknown(`${name} is "${observed.seen}", which is no image`);
}

/** The launch template: the first launch makes it, so that only a right to make it must be there. */
export function templateFinding(observed: Observed<boolean>, name: string, facts: PolicyFacts): Finding {
  if ('failed' in observed) return unseen(observed.failed, 'ec2:DescribeLaunchTemplates', facts);
  if (observed.seen) return fine(name);
  return { ...unknown(`${name} is not there yet`, 'spot-image setup; or the first launch makes it'), dispensable: true };
}
