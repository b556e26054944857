/** The workflow that builds one architecture. */
import { hostBuilder } from '../../core/architecture';
import type { Architecture, ImageConfig } from '../../core/config';
import { hasSchedules } from '../../core/region';
import { buildWorkflowName } from '../../core/runtime-config';
import { archTag } from '../../core/tags';
import { buildJob } from './build-job';
import { BUILD, LAUNCH, PARTIAL_RERUN, STOP } from './job-ids';
import { MERGE_NAME } from './merge-workflow';
import { launchJob, partialRerunJob, stopJob } from './spot-jobs';
import { RUNNER_TOKEN_SECRET, registrySettings } from './steps';
import { buildTriggers, tagOfRun } from './triggers';
import type { Workflow } from './workflow';

/** File name of an architecture's build workflow, in `.github/workflows`. */
export function buildFileName(architecture: Architecture): string {
  return `build-${architecture.name}.yml`;
}

/**
 * `Build <ARCH>`: launch a machine, build on it, stop it; on a runner that is
 * kept ready only the build is left.
 */
export function buildWorkflow(config: ImageConfig, architecture: Architecture): Workflow {
  const spot = hostBuilder(architecture).kind === 'spot';
  return {
    name: buildWorkflowName(architecture),
    fileName: buildFileName(architecture),
    description: describe(config, architecture),
    ...buildTriggers(config),
    concurrency: {
      group: `build-${architecture.name}-${tagOfRun(config)}`,
      cancelInProgress: false,
      comment:
        'One build per tag at a time: a running one is never cut short, and of those that wait only the newest is ' +
        'kept, which is the one that counts.',
    },
    jobs: spot
      ? {
          [LAUNCH]: launchJob(config, architecture),
          [BUILD]: buildJob(config, architecture),
          [STOP]: stopJob(config, architecture),
          [PARTIAL_RERUN]: partialRerunJob(config),
        }
      : { [BUILD]: buildJob(config, architecture) },
  };
}

/** What the jobs that launch and stop read from their environment. */
function environmentSettings(config: ImageConfig): string {
  const { environment, runnerToken } = config.pipeline;
  const app = runnerToken === 'app';
  const variables = ['AWS_ROLE_ARN', ...(hasSchedules(config) ? ['AWS_SCHEDULER_ROLE_ARN'] : []), ...(app ? ['RUNNER_APP_CLIENT_ID'] : [])];
  const last = variables.pop();
  const words = variables.length === 0 ? `the variable ${last}` : `the variables ${variables.join(', ')} and ${last}`;
  return `Settings, of the environment ${environment}: ${words}, the secret ${app ? 'RUNNER_APP_PRIVATE_KEY' : RUNNER_TOKEN_SECRET}.`;
}

function describe(config: ImageConfig, architecture: Architecture): string {
  const { image } = config;
  const { builder } = architecture;
  const host = hostBuilder(architecture);
  const how = builder.kind === 'emulated' ? `under emulation, on the machine of ${builder.on}` : 'natively';
  const where =
    host.kind === 'spot'
      ? 'The machine is an EC2 Spot instance that lives for this one build: launched by the first job, terminated by the last.'
      : `The machine is the hosted runner ${host.runner}.`;
  const settings = [...(host.kind === 'spot' ? [environmentSettings(config)] : []), ...registrySettings(config, [config.image.registry])];
  return [
    `Builds ${image.reference} for ${architecture.platform}, ${how}, and pushes it as ${archTag('<tag>', architecture.name)}. ` +
      `The workflow "${MERGE_NAME}" then makes <tag> of it, the name that people pull.`,
    where,
    ...settings,
  ].join('\n\n');
}
