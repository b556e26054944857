/** The jobs around a build on a Spot instance: they launch it, stop it, and say what all of it came to. */
import { BUILD, FIRST_TRY, LAUNCH, SECOND_TRY, STOP, type TryJobs, VERDICT } from '../../core/build-jobs';
import type { Architecture, ImageConfig } from '../../core/config';
import { launchMinutes, STOP_MINUTES, VERDICT_MINUTES } from './limits';
import { awsCredentials, checkoutScript, computeTags, runnerToken, runnerTokenEnv, schedulerEnv, script, trustedPlace } from './steps';
import { type Job, read, write } from './workflow';

/** What a launch announces of its machine, and which attempt of the run it belongs to. */
const LAUNCHED = ['label', 'runner-name', 'instance-id', 'instance-type', 'zone', 'nonce', 'market', 'attempt', 'tries'] as const;

/**
 * Is there a second try? `isBuiltAgain` in GitHub's own language. Only outputs count: the
 * result of a job that may fail is a success to the jobs behind it.
 */
const AGAIN =
  `needs.${LAUNCH}.outputs.market == 'spot' && needs.${STOP}.outputs.stopped == 'true' && needs.${STOP}.outputs.cause-of-death == 'reclaimed' && ` +
  `needs.${BUILD}.outputs.digest == ''`;

/** An output of a job that is needed, as an expression. */
export function launched(ids: TryJobs, output: (typeof LAUNCHED)[number]): string {
  return `needs.${ids.launch}.outputs.${output}`;
}

/** The step's outputs of these names as outputs of its job. */
export function outputsOf(stepId: string, names: readonly string[]): NonNullable<Job['outputs']> {
  return Object.fromEntries(names.map((outputName) => [outputName, { stepId, outputName }]));
}

/** What every command that handles machines is given, besides the credentials for AWS. */
export function machinesEnv(config: ImageConfig): Readonly<Record<string, string>> {
  return { ...runnerTokenEnv(config), ...schedulerEnv(config) };
}

/** Launches a machine for the build. */
export function launchJob(config: ImageConfig, { name }: Architecture, ids: TryJobs): Job {
  const again = ids === SECOND_TRY;
  return {
    ...(again
      ? {
          comment:
            'The second try, only if Spot took the machine back in the middle of the build: one more machine, on ' +
            'demand, which is never taken back. A build that failed by itself is not tried again.',
          name: 'Launch again, on demand',
          needs: [LAUNCH, BUILD, STOP],
          if: `${AGAIN} && !cancelled()`,
        }
      : {
          comment:
            'Launches one Spot instance and registers it as a runner for one job. This job and the one that stops ' +
            'hold the credentials for AWS and for runner registration, so they install and build nothing.',
          name: 'Launch a Spot instance',
        }),
    ...trustedPlace(config),
    permissions: {
      contents: read('check out the script'),
      idToken: write('prove to AWS which repository and environment this is'),
    },
    timeoutMinutes: launchMinutes(config),
    outputs: outputsOf(LAUNCH, LAUNCHED),
    steps: [
      checkoutScript(config),
      ...(again ? [] : [computeTags({ comment: 'Before anything costs money: a run that gives no tag ends here.' })]),
      ...runnerToken(config),
      awsCredentials(config),
      script(`launch --arch ${name}${again ? ' --again' : ''}`, { name: 'Launch', id: LAUNCH, env: machinesEnv(config) }),
    ],
  };
}

/** Ends the machine, whatever happened before. */
export function stopJob(config: ImageConfig, { name }: Architecture, ids: TryJobs): Job {
  return {
    ...(ids === SECOND_TRY
      ? {
          comment: 'Terminates the machine of the second try. Its condition is that of the launch, whatever became of that.',
          name: 'Stop the instance of the second try',
          needs: [LAUNCH, BUILD, STOP, ids.launch, ids.build],
          if: `always() && ${AGAIN}`,
        }
      : {
          comment:
            'Terminates the machine and waits until it is gone, whatever became of the jobs before. It is found by its ' +
            'tags: a launch that was cut short may have made a machine and reported nothing.',
          name: 'Stop the Spot instance',
          needs: [ids.launch, ids.build],
          if: 'always()',
        }),
    ...trustedPlace(config),
    permissions: {
      contents: read('check out the script'),
      idToken: write('prove to AWS which repository and environment this is'),
      actions: read('see when the jobs began, for the summary'),
    },
    timeoutMinutes: STOP_MINUTES,
    outputs: outputsOf(STOP, ['stopped', 'cause-of-death']),
    steps: [
      checkoutScript(config),
      ...runnerToken(config, {
        comment: 'For removing the registration. The machine has to be terminated even if GitHub gives no token.',
        continueOnError: true,
      }),
      awsCredentials(config),
      script(`stop --arch ${name}`, {
        name: 'Stop',
        id: STOP,
        env: { ...machinesEnv(config), GITHUB_TOKEN: '${{ github.token }}', LAUNCH_TRIES: `\${{ ${launched(ids, 'tries')} }}` },
        remarks: { 'env.LAUNCH_TRIES': 'for the summary; the machine is found without it' },
      }),
    ],
  };
}

/** Makes the run green or red. */
export function verdictJob(config: ImageConfig, { name }: Architecture): Job {
  return {
    comment:
      'Green only if one of the two tries pushed an image and every machine is proven to be gone. After "Re-run ' +
      'failed jobs", where the machine of the earlier attempt would be missing, it fails at once and says what to do.',
    name: 'Verdict',
    needs: [...Object.values(FIRST_TRY), ...Object.values(SECOND_TRY)],
    if: 'always()',
    runsOn: [config.pipeline.hostedRunner],
    permissions: { contents: read('check out the script') },
    timeoutMinutes: VERDICT_MINUTES,
    outputs: outputsOf(VERDICT, ['digest', 'reference']),
    steps: [
      checkoutScript(config),
      script(`verdict --arch ${name}`, {
        name: 'Verdict',
        id: VERDICT,
        env: { JOBS: '${{ toJSON(needs) }}' },
        remarks: { 'env.JOBS': 'it reads the outputs, never the results' },
      }),
    ],
  };
}
