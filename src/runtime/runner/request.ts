import type { RuntimeMachine, RuntimeRegion } from '../../core/runtime-config';
import type { TimeToLive } from '../../core/time-to-live';
import type { Candidate, Ec2 } from '../edges/ec2';
import { plan } from './plan';
import { regionTemplate } from './region-template';

/** A region in which a machine can be asked for, or why not. */
export type Prepared =
  | { readonly ok: true; readonly ec2: Ec2; readonly template: string; readonly candidates: readonly Candidate[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Finds the candidates of a region and makes sure that its launch template exists. The
 * template is named by its content and made once, never per run.
 *
 * @throws CloudError if EC2 does not answer
 */
export async function prepareRegion(ec2: Ec2, region: RuntimeRegion, machine: RuntimeMachine, timeToLive: TimeToLive): Promise<Prepared> {
  const { name: template, data } = regionTemplate(region, machine, timeToLive);
  const [subnets, offerings, exists] = await Promise.all([
    ec2.subnets(region.subnets),
    ec2.offerings(machine.instanceTypes),
    ec2.hasTemplate(template),
  ]);
  const planned = plan(machine.instanceTypes, { subnets, offerings });
  if (!planned.ok) return planned;
  if (!exists) await ec2.createTemplate(template, data);
  return { ok: true, ec2, template, candidates: planned.candidates };
}
