/** The workflow that does all of it: builds every architecture, and merges what this very run has built. */
import type { Architecture, ImageConfig } from '../../core/config';
import { registriesOf } from '../../core/registry-credentials';
import { buildFileName, buildWorkflow } from './build-workflow';
import { VERDICT_MINUTES } from './limits';
import { MERGE, mergeConcurrency, mergeJob } from './merge-job';
import { MERGE_NAME, PUBLISH_NAME } from './names';
import { computeTags, registrySettings, TAGS } from './steps';
import { publishTriggers, tagOfRun } from './triggers';
import type { CallJob, Grant, Job, Permissions, Workflow } from './workflow';

/** Id of the job that says what the run came to. */
const VERDICT = 'verdict';

const buildId = ({ name }: Architecture) => `build-${name}`;

/** The digest that an architecture's build pushed in this run. */
const digestOf = (architecture: Architecture) => `needs.${buildId(architecture)}.outputs.digest`;

/** Names have letters and digits only: each gives a variable of its own. */
const digestVariable = ({ name }: Architecture) => `DIGEST_${name.toUpperCase()}`;

/** What any of these jobs may do: a job of a called workflow gets at most what the calling job has. */
export function rightsOfAll(jobs: readonly Job[]): Permissions {
  const scopes = [...new Set(jobs.flatMap(({ permissions }) => Object.keys(permissions)))] as (keyof Permissions)[];
  return Object.fromEntries(
    scopes.map((scope): [string, Grant] => {
      const grants = jobs.flatMap(({ permissions }) => permissions[scope] ?? []);
      const most = grants.find(({ access }) => access === 'write') ?? grants[0];
      const reasons = grants.filter(({ access }) => access === most.access).map(({ reason }) => reason);
      return [scope, { access: most.access, reason: [...new Set(reasons)].join('; ') }];
    }),
  );
}

function callJob(config: ImageConfig, architecture: Architecture): CallJob {
  const { name, jobs } = buildWorkflow(config, architecture);
  const readsSecrets = JSON.stringify(jobs).includes('secrets.');
  return {
    name,
    uses: `./.github/workflows/${buildFileName(architecture)}`,
    with: { tag: '${{ inputs.tag }}' },
    ...(readsSecrets && { secrets: 'inherit' }),
    remarks: {
      uses: 'zizmor: ignore[self-repository] of this very commit too, and the way that every tool knows',
      ...(readsSecrets && {
        secrets:
          'zizmor: ignore[secrets-inherit] the same repository; a called workflow reads not even the secrets of its ' +
          "own jobs' environment unless the caller lets it",
      }),
    },
    permissions: rightsOfAll(Object.values(jobs)),
  };
}

function mergeOfThisRun(config: ImageConfig): Job {
  const { architectures } = config;
  const digests = architectures.map((one) => `--digest "${one.name}=$${digestVariable(one)}"`);
  return mergeJob(config, {
    command: `merge --tag "$TAG" ${digests.join(' ')}`,
    step: {
      comment: 'By the digests of this run, never by tag: whoever moves an arch tag meanwhile changes nothing here.',
      env: {
        TAG: `\${{ steps.${TAGS}.outputs.tag }}`,
        ...Object.fromEntries(architectures.map((one) => [digestVariable(one), `\${{ ${digestOf(one)} }}`])),
      },
    },
    before: [computeTags()],
    job: {
      comment:
        'Only if every build of this run says what it pushed. Outputs and not results: a build that Spot interrupted has ' +
        'a failed job, and succeeded all the same at its second try.',
      needs: architectures.map(buildId),
      if: [...architectures.map((one) => `${digestOf(one)} != ''`), '!cancelled()'].join(' && '),
      concurrency: mergeConcurrency(tagOfRun(config)),
    },
  });
}

function verdictJob({ pipeline }: ImageConfig): Job {
  return {
    comment:
      'Green only if the tag names what this run has built. A merge that was skipped, or was cancelled in the queue by a ' +
      'newer one, would otherwise look like nothing at all.',
    name: 'Verdict',
    needs: [MERGE],
    if: 'always()',
    runsOn: [pipeline.hostedRunner],
    permissions: {},
    timeoutMinutes: VERDICT_MINUTES,
    steps: [
      {
        name: `The tag was not merged unless there is a digest; see the jobs before, then run "${MERGE_NAME}" or this again`,
        run: 'test -n "$DIGEST"',
        env: { DIGEST: `\${{ needs.${MERGE}.outputs.digest }}` },
      },
    ],
  };
}

/** `Publish`: the one click. */
export function publishWorkflow(config: ImageConfig): Workflow<Job | CallJob> {
  const { image, architectures } = config;
  return {
    name: PUBLISH_NAME,
    fileName: 'publish.yml',
    description: [
      `Builds ${image.reference} for every architecture and, when all of them are pushed, makes <tag> of exactly these ` +
        'images: one click from a commit to the name that people pull. If one build fails, no public tag moves.',
      'Its parts also run alone: each build is a workflow of its own, called from here, and ' +
        `"${MERGE_NAME}" merges what is there by tag.`,
      'To run it again choose "Re-run all jobs". "Re-run failed jobs" is enough where only the merge failed: it merges ' +
        'the images of this run.',
      ...registrySettings(config, registriesOf(image)),
    ].join('\n\n'),
    ...publishTriggers(config),
    concurrency: {
      group: `publish-${tagOfRun(config)}`,
      cancelInProgress: false,
      comment:
        'One run per tag at a time: a running one is never cut short. Of those that wait GitHub keeps only the newest and ' +
        'cancels the others, visibly. That is right: of a branch, the newest commit has what the ones before have; of a ' +
        'version, every run is of the same commit; other tags go to whoever asked last. No group of a called build is ' +
        'this one, or the run would wait for itself.',
    },
    jobs: {
      ...Object.fromEntries(architectures.map((one) => [buildId(one), callJob(config, one)])),
      [MERGE]: mergeOfThisRun(config),
      [VERDICT]: verdictJob(config),
    },
  };
}
