/** The workflow that ends what nobody ended. */
import { hostBuilder } from '../../core/architecture';
import type { ImageConfig } from '../../core/config';
import { REAP_MINUTES } from './limits';
import { machinesEnv } from './spot-jobs';
import { awsCredentials, checkoutScript, runnerToken, script, trustedPlace } from './steps';
import { read, type Workflow, write } from './workflow';

/** Name of the workflow, as GitHub shows it. */
export const REAP_NAME = 'Reap Runners';

/** Twice an hour. GitHub starts schedules late, or not at all, around the full hour. */
const SCHEDULE = '23,53 * * * *';

/** `Reap Runners`, on a schedule and by hand; undefined where no architecture is built on a machine that is launched. */
export function reapWorkflow(config: ImageConfig): Workflow | undefined {
  if (!config.architectures.some((architecture) => hostBuilder(architecture).kind === 'spot')) return undefined;
  return {
    name: REAP_NAME,
    fileName: 'reap-runners.yml',
    description: [
      'Ends machines and registrations of this repository that nobody ended, and runs that wait for a machine which ' +
        'is gone. A build cleans up after itself, and a machine ends itself at the end of its time; this is for what ' +
        'both of them missed.',
      'The schedule is on by default although pushes start nothing: it launches nothing, so it costs nothing at AWS, ' +
        'and a forgotten machine would. Twice an hour, because that is how long a build may wait in vain; in a private ' +
        'repository each run counts as a minute, 1,440 a month.',
      'GitHub disables the schedule of a public repository after 60 days without a commit, and says so on the Actions ' +
        'page. Every launch and every stop ends what is overdue as well, so a build needs no schedule to be safe.',
      `Settings, of the environment ${config.pipeline.environment}: those of the builds.`,
    ].join('\n\n'),
    on: {
      schedule: [{ cron: SCHEDULE }],
      workflowDispatch: {
        inputs: {
          'dry-run': { description: 'Only say what would be ended', required: false, type: 'boolean' },
        },
      },
    },
    concurrency: {
      group: 'reap-runners',
      cancelInProgress: false,
      comment:
        'One at a time. Of those that wait GitHub keeps only the newest and cancels the others: it looks at everything, and ' +
        'so finds what they would have found.',
    },
    jobs: {
      reap: {
        name: 'Reap',
        ...trustedPlace(config),
        permissions: {
          contents: read('check out the script'),
          idToken: write('prove to AWS which repository and environment this is'),
          actions: write('see which runs go on, and cancel one whose machine died before it took the job: it would wait a day'),
        },
        timeoutMinutes: REAP_MINUTES,
        steps: [
          checkoutScript(config),
          ...runnerToken(config, {
            comment: 'For registrations. Machines have to be ended even if GitHub gives no token.',
            continueOnError: true,
          }),
          awsCredentials(config),
          script('reap', {
            name: 'Reap',
            env: { ...machinesEnv(config), GITHUB_TOKEN: '${{ github.token }}', DRY_RUN: '${{ inputs.dry-run }}' },
          }),
        ],
      },
    },
  };
}
