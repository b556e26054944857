import type { Check, Finding, Observed } from '../../core/doctor/finding';
import type { PolicyFacts } from '../../core/policies/statement';
import { partitionOf } from '../../core/policies/statement';
import type { RuntimeConfig } from '../../core/runtime-config';
import { CloudError } from '../edges/ec2';
import { GitHubError } from '../edges/github';
import { messageOf } from '../failure';

/** Asks, and keeps the failure as a fact: one look that fails must not hide the others. */
export async function observe<T>(work: () => Promise<T>): Promise<Observed<T>> {
  try {
    return { seen: await work() };
  } catch (error) {
    if (error instanceof CloudError) return { failed: { code: error.code, message: messageOf(error.cause ?? error) } };
    if (error instanceof GitHubError) return { failed: { code: String(error.status ?? 'no answer'), message: error.message } };
    return { failed: { code: error instanceof Error ? error.name : 'unknown', message: messageOf(error) } };
  }
}

/** A finding at its place. */
export function check(area: Check['area'], name: string, finding: Finding, essential = true): Check {
  return { area, name, ...finding, essential: essential && !finding.dispensable };
}

/** What the policies of this config depend on. */
export function policyFactsOf(repository: string, { environment, regions, architectures }: RuntimeConfig): PolicyFacts {
  const machines = architectures.flatMap(({ spot }) => spot ?? []);
  return {
    repository,
    environment,
    partition: partitionOf(regions[0].name),
    regions,
    instanceTypes: [...new Set(machines.flatMap(({ instanceTypes }) => instanceTypes))],
    images: [...new Set(machines.map(({ ami }) => ami))],
    schedules: regions.some(({ endBySchedule }) => endBySchedule),
  };
}
