/** The workflow that builds one architecture. */
import { hostBuilder } from '../../core/architecture';
import { BUILD, FIRST_TRY, SECOND_TRY, type TryJobs, VERDICT } from '../../core/build-jobs';
import type { Architecture, ImageConfig } from '../../core/config';
import { hasSchedules } from '../../core/region';
import { buildWorkflowName } from '../../core/runtime-config';
import { archTag } from '../../core/tags';
import { hostedBuildJob, spotBuildJob } from './build-job';
import { MERGE_NAME, PUBLISH_NAME } from './names';
import { launchJob, stopJob, verdictJob } from './spot-jobs';
import { RUNNER_TOKEN_SECRET, registrySettings } from './steps';
import { buildTriggers, tagOfRun } from './triggers';
import type { Job, Workflow } from './workflow';

/** File name of an architecture's build workflow, in `.github/workflows`. */
export function buildFileName(architecture: Architecture): string {
  return `build-${architecture.name}.yml`;
}

function jobsOf(config: ImageConfig, architecture: Architecture): Readonly<Record<string, Job>> {
  const host = hostBuilder(architecture);
  if (host.kind === 'hosted') return { [BUILD]: hostedBuildJob(config, architecture, host.runner) };
  const oneTry = (ids: TryJobs) => ({
    [ids.launch]: launchJob(config, architecture, ids),
    [ids.build]: spotBuildJob(config, architecture, ids),
    [ids.stop]: stopJob(config, architecture, ids),
  });
  return { ...oneTry(FIRST_TRY), ...oneTry(SECOND_TRY), [VERDICT]: verdictJob(config, architecture) };
}

/** Id of the job whose outputs say what the workflow pushed. */
function verdictOf(architecture: Architecture): string {
  return hostBuilder(architecture).kind === 'hosted' ? BUILD : VERDICT;
}

/**
 * `Build <ARCH>`: launch a machine, build on it, stop it; all of it once more where Spot
 * took the machine back; and the verdict. On a runner that is kept ready only the build is left.
 */
export function buildWorkflow(config: ImageConfig, architecture: Architecture): Workflow {
  return {
    name: buildWorkflowName(architecture),
    fileName: buildFileName(architecture),
    description: describe(config, architecture),
    on: buildTriggers(verdictOf(architecture)),
    concurrency: {
      group: `build-${architecture.name}-\${{ github.workflow }}-${tagOfRun(config)}`,
      cancelInProgress: false,
      comment:
        'One build per tag at a time: a running one is never cut short, and of those that wait GitHub keeps only the ' +
        'newest and cancels the others, visibly. That loses nothing: of a tag, the build that was asked for last ' +
        'counts, and every build of a version is of the same commit.\n' +
        `github.workflow is who started this: "${buildWorkflowName(architecture)}" itself, or "${PUBLISH_NAME}", whose ` +
        'builds have a queue of their own. A build by hand can thus never push one of them out of the queue, and the ' +
        'group is never that of the caller, which would wait for itself.',
    },
    jobs: jobsOf(config, architecture),
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
      `The workflow "${MERGE_NAME}" then makes <tag> of it, the name that people pull. "${PUBLISH_NAME}" does both in one ` +
      'run, and is what pushes start, if any do: this one starts by hand, or is called by it.',
    where,
    ...settings,
  ].join('\n\n');
}
