import type { Command, Result } from '../command';
import { cosign } from '../registry/cosign';
import { aliasTargets, forwards } from '../registry/forwards';
import { imageTools } from '../registry/imagetools';
import { mergeOrder } from '../registry/merge-order';
import { planMerge } from '../registry/merge-plan';
import { mergeSummary, platformRows } from '../registry/merge-summary';
import { publish } from '../registry/publish';

/** `merge`: the architectures' images under one tag. */
export const mergeCommand: Command = {
  name: 'merge',
  summary: "Puts the architectures' images of one base tag under one index.",
  help: `--tag TAG [--only ARCH,…] [--digest ARCH=DIGEST …] [--force --reason TEXT] [--dry-run] [--json]

  --tag TAG            The base tag, such as latest or v1.0.0, without architecture.
  --only ARCH,…        Merge only these; an annotation of the index says so. Empty: all.
  --digest ARCH=DIGEST Merge this digest instead of what the arch tag names. Once for
                       every architecture that is merged.
  --dry-run            Check everything and print the index; push nothing.
  --force              Replace a version, or move a branch's tag back. For people only:
                       refused in GitHub Actions.
  --reason TEXT        Why; it becomes an annotation of the index.

Every arch tag is resolved to a digest once; the index is made of digests. They must
be of one commit, version, base and parts. A version tag (v and a digit) never
changes: the same images again are a success, others are refused. A version that was
merged with --only may get its other architectures later. The tag of a branch and the
aliases of versions only go forwards: by the order of commits, and of versions.

It needs "docker buildx" 0.32 or newer, logged in to the registries.

Environment: BUILDX is the buildx program, for machines without docker. GitHub is
asked with GITHUB_TOKEN, in GITHUB_REPOSITORY, where a branch's tag moves.

Outputs: digest, tag.
`,
  options: {
    tag: { type: 'string' },
    only: { type: 'string' },
    digest: { type: 'string', multiple: true },
    'dry-run': { type: 'boolean' },
    force: { type: 'boolean' },
    reason: { type: 'string' },
  },
  async run(values, context): Promise<Result> {
    const config = context.config();
    const order = mergeOrder(values, config, context.env);
    const tools = imageTools(context.shell, context.env.BUILDX || undefined);
    const token = context.env.GITHUB_TOKEN || undefined;
    const mayMove = forwards(config, () => context.github(token), token !== undefined);
    const [plan, aliases] = await Promise.all([
      planMerge(order, config, tools, context.report, mayMove),
      aliasTargets(order, config, tools, context.report),
    ]);
    const { tag, sources, request, kept } = plan;
    const { reference } = config.image;
    const table = sources.map(({ platform, image }) => `  ${platform.padEnd(16)} ${image.digest}`).join('\n');
    if (values['dry-run']) {
      const index = await tools.preview(request);
      return {
        json: { dryRun: true, tag, sources, annotations: request.annotations, index, ...(kept ? { kept } : {}) },
        text: `${reference}:${tag} would be\n${table}\n${JSON.stringify(index, undefined, 2)}`,
        outputs: {},
      };
    }
    const [{ digest, targets, written }, rows] = await Promise.all([
      publish(plan, aliases, tools, context.report, config.signature && cosign(context.shell, config.signature)),
      platformRows(sources, reference, tools),
    ]);
    context.report.summary(mergeSummary({ tag, digest, targets }, rows, context.clock.now()));
    return {
      json: { tag, digest, targets, written, sources, platforms: rows, annotations: request.annotations },
      text: `${digest}\n${table}\n${targets.join('\n')}`,
      outputs: { tag, digest },
    };
  },
};
