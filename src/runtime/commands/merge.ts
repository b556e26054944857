import { tagRules, tagsOf } from '../../core/tags';
import type { Command, Result } from '../command';
import { Refusal, UsageError } from '../failure';
import { imageTools } from '../registry/imagetools';
import { executeMerge, planMerge } from '../registry/merge';

/** `merge`: the architectures' images under one tag. */
export const mergeCommand: Command = {
  name: 'merge',
  summary: "Puts the architectures' images of one base tag under one index.",
  help: `--tag TAG [--dry-run] [--json]

  --tag TAG    The base tag, such as latest or v1.0.0, without architecture.
  --dry-run    Check everything and print the index; push nothing.

Every arch tag is resolved to a digest once; the index is made of digests. It needs
"docker buildx" 0.32 or newer, logged in to the registries.

Environment: BUILDX is the buildx program, for machines without docker.

Outputs: digest, tag.
`,
  options: { tag: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  async run(values, context): Promise<Result> {
    const config = context.config();
    if (typeof values.tag !== 'string' || values.tag === '')
      throw new UsageError('--tag is missing: the base tag to merge, such as latest.');
    const verdict = tagsOf(tagRules(config, config.architectures), values.tag);
    if (!verdict.ok) throw new Refusal(verdict.reason);
    const tools = imageTools(context.shell, context.env.BUILDX || undefined);
    const plan = await planMerge(verdict.tag, verdict.archTags, config, tools);
    const { tag, sources, request } = plan;
    const table = sources.map(({ platform, digest }) => `  ${platform.padEnd(16)} ${digest}`).join('\n');
    if (values['dry-run']) {
      const index = await tools.preview(request);
      return {
        json: { dryRun: true, tag, sources, annotations: request.annotations, index },
        text: `${config.image.reference}:${tag} would be\n${table}\n${JSON.stringify(index, undefined, 2)}`,
        outputs: {},
      };
    }
    const { digest, targets } = await executeMerge(plan, config, tools, context.report);
    return {
      json: { tag, digest, targets, sources, annotations: request.annotations },
      text: `${digest}\n${table}\n${targets.join('\n')}`,
      outputs: { tag, digest },
    };
  },
};
