/** The jobs around a build on a Spot instance: they launch it, stop it, and refuse to wait for one that is gone. */
import type { Architecture, ImageConfig } from '../../core/config';
import { BUILD, LAUNCH } from './job-ids';
import { launchMinutes, REFUSAL_MINUTES, STOP_MINUTES } from './limits';
import { awsCredentials, checkoutScript, computeTags, runnerToken, runnerTokenEnv, schedulerEnv, script } from './steps';
import { type Job, read, write } from './workflow';

/** Beside the environment of the jobs that hold credentials. */
const TRUSTED = { environment: 'the only one that AWS trusts, and where the secrets are' };

const ADVICE = 'The machine of this build was stopped with the earlier attempt. Choose Re-run all jobs, which launches another one.';

/** What the commands that launch and end machines need besides AWS's own variables. */
function runnerEnv(config: ImageConfig): Readonly<Record<string, string>> {
  return { ...runnerTokenEnv(config), ...schedulerEnv(config) };
}

/** Launches a machine for the build. */
export function launchJob(config: ImageConfig, { name }: Architecture): Job {
  return {
    comment:
      'Launches one Spot instance and registers it as a runner for one job. This job and the one that stops ' +
      'hold the credentials for AWS and for runner registration, so they install and build nothing.',
    name: 'Launch a Spot instance',
    runsOn: [config.pipeline.hostedRunner],
    environment: config.pipeline.environment,
    remarks: TRUSTED,
    permissions: {
      contents: read('check out the script'),
      idToken: write('prove to AWS which repository and environment this is'),
    },
    timeoutMinutes: launchMinutes(config),
    outputs: {
      label: { stepId: LAUNCH, outputName: 'label' },
      attempt: { stepId: LAUNCH, outputName: 'attempt' },
    },
    steps: [
      checkoutScript(config),
      computeTags({ comment: 'Before anything costs money: a run that gives no tag ends here.' }),
      ...runnerToken(config),
      awsCredentials(config),
      script(`launch --arch ${name}`, { name: 'Launch', id: LAUNCH, env: runnerEnv(config) }),
    ],
  };
}

/** Ends the machine, whatever happened before. */
export function stopJob(config: ImageConfig, { name }: Architecture): Job {
  return {
    comment:
      'Terminates the machine and waits until it is gone, whatever became of the jobs before. It is found by its ' +
      'tags: a launch that was cut short may have made a machine and reported nothing.',
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
      ...runnerToken(config, {
        comment: 'For removing the registration. The machine has to be terminated even if GitHub gives no token.',
        continueOnError: true,
      }),
      awsCredentials(config),
      script(`stop --arch ${name}`, { name: 'Stop', env: runnerEnv(config) }),
    ],
  };
}

/** Turns a build that would wait for a machine of the past into a failure that says what to do. */
export function partialRerunJob(config: ImageConfig): Job {
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
        run: `echo "::error title=Use Re-run all jobs::${ADVICE}"`,
      },
      { name: 'Fail', run: 'exit 1' },
    ],
  };
}
