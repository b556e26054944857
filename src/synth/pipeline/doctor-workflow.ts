/** The workflow that looks whether the pipeline has what it needs. */
import { hostBuilder } from '../../core/architecture';
import type { ImageConfig } from '../../core/config';
import { DOCTOR_MINUTES } from './limits';
import {
  awsCredentials,
  checkoutScript,
  pushPermission,
  registryLogin,
  runnerToken,
  runnerTokenEnv,
  schedulerEnv,
  script,
  trustedPlace,
} from './steps';
import { type Job, read, type Workflow, write } from './workflow';

/** Name of the workflow, as GitHub shows it. */
export const DOCTOR_NAME = 'Doctor';

/** `Doctor`, by hand only: with the credentials of the jobs that build, as only GitHub has them. */
export function doctorWorkflow(config: ImageConfig): Workflow {
  const spot = config.architectures.some((architecture) => hostBuilder(architecture).kind === 'spot');
  return {
    name: DOCTOR_NAME,
    fileName: 'doctor.yml',
    description:
      'Looks at every access that the pipeline needs, and says of each whether it is there, or how to mend it: in the log and ' +
      'in the summary of the run. Changes nothing. Run it after the set-up, and whenever a launch fails.',
    on: { workflowDispatch: {} },
    concurrency: {
      group: 'doctor',
      cancelInProgress: true,
      comment: 'Only the newest answer counts, and it changes nothing to be cut short.',
    },
    jobs: { ...(spot ? { access: accessJob(config) } : {}), registry: registryJob(config) },
  };
}

/** AWS and GitHub, in the Environment of the jobs that launch and stop. */
function accessJob(config: ImageConfig): Job {
  return {
    comment: 'Holds the credentials for AWS and for runner registration, as the jobs that launch and stop do; so it installs nothing.',
    name: 'AWS and GitHub',
    ...trustedPlace(config),
    permissions: {
      actions: read("see the Environment's rules and the state of the reaper's schedule"),
      contents: read('check out the script'),
      idToken: write('prove to AWS which repository and environment this is'),
    },
    timeoutMinutes: DOCTOR_MINUTES,
    steps: [
      checkoutScript(config),
      ...runnerToken(config, { comment: 'What is missing is a finding, and must not hide the others.', continueOnError: true }),
      { ...awsCredentials(config), continueOnError: true },
      script('doctor --only aws', {
        name: 'Look at AWS',
        env: { ...schedulerEnv(config), GITHUB_TOKEN: '${{ github.token }}' },
        remarks: { 'env.GITHUB_TOKEN': 'to compare the ids of the repository with those in its claim' },
      }),
      script('doctor --only github', {
        name: 'Look at GitHub',
        if: 'success() || failure()',
        env: { ...runnerTokenEnv(config), GITHUB_TOKEN: '${{ github.token }}' },
      }),
    ],
  };
}

/** The registry, with what a build has. */
function registryJob(config: ImageConfig): Job {
  const { registry } = config.image;
  const login = registryLogin(config, registry);
  return {
    comment: 'Has the rights of a build, and none of the credentials for machines.',
    name: 'Registry',
    runsOn: [config.pipeline.hostedRunner],
    permissions: {
      contents: read('check out the script'),
      ...pushPermission(config, [registry], 'see whether a push would be accepted, and who can pull'),
    },
    timeoutMinutes: DOCTOR_MINUTES,
    steps: [
      checkoutScript(config),
      script('doctor --only registry', {
        name: 'Look at the registry',
        ...login,
        env: { ...login.env, GITHUB_TOKEN: '${{ github.token }}' },
        remarks: { ...login.remarks, 'env.GITHUB_TOKEN': 'to ask whether the repository is private, and the package may be so' },
      }),
    ],
  };
}
