/** The job that builds one architecture. */
import { hostBuilder } from '../../core/architecture';
import type { Architecture, ImageConfig } from '../../core/config';
import { buildWorkflowName } from '../../core/runtime-config';
import { LAUNCH } from './job-ids';
import { bake, checkout, computeTags, login, pushPermission, setupBuildx, TAGS } from './steps';
import { type Job, read } from './workflow';

/** Builds one architecture, tests it, and only then pushes it under its arch tag. */
export function buildJob(config: ImageConfig, architecture: Architecture): Job {
  const host = hostBuilder(architecture);
  const env = {
    TAG: `\${{ steps.${TAGS}.outputs.tag }}`,
    REVISION: `\${{ steps.${TAGS}.outputs.revision }}`,
    CREATED: `\${{ steps.${TAGS}.outputs.created }}`,
    SOURCE_DATE_EPOCH: `\${{ steps.${TAGS}.outputs.source-date-epoch }}`,
  };
  return {
    name: buildWorkflowName(architecture),
    ...(host.kind === 'spot'
      ? {
          comment:
            'Builds on the machine that was launched for it. The condition: "Re-run failed jobs" keeps the launch of ' +
            'the earlier attempt, whose machine is gone, and the job would wait a day for it.',
          needs: [LAUNCH],
          if: `needs.${LAUNCH}.outputs.attempt == github.run_attempt`,
          runsOn: [`\${{ needs.${LAUNCH}.outputs.label }}`],
          remarks: { 'runs-on': 'a label that only this machine has' },
        }
      : { runsOn: [host.runner] }),
    permissions: {
      contents: read('check out the Dockerfile and what it copies'),
      ...pushPermission(config, [config.image.registry], config.pipeline.cache ? 'push the image and its layer cache' : 'push the image'),
    },
    timeoutMinutes: config.pipeline.buildTimeoutMinutes,
    steps: [
      checkout(config),
      ...(host.kind === 'hosted' ? [setupBuildx(config)] : []),
      computeTags(
        host.kind === 'spot'
          ? {
              env: { INPUT_TAG: '${{ inputs.tag }}', GITHUB_TOKEN: '${{ github.token }}' },
              remarks: { 'env.GITHUB_TOKEN': "to ask for the commit's time: this machine has no git" },
            }
          : {},
      ),
      bake(`smoke-${architecture.name}`, {
        name: 'Build and smoke-test',
        comment: gate(config),
        env,
      }),
      login(config, config.image.registry, 'Only now: neither the build nor the smoke test could have used the credentials.'),
      bake(`push-${architecture.name}`, {
        name: 'Push',
        comment: 'The very layers that passed: all of them from this machine, none from the registry.',
        env,
      }),
    ],
  };
}

function gate({ pipeline }: ImageConfig): string {
  const rule = 'The gate: nothing is pushed before it is built and has passed its smoke stage.';
  return pipeline.cache ? `${rule} The layer cache is read without credentials, so it helps only if its package is public.` : rule;
}
