import { indexAnnotations } from '../../core/annotations';
import { type MergeCandidate, type MergeSource, mergeVerdict } from '../../core/merge';
import type { RuntimeConfig } from '../../core/runtime-config';
import type { Report } from '../edges/actions';
import { Refusal } from '../failure';
import type { ImageTools, IndexRequest } from './imagetools';

/** The index that may be pushed, and what it is made of. */
export interface MergePlan {
  readonly tag: string;
  readonly sources: readonly MergeSource[];
  readonly request: IndexRequest;
}

/** Where the index is now. */
export interface Merged {
  readonly digest: string;
  /** `reference:tag`, the image's own registry last. */
  readonly targets: readonly string[];
}

/**
 * Resolves every arch tag to a digest, once, and decides. From here on only digests count.
 *
 * @param archTags arch tag by architecture
 * @throws Refusal with every reason, if the images may not be merged
 */
export async function planMerge(
  tag: string,
  archTags: Readonly<Record<string, string>>,
  config: RuntimeConfig,
  tools: ImageTools,
): Promise<MergePlan> {
  const { reference } = config.image;
  const candidates = await Promise.all(
    config.architectures.map(async ({ name, platform, workflow }): Promise<MergeCandidate> => {
      const archTag = `${reference}:${archTags[name]}`;
      return { architecture: name, platform, tag: archTag, workflow, found: await tools.inspect(archTag) };
    }),
  );
  const verdict = mergeVerdict(candidates);
  if (!verdict.ok) throw new Refusal(verdict.reasons.join(' '));
  return {
    tag,
    sources: verdict.sources,
    request: {
      sources: verdict.sources.map(({ digest }) => `${reference}@${digest}`),
      annotations: indexAnnotations(config.image, { version: tag, revision: verdict.revision }),
    },
  };
}

/**
 * Pushes the index everywhere, the image's own registry last, and reads each tag back.
 * A failure leaves the tags that were not reached as they were; running it again completes.
 *
 * @throws Refusal if a registry fails, or a tag does not name what was pushed
 */
export async function executeMerge(
  { tag, request }: MergePlan,
  { image }: RuntimeConfig,
  tools: ImageTools,
  report: Report,
): Promise<Merged> {
  const targets = [...image.additional, image.reference].map((reference) => `${reference}:${tag}`);
  let first: string | undefined;
  for (const target of targets) {
    const digest = await tools.create(target, request);
    const readBack = (await tools.inspect(target))?.digest;
    if (readBack !== digest) {
      throw new Refusal(
        `${target} names ${readBack ?? 'nothing'} although ${digest} was pushed: somebody else moved it at the same moment. Merge again.`,
      );
    }
    first ??= digest;
    if (digest !== first)
      throw new Refusal(`${target} is ${digest}, but ${targets[0]} is ${first}: the registries hold different images. Merge again.`);
    report.log(`${target} is ${digest}.`);
  }
  return { digest: first ?? '', targets };
}
