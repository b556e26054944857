/** The job that builds one architecture. */
import { SECOND_TRY, type TryJobs } from '../../core/build-jobs';
import type { Architecture, ImageConfig } from '../../core/config';
import { buildWorkflowName } from '../../core/runtime-config';
import { launched, outputsOf } from './spot-jobs';
import { bakeAndTell, checkout, computeTags, login, pushPermission, script, setupBuildx, TAGS } from './steps';
import { type Job, read, type Step } from './workflow';

/** Id of the step that asks for the image which the push will replace. */
const PUBLISHED = 'published';

/** Id of the step that tells what was pushed. */
const PUSHED = 'pushed';

/** Where buildx writes what came of a target; outside of the checkout. */
const metadataFile = (name: string) => `\${{ runner.temp }}/${name}.json`;

/** Builds one architecture on a runner that is kept ready, tests it, and only then pushes it under its arch tag. */
export function hostedBuildJob(config: ImageConfig, architecture: Architecture, runner: string): Job {
  return {
    name: buildWorkflowName(architecture),
    runsOn: [runner],
    ...rights(config),
    steps: [checkout(config), setupBuildx(config), computeTags(), ...buildSteps(config, architecture)],
  };
}

/** The same on the machine that one of the two tries has launched. */
export function spotBuildJob(config: ImageConfig, architecture: Architecture, ids: TryJobs): Job {
  const again = ids === SECOND_TRY;
  const { hostedFallback } = config.pipeline;
  const isPresent = `${launched(ids, 'attempt')} == github.run_attempt`;
  return {
    ...(again
      ? {
          comment: 'The same build on the machine of the second try.',
          name: `${buildWorkflowName(architecture)} again`,
          // of the jobs before some have failed, which is why this one runs
          if: `${isPresent} && !cancelled()`,
        }
      : {
          comment:
            'Builds on the machine that was launched for it. The condition: "Re-run failed jobs" keeps the launch of ' +
            'the earlier attempt, whose machine is gone, and the job would wait a day for it. It may fail without ' +
            "ending the run, since there may be a second try; the verdict is the last job's.",
          name: buildWorkflowName(architecture),
          if: isPresent,
          continueOnError: true,
        }),
    needs: [ids.launch],
    runsOn: [`\${{ ${launched(ids, 'label')} }}`],
    remarks: {
      'runs-on': hostedFallback ? "only this machine's, or GitHub's own runner as a last resort" : 'a label that only this machine has',
    },
    ...rights(config),
    steps: [
      checkout(config),
      attest(config, architecture, ids),
      ...(hostedFallback ? [setupBuildx(config, { if: `${launched(ids, 'market')} == 'hosted'` })] : []),
      computeTags(),
      ...buildSteps(config, architecture),
    ],
  };
}

function rights(config: ImageConfig): Pick<Job, 'permissions' | 'timeoutMinutes' | 'outputs'> {
  return {
    permissions: {
      contents: read('check out the Dockerfile and what it copies'),
      ...pushPermission(config, [config.image.registry], config.pipeline.cache ? 'push the image and its layer cache' : 'push the image'),
    },
    timeoutMinutes: config.pipeline.buildTimeoutMinutes,
    outputs: outputsOf(PUSHED, ['digest', 'reference']),
  };
}

/** No build on any other machine than the one that was launched for it. */
function attest({ pipeline }: ImageConfig, { name }: Architecture, ids: TryJobs): Step {
  const announced = (output: Parameters<typeof launched>[1]) => `\${{ ${launched(ids, output)} }}`;
  return script(`attest --arch ${name}`, {
    name: 'Attest the machine',
    comment:
      'Is this the machine that was launched for this job? Its own word, written by root before any job could reach ' +
      'it, against what the launch announced.',
    ...(pipeline.hostedFallback && { if: `${launched(ids, 'market')} != 'hosted'` }),
    env: {
      EXPECTED_INSTANCE_ID: announced('instance-id'),
      EXPECTED_RUNNER_NAME: announced('runner-name'),
      EXPECTED_NONCE: announced('nonce'),
      EXPECTED_INSTANCE_TYPE: announced('instance-type'),
      EXPECTED_ZONE: announced('zone'),
    },
  });
}

function buildSteps(config: ImageConfig, { name }: Architecture): Step[] {
  const env = {
    TAG: `\${{ steps.${TAGS}.outputs.tag }}`,
    REVISION: `\${{ steps.${TAGS}.outputs.revision }}`,
    CREATED: `\${{ steps.${TAGS}.outputs.created }}`,
    SOURCE_DATE_EPOCH: `\${{ steps.${TAGS}.outputs.source-date-epoch }}`,
  };
  return [
    bakeAndTell(`smoke-${name}`, {
      name: 'Build and smoke-test',
      comment: gate(config),
      env: { ...env, METADATA_FILE: metadataFile('smoke') },
    }),
    login(config, config.image.registry, 'Only now: neither the build nor the smoke test could have used the credentials.'),
    script(`published --arch ${name}`, {
      name: 'Look up the image of today',
      id: PUBLISHED,
      env: { TAG: env.TAG },
    }),
    bakeAndTell(`push-${name}`, {
      name: 'Push',
      comment: 'The very layers that passed: all of them from this machine, none from the registry.',
      env: { ...env, METADATA_FILE: metadataFile('push') },
    }),
    script(`pushed --arch ${name}`, {
      name: 'Tell what was pushed',
      id: PUSHED,
      comment: 'By the digest that the push itself got, never by what the tag names afterwards.',
      env: {
        PUSH_METADATA: metadataFile('push'),
        SMOKE_METADATA: metadataFile('smoke'),
        LAST_DIGEST: `\${{ steps.${PUBLISHED}.outputs.digest }}`,
      },
    }),
  ];
}

function gate({ pipeline }: ImageConfig): string {
  const rule = 'The gate: nothing is pushed before it is built and has passed its smoke stage.';
  return pipeline.cache ? `${rule} The layer cache is read without credentials, so it helps only if its package is public.` : rule;
}
