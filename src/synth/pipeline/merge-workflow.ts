/** The workflow that puts the architectures of one base tag under one name. */
import type { ImageConfig } from '../../core/config';
import { registriesOf } from '../../core/registry-credentials';
import { archTag } from '../../core/tags';
import { MERGE, mergeConcurrency, mergeJob } from './merge-job';
import { MERGE_NAME, PUBLISH_NAME } from './names';
import { registrySettings } from './steps';
import type { Workflow } from './workflow';

/** `Merge Multi-Arch Manifests`, started by hand with the base tag. */
export function mergeWorkflow(config: ImageConfig): Workflow {
  const registries = registriesOf(config.image);
  const parts = config.architectures.map(({ name }) => archTag('<tag>', name)).join(', ');
  return {
    name: MERGE_NAME,
    fileName: 'merge-manifests.yml',
    description: [
      `Makes ${config.image.reference}:<tag> of ${parts}: one name, under which every machine finds the image for its own ` +
        `architecture. Run it when the builds of that tag are done; "${PUBLISH_NAME}" builds and merges in one run.`,
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
    concurrency: mergeConcurrency('${{ inputs.tag }}'),
    jobs: {
      [MERGE]: mergeJob(config, {
        command: 'merge --tag "$TAG" --only "$ARCHITECTURES"',
        step: {
          comment: 'What a person typed reaches the shell as a variable, never as part of the command.',
          env: { TAG: '${{ inputs.tag }}', ARCHITECTURES: '${{ inputs.architectures }}' },
        },
      }),
    },
  };
}
