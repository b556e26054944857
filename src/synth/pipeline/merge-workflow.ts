/** The workflow that puts the architectures of one base tag under one name. */
import type { ImageConfig } from '../../core/config';
import { registriesOf } from '../../core/registry-credentials';
import { archTag } from '../../core/tags';
import { MERGE_MINUTES } from './limits';
import { checkoutScript, installBuildx, login, pushPermission, registrySettings, script } from './steps';
import { read, type Workflow } from './workflow';

/** Name of the workflow, as GitHub shows it. */
export const MERGE_NAME = 'Merge Multi-Arch Manifests';

const MANIFESTS_ONLY = 'Reads and writes manifests; a layer passes through this machine only on its way to another registry.';

/** `Merge Multi-Arch Manifests`, started by hand with the base tag. */
export function mergeWorkflow(config: ImageConfig): Workflow {
  const registries = registriesOf(config.image);
  const parts = config.architectures.map(({ name }) => archTag('<tag>', name)).join(', ');
  return {
    name: MERGE_NAME,
    fileName: 'merge-manifests.yml',
    description: [
      `Makes ${config.image.reference}:<tag> of ${parts}: one name, under which every machine finds the image for its own ` +
        'architecture. Run it when the builds of that tag are done.',
      ...registrySettings(config, registries),
    ].join('\n\n'),
    on: {
      workflowDispatch: {
        inputs: {
          tag: { description: 'Base tag without architecture, such as latest or v1.0.0', required: true, type: 'string' },
          architectures: {
            description: `Only these architectures, such as ${config.architectures[0].name}; empty for all`,
            required: false,
            type: 'string',
          },
        },
      },
    },
    concurrency: {
      group: 'merge-${{ inputs.tag }}',
      cancelInProgress: false,
      comment:
        'One merge per tag at a time, so that the older of two is never the last to write. Of those that wait only the ' +
        'newest is kept: it does what the others would have done.',
    },
    jobs: {
      merge: {
        name: 'Merge',
        runsOn: [config.pipeline.hostedRunner],
        permissions: {
          contents: read('check out the script, and compare commits before the tag of a branch moves'),
          ...pushPermission(config, registries, 'read the images of the architectures, write the index'),
        },
        timeoutMinutes: MERGE_MINUTES,
        steps: [
          checkoutScript(config),
          installBuildx(config),
          ...registries.map((registry, i) => login(config, registry, i === 0 ? MANIFESTS_ONLY : undefined)),
          script('merge --tag "$TAG" --only "$ARCHITECTURES"', {
            name: 'Merge',
            comment: 'What a person typed reaches the shell as a variable, never as part of the command.',
            env: { TAG: '${{ inputs.tag }}', ARCHITECTURES: '${{ inputs.architectures }}', GITHUB_TOKEN: '${{ github.token }}' },
          }),
        ],
      },
    },
  };
}
