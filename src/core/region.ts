/** AWS regions that Spot builders run in. */
import type { ImageConfig, Region } from './config';
import type { Faults } from './fault';
import type { RegionOptions } from './options';

/** The words that names of regions are made of, so that a new region is fine and a typo is not. */
const REGION = /^(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:central|east|west|(?:north|south)(?:east|west)?)-[1-9]$/;

/**
 * Regions with EventBridge Scheduler: botocore's list of endpoints, 1.44.5. Both regions of
 * China are in it; that Scheduler ends machines there has not been seen.
 */
const SCHEDULER = [
  'af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1',
  'ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1',
  'cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3',
  'il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2',
].flatMap((line) => line.split(' '));

/** Partitions with other accounts, endpoints and rules. */
const FOREIGN = /^(?:us-gov-|us-iso|eu-iso|eusc-)/;

function checkIds(faults: Faults, path: string, kind: 'subnet' | 'sg', what: string, ids: readonly string[]): void {
  ids.forEach((id, i) => {
    if (!/^[a-z]+-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id) || !id.startsWith(`${kind}-`)) {
      faults.add(`${path}[${i}]`, id, `it is no ${what} id`, `write it like "${kind}-0123456789abcdef0"`);
    }
    if (ids.indexOf(id) !== i) faults.add(`${path}[${i}]`, id, 'it is listed twice', 'keep one of them');
  });
}

function resolveRegion(faults: Faults, path: string, { name, subnets = [], securityGroups = [] }: RegionOptions): Region {
  if (FOREIGN.test(name)) {
    faults.add(`${path}.name`, name, 'this partition of AWS is not supported', 'use a region of the worldwide partition or of China');
  } else if (!REGION.test(name)) {
    faults.add(`${path}.name`, name, 'it is no AWS region', 'write it like "us-east-1" or "cn-northwest-1"');
  }
  checkIds(faults, `${path}.subnets`, 'subnet', 'subnet', subnets);
  checkIds(faults, `${path}.securityGroups`, 'sg', 'security group', securityGroups);
  return { name, partition: name.startsWith('cn-') ? 'aws-cn' : 'aws', subnets, securityGroups, hasScheduler: SCHEDULER.includes(name) };
}

/** Does a schedule end machines from outside, in any region of the config? */
export function hasSchedules({ pipeline }: Pick<ImageConfig, 'pipeline'>): boolean {
  return pipeline.endBySchedule && pipeline.regions.some(({ hasScheduler }) => hasScheduler);
}

/** Resolves the regions. The order, which is that of preference, is kept. */
export function resolveRegions(faults: Faults, list: readonly RegionOptions[] = [{ name: 'us-east-1' }]): Region[] {
  const path = 'pipeline.regions';
  if (list.length === 0) faults.add(path, list, 'without a region no machine can be launched', 'name one, or leave the option away');
  const regions = list.map((option, i) => resolveRegion(faults, `${path}[${i}]`, option));
  regions.forEach(({ name, partition }, i) => {
    const at = `${path}[${i}].name`;
    if (regions.findIndex((other) => other.name === name) !== i) faults.add(at, name, 'it is listed twice', 'keep one of them');
    if (partition !== regions[0].partition) {
      const why = `China's regions are a partition of their own, with other accounts and credentials than ${regions[0].name}'s`;
      faults.add(at, name, why, 'keep either China or the rest of the world');
    }
  });
  return regions;
}
