import { archTag } from '../../core/tags';
import type { Command } from '../command';
import { digestOf } from '../registry/buildx';
import { architectureFrom, variable } from '../run';

/** `published`: what an arch tag names before it moves. */
export const publishedCommand: Command = {
  name: 'published',
  summary: 'Looks up the image that the next push will replace.',
  help: `--arch NAME [--json]

  --arch NAME   The architecture that is to be pushed.

Nothing depends on it but the comparison in the summary: where the registry has no
such image, or does not say, the output is empty.

Environment: TAG, the base tag; BUILDX is the buildx program, for machines without docker.

Outputs: digest.
`,
  options: { arch: { type: 'string' } },
  async run(values, context) {
    const config = context.config();
    const { name } = architectureFrom(values, config);
    const reference = `${config.image.reference}:${archTag(variable(context.env, 'TAG', "the workflow's step gives it"), name)}`;
    const digest = (await digestOf(context, reference)) ?? '';
    return {
      json: { reference, digest },
      text: digest === '' ? `${reference} is not known to exist.` : `${reference} is ${digest} now.`,
      outputs: { digest },
    };
  },
};
