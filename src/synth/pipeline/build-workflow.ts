/** The workflow that builds one architecture. */
import { hostBuilder } from '../../core/architecture';
import type { Architecture, ImageConfig } from '../../core/config';
import { archTag } from '../../core/tags';
import { LAUNCH_MINUTES, REFUSAL_MINUTES, STOP_MINUTES } from './limits';
import { MERGE_NAME } from './merge-workflow';
import {
  awsCredentials,
  bake,
  checkout,
  checkoutScript,
  login,
  pushPermission,
  RUNNER_TOKEN,
  registrySettings,
  runnerToken,
  script,
  setupBuildx,
} from './steps';
import { buildTriggers, tagOfRun } from './triggers';
import { type Job, read, type Workflow, write } from './workflow';

const LAUNCH = 'launch';
const BUILD = 'build';
const STOP = 'stop';
const PARTIAL_RERUN = 'partial-rerun';

/** Beside the environment of the jobs that hold credentials. */
const TRUSTED = { environment: 'the only one that AWS trusts, and where the secrets are' };

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
    name: `Build ${architecture.label}`,
    fileName: buildFileName(architecture),
    description: describe(config, architecture),
    ...buildTriggers(config),
    concurrency: {
      group: `build-${architecture.name}-${tagOfRun(config)}`,
      cancelInProgress: false,
      comment:
        'One build per tag at a time: a running one is never cut short, and of those that wait only the newest is kept, which is the one that counts.',
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

function describe(config: ImageConfig, architecture: Architecture): string {
  const { image, pipeline } = config;
  const { builder } = architecture;
  const host = hostBuilder(architecture);
  const how = builder.kind === 'emulated' ? `under emulation, on the machine of ${builder.on}` : 'natively';
  const where =
    host.kind === 'spot'
      ? 'The machine is an EC2 Spot instance that lives for this one build: launched by the first job, terminated by the last.'
      : `The machine is the hosted runner ${host.runner}.`;
  const settings = [
    ...(host.kind === 'spot'
      ? [
          `Settings, of the environment ${pipeline.environment}: the variables AWS_ROLE_ARN and RUNNER_APP_CLIENT_ID, the secret RUNNER_APP_PRIVATE_KEY.`,
        ]
      : []),
    ...registrySettings(config),
  ];
  return [
    `Builds ${image.reference} for ${architecture.platform}, ${how}, and pushes it as ${archTag('<tag>', architecture.name)}. ` +
      `The workflow "${MERGE_NAME}" then makes <tag> of it, the name that people pull.`,
    where,
    ...settings,
  ].join('\n\n');
}

function launchJob(config: ImageConfig, { name }: Architecture): Job {
  return {
    comment:
      'Launches one Spot instance and registers it as a runner for one job. This job and the one that stops hold the credentials for AWS and for runner registration, so they install and build nothing.',
    name: 'Launch a Spot instance',
    runsOn: [config.pipeline.hostedRunner],
    environment: config.pipeline.environment,
    remarks: TRUSTED,
    permissions: {
      contents: read('check out the script'),
      idToken: write('prove to AWS which repository and environment this is'),
    },
    timeoutMinutes: LAUNCH_MINUTES,
    outputs: {
      label: { stepId: LAUNCH, outputName: 'label' },
      attempt: { stepId: LAUNCH, outputName: 'attempt' },
    },
    steps: [
      checkoutScript(config),
      runnerToken(config),
      awsCredentials(config),
      script(`launch --arch ${name}`, { name: 'Launch', id: LAUNCH, env: RUNNER_TOKEN }),
    ],
  };
}

function buildJob(config: ImageConfig, architecture: Architecture): Job {
  const host = hostBuilder(architecture);
  const tags = 'tags';
  const env = {
    TAG: `\${{ steps.${tags}.outputs.tag }}`,
    REVISION: `\${{ steps.${tags}.outputs.revision }}`,
    CREATED: `\${{ steps.${tags}.outputs.created }}`,
    SOURCE_DATE_EPOCH: `\${{ steps.${tags}.outputs.source-date-epoch }}`,
  };
  return {
    name: `Build ${architecture.label}`,
    ...(host.kind === 'spot'
      ? {
          comment:
            'Builds on the machine that was launched for it. The condition: "Re-run failed jobs" keeps the launch of the earlier attempt, whose machine is gone, and the job would wait a day for it.',
          needs: [LAUNCH],
          if: `needs.${LAUNCH}.outputs.attempt == github.run_attempt`,
          runsOn: [`\${{ needs.${LAUNCH}.outputs.label }}`],
          remarks: { 'runs-on': 'a label that only this machine has' },
        }
      : { runsOn: [host.runner] }),
    permissions: {
      contents: read('check out the Dockerfile and what it copies'),
      ...pushPermission(config, config.pipeline.cache ? 'push the image and its layer cache' : 'push the image'),
    },
    timeoutMinutes: config.pipeline.buildTimeoutMinutes,
    steps: [
      checkout(config),
      ...(host.kind === 'hosted' ? [setupBuildx(config)] : []),
      script('tags', {
        name: 'Compute the tags',
        id: tags,
        env: { INPUT_TAG: '${{ inputs.tag }}' },
      }),
      bake(`smoke-${architecture.name}`, {
        name: 'Build and smoke-test',
        comment: `The gate: what does not pass its own smoke stage is never pushed.${config.pipeline.cache ? ' The layer cache is read without credentials, so it helps only if its package is public.' : ''}`,
        env,
      }),
      login(config, 'Only now: neither the build nor the smoke test could have used the credentials.'),
      bake(`push-${architecture.name}`, {
        name: 'Push',
        comment: 'The same stages again, all of them from the cache of the build above.',
        env,
      }),
    ],
  };
}

function stopJob(config: ImageConfig, { name }: Architecture): Job {
  return {
    comment:
      'Terminates the machine and waits until it is gone, whatever became of the jobs before. It is found by its tags: a launch that was cut short may have made a machine and reported nothing.',
    name: 'Stop the Spot instance',
    needs: [LAUNCH, BUILD],
    if: 'always()',
    runsOn: [config.pipeline.hostedRunner],
    environment: config.pipeline.environment,
    remarks: TRUSTED,
    permissions: {
      contents: read('check out the script'),
      idToken: write('prove to AWS which repository and environment this is'),
    },
    timeoutMinutes: STOP_MINUTES,
    steps: [
      checkoutScript(config),
      runnerToken(config, {
        comment: 'For removing the registration. The machine has to be terminated even if GitHub gives no token.',
        continueOnError: true,
      }),
      awsCredentials(config),
      script(`stop --arch ${name}`, { name: 'Stop', env: RUNNER_TOKEN }),
    ],
  };
}

function partialRerunJob(config: ImageConfig): Job {
  return {
    comment: 'Says what to do when somebody chose "Re-run failed jobs" (see the build\'s condition); skipped otherwise.',
    name: 'Refuse a partial re-run',
    needs: [LAUNCH, BUILD],
    if: `always() && needs.${LAUNCH}.outputs.attempt != '' && needs.${LAUNCH}.outputs.attempt != github.run_attempt`,
    runsOn: [config.pipeline.hostedRunner],
    permissions: {},
    timeoutMinutes: REFUSAL_MINUTES,
    steps: [
      {
        name: 'Explain',
        run: 'echo "::error title=Use Re-run all jobs::The machine of this build was stopped with the earlier attempt. Choose Re-run all jobs, which launches another one."',
      },
      { name: 'Fail', run: 'exit 1' },
    ],
  };
}
