import { type BuildMetadata, readBuildMetadata } from '../../core/build-metadata';
import { isSha256 } from '../../core/checksum';
import type { Command, Context } from '../command';
import { messageOf, Refusal } from '../failure';
import { layersOf, timesOf } from '../registry/buildx';
import { pushedSummary } from '../registry/pushed-summary';
import { architectureFrom, variable } from '../run';

function metadata(context: Context, name: string, target: string): BuildMetadata {
  const file = variable(context.env, name, "the workflow's step gives it");
  try {
    return readBuildMetadata(context.readFile(file), target);
  } catch (error) {
    throw new Refusal(`Cannot use ${file}: ${messageOf(error)}. buildx writes it with --metadata-file.`);
  }
}

/** The times of the build that was tested. They are worth a table, not a failure. */
async function stages(context: Context, target: string) {
  try {
    const { build } = metadata(context, 'SMOKE_METADATA', target);
    return build === undefined ? [] : await timesOf(context, build);
  } catch (error) {
    context.report.log(`The times of the build are unknown: ${messageOf(error)}`);
    return [];
  }
}

/** `pushed`: what a push has put into the registry. */
export const pushedCommand: Command = {
  name: 'pushed',
  summary: 'Tells by digest what was pushed, and how it differs from the last one.',
  help: `--arch NAME [--json]

  --arch NAME   The architecture that was pushed.

The digest is the one that buildx had from the registry, never what a tag names
afterwards. Sizes and times go into the run's summary; where they are unknown it says so.

Environment: PUSH_METADATA and SMOKE_METADATA, what buildx wrote with --metadata-file;
LAST_DIGEST, what the tag named before the push, or empty; BUILDX is the buildx program,
for machines without docker.

Outputs: digest, reference (with the digest).
`,
  options: { arch: { type: 'string' } },
  async run(values, context) {
    const config = context.config();
    const { name } = architectureFrom(values, config);
    const { image } = config;
    const { digest } = metadata(context, 'PUSH_METADATA', `push-${name}`);
    if (digest === undefined)
      throw new Refusal(`buildx names no digest for the push of ${name}, so it is not known what was pushed. See the log of the push.`);
    const reference = `${image.reference}@${digest}`;
    const outputs = { digest, reference };
    const before = context.env.LAST_DIGEST ?? '';
    const [layers, lastLayers, times] = await Promise.all([
      layersOf(context, image.reference, digest),
      isSha256(before) ? layersOf(context, image.reference, before) : undefined,
      stages(context, `smoke-${name}`),
    ]);
    const last = isSha256(before) ? { digest: before, layers: lastLayers } : undefined;
    context.report.summary(pushedSummary({ architecture: name, reference, layers, last, stages: times }));
    return { json: { ...outputs, layers, last, stages: times }, text: `Pushed ${reference}.`, outputs };
  },
};
