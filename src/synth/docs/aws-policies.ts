/**
 * The AWS roles of a project, as files: whom they trust, and what they may do.
 */
import { hostBuilder } from '../../core/architecture';
import type { ImageConfig } from '../../core/config';
import { githubRepository } from '../../core/github-repository';
import { permissionPolicy } from '../../core/policies/permissions';
import { schedulerPermissionPolicy, schedulerTrustPolicy } from '../../core/policies/scheduler';
import type { PolicyFacts } from '../../core/policies/statement';
import { trustPolicy } from '../../core/policies/trust';
import { hasSchedules } from '../../core/region';
import { Component, type Project, TextFile } from '../projen';

/** Folder of the policies. */
export const POLICIES = '.github/aws';

/** What the policies of a config depend on. */
export function policyFacts(config: ImageConfig): PolicyFacts {
  const { image, architectures, pipeline } = config;
  const hosts = architectures.map(hostBuilder).flatMap((host) => (host.kind === 'spot' ? [host] : []));
  return {
    repository: githubRepository(image),
    environment: pipeline.environment,
    partition: pipeline.regions[0].partition,
    regions: pipeline.regions,
    instanceTypes: [...new Set(hosts.flatMap(({ instanceTypes }) => instanceTypes))],
    images: [...new Set(hosts.map(({ ami }) => ami))],
    schedules: hasSchedules(config),
  };
}

/** Every policy by path; none where nothing is built on EC2, and the scheduler's only where there are schedules. */
export function policyFiles(config: ImageConfig): Readonly<Record<string, object>> {
  const facts = policyFacts(config);
  if (facts.instanceTypes.length === 0) return {};
  return {
    [`${POLICIES}/role-trust.json`]: trustPolicy(facts),
    [`${POLICIES}/role-permissions.json`]: permissionPolicy(facts),
    ...(facts.schedules
      ? {
          [`${POLICIES}/scheduler-trust.json`]: schedulerTrustPolicy(facts),
          [`${POLICIES}/scheduler-permissions.json`]: schedulerPermissionPolicy(facts),
        }
      : {}),
  };
}

/** Writes the policies. They carry no marker: AWS takes them as they are, and refuses a key that it does not know. */
export class AwsPolicies extends Component {
  constructor(project: Project, config: ImageConfig) {
    super(project, 'aws-policies');
    for (const [path, policy] of Object.entries(policyFiles(config))) {
      new TextFile(project, path, { marker: false, readonly: true, lines: [...JSON.stringify(policy, undefined, 2).split('\n'), ''] });
    }
  }
}
