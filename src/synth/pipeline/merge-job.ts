/** The job that puts the architectures of one base tag under one name, whoever starts it. */
import type { ImageConfig } from '../../core/config';
import { registriesOf } from '../../core/registry-credentials';
import { usePinned } from './action-pins';
import { MERGE_MINUTES } from './limits';
import { outputsOf } from './spot-jobs';
import { checkoutScript, installBuildx, login, pushPermission, script } from './steps';
import { type Concurrency, type Job, read, type Step, write } from './workflow';

/** Id of the job, and of its step that merges. */
export const MERGE = 'merge';

const MANIFESTS_ONLY = 'Reads and writes manifests; a layer passes through this machine only on its way to another registry.';

/** What the two workflows that merge differ in. */
export interface MergeJobParts {
  /** The `merge` command with its options; `$TAG` is the base tag. */
  readonly command: string;
  /** Of the step: the variables that the command needs. */
  readonly step: Pick<Step, 'env' | 'comment'>;
  /** Steps that the command needs before it. */
  readonly before?: readonly Step[];
  /** Of the job: when it runs. */
  readonly job?: Pick<Job, 'comment' | 'needs' | 'if' | 'concurrency'>;
}

/** The program that signs. It comes only into this job: whoever builds must not be able to vouch. */
function installCosign({ pipeline }: ImageConfig): Step {
  return {
    name: 'Set up cosign',
    uses: usePinned(pipeline.actionPins, 'sigstore/cosign-installer'),
    comment: 'It signs without keys, as this workflow, and only here: a machine that builds must not be able to vouch.',
  };
}

/** The job. Its outputs: digest and tag, if all is well. */
export function mergeJob(config: ImageConfig, { command, step, before = [], job = {} }: MergeJobParts): Job {
  const registries = registriesOf(config.image);
  return {
    name: 'Merge',
    ...job,
    runsOn: [config.pipeline.hostedRunner],
    permissions: {
      contents: read('check out the script, and compare commits before the tag of a branch moves'),
      ...pushPermission(config, registries, 'read the images of the architectures, write the index'),
      ...(config.pipeline.sign && { idToken: write('sign: prove to Sigstore which workflow this is') }),
    },
    timeoutMinutes: MERGE_MINUTES,
    outputs: outputsOf(MERGE, ['digest', 'tag']),
    steps: [
      checkoutScript(config),
      ...before,
      installBuildx(config),
      ...(config.pipeline.sign ? [installCosign(config)] : []),
      ...registries.map((registry, i) => login(config, registry, i === 0 ? MANIFESTS_ONLY : undefined)),
      script(command, { name: 'Merge', id: MERGE, ...step, env: { ...step.env, GITHUB_TOKEN: '${{ github.token }}' } }),
    ],
  };
}

/** The merges of one tag, whichever workflow they are in. */
export function mergeConcurrency(tag: string): Concurrency {
  return {
    group: `merge-${tag}`,
    cancelInProgress: false,
    comment:
      'One merge per tag at a time, in whichever workflow, so that the older of two is never the last to write. Of those ' +
      'that wait GitHub keeps only the newest and cancels the others, visibly: the newest is what was asked for last, and ' +
      'what is missing in it can be merged again, since no build is lost.',
  };
}
