import { mergeAnnotations } from '../../core/merge/annotations';
import { type Content, createdOf, revisionOf, revisionsOf } from '../../core/merge/content';
import { sameImages, versionVerdict } from '../../core/merge/immutable';
import { type MergeCandidate, type MergeSource, mergeVerdict } from '../../core/merge/verdict';
import { normalisePlatform } from '../../core/platform';
import type { RuntimeConfig } from '../../core/runtime-config';
import { isVersionTag } from '../../core/tags';
import type { Report } from '../edges/actions';
import { Refusal } from '../failure';
import type { ImageTools, IndexRequest } from './imagetools';

/** What is to be merged, as the command line says. */
export interface MergeOrder {
  /** Base tag. */
  readonly tag: string;
  /** Arch tag by architecture. */
  readonly archTags: Readonly<Record<string, string>>;
  /** Further public tags of a version. */
  readonly aliases: readonly string[];
  /** Did somebody name the architectures? Then the tag may lose one that it has. */
  readonly limited?: boolean;
  /** Names of the architectures to merge, in the config's order. */
  readonly architectures: readonly string[];
  /** Digest by architecture: what to merge instead of the arch tags. */
  readonly digests?: Readonly<Record<string, string>>;
  /** Why a person wants what is public replaced. */
  readonly forced?: string;
}

/**
 * May a public tag go from one commit to another? Undefined for yes, else why not.
 *
 * @param from '' where what it names says none
 * @param to undefined where the images say none
 */
export type MayMove = (tag: string, from: string, to: string | undefined) => Promise<string | undefined>;

/** A public tag that is to be written or kept. */
export interface Target {
  /** `reference:tag`. */
  readonly name: string;
  /** What it named when it was decided upon; undefined where there was none. */
  readonly present: string | undefined;
}

/** The index that may be pushed, what it is made of, and where it goes. */
export interface MergePlan {
  readonly tag: string;
  readonly sources: readonly MergeSource[];
  readonly revision: string | undefined;
  /** How to make the index; where `kept` is known, how to copy it. */
  readonly request: IndexRequest;
  /** Digest of the index that is public already and stays. */
  readonly kept?: string;
  /** The base tag in every registry, the image's own last. */
  readonly targets: readonly Target[];
}

async function candidate(order: MergeOrder, architecture: string, config: RuntimeConfig, tools: ImageTools): Promise<MergeCandidate> {
  const { reference } = config.image;
  const { platform, workflow } = config.architectures.find(({ name }) => name === architecture) as RuntimeConfig['architectures'][number];
  const digest = order.digests?.[architecture];
  const name = digest ? `${reference}@${digest}` : `${reference}:${order.archTags[architecture]}`;
  return { architecture, platform, name, workflow, found: await tools.inspect(name) };
}

/** Tells where an arch tag names something else than the digest that was given: worth knowing, no fault. */
async function tellMoved(order: MergeOrder, { image }: RuntimeConfig, tools: ImageTools, report: Report): Promise<void> {
  await Promise.all(
    Object.entries(order.digests ?? {}).map(async ([architecture, digest]) => {
      const name = `${image.reference}:${order.archTags[architecture]}`;
      report.log(`${architecture} is ${digest}, as given.`);
      const now = await tools.digest(name).catch(() => digest);
      if (now !== digest) report.log(`Notice: ${name} is ${now ?? 'gone'} by now. What was given is merged.`);
    }),
  );
}

/** Why a version tag may not name these images in one registry. The reason says since when it names others. */
async function versionFault(target: string, present: Content | undefined, sources: readonly MergeSource[], tools: ImageTools) {
  const images = sources.map(({ image }) => image);
  const verdict = versionVerdict(target, present, images);
  if (verdict.go !== 'refuse') return verdict;
  const dated = present?.images.some(createdOf) ? present : await tools.inspect(target).catch(() => undefined);
  return versionVerdict(target, dated ?? present, images);
}

/**
 * The commits that a tag names now, in whatever registry, where it names other images than
 * those that are to be under it; '' for a commit that is not said. An index that was not made
 * by a merge may leave it to its images.
 */
async function commitsUnder(
  names: readonly string[],
  present: readonly (Content | undefined)[],
  sources: readonly MergeSource[],
  tools: ImageTools,
) {
  const images = sources.map(({ image }) => image);
  const commits = await Promise.all(
    names.map(async (name, i) => {
      const there = present[i];
      if (!there || sameImages(there.images, images)) return [];
      const configs = revisionOf(there) === undefined ? await tools.inspect(name).catch(() => undefined) : there;
      return configs ? revisionsOf(configs) : [''];
    }),
  );
  return new Set(commits.flat());
}

/**
 * Resolves every arch tag to a digest, once, and decides. From here on only digests
 * count: what their tags name later is of no interest.
 *
 * @throws Refusal with every reason, if the images may not be merged or the tag may not name them
 */
export async function planMerge(
  order: MergeOrder,
  config: RuntimeConfig,
  tools: ImageTools,
  report: Report,
  mayMove: MayMove,
): Promise<MergePlan> {
  const { image } = config;
  const { tag } = order;
  const names = [...image.additional, image.reference].map((reference) => `${reference}:${tag}`);
  const [candidates, present] = await Promise.all([
    Promise.all(order.architectures.map((name) => candidate(order, name, config, tools))),
    Promise.all(names.map((name) => tools.look(name))),
    tellMoved(order, config, tools, report),
  ]);
  const verdict = mergeVerdict(candidates, tag);
  if (!verdict.ok) throw refusal(verdict.reasons);
  const { sources, revision } = verdict;
  const targets = names.map((name, i) => ({ name, present: present[i]?.digest }));
  const own = present[present.length - 1];
  let kept: string | undefined;
  const reasons: string[] = [];
  if (isVersionTag(tag)) {
    const verdicts = await Promise.all(names.map((name, i) => versionFault(name, present[i], sources, tools)));
    if (verdicts[verdicts.length - 1].go === 'keep') kept = own?.digest;
    if (!order.forced) reasons.push(...verdicts.flatMap((one) => (one.go === 'refuse' ? one.reason : [])));
    if (!order.forced && verdicts.every(({ go }) => go === 'publish')) {
      const fault = await mayMove(tag, '', revision);
      if (fault !== undefined) reasons.push(fault);
    }
  } else if (!order.forced) {
    const faults = await Promise.all([...(await commitsUnder(names, present, sources, tools))].map((from) => mayMove(tag, from, revision)));
    reasons.push(...faults.filter((fault) => fault !== undefined));
    const lost = new Set(present.flatMap((there) => there?.images ?? []).map(({ platform }) => normalisePlatform(platform)));
    for (const { platform } of sources) lost.delete(platform);
    if (lost.size > 0 && !order.limited)
      reasons.push(
        `${tag} has an image for ${[...lost].join(', ')} now, which this merge would take away. ` +
          'Run the merge from the branch whose config has that architecture, or name the architectures that it is to have (--only).',
      );
  }
  if (reasons.length > 0) throw refusal(reasons);
  const subset = order.architectures.length < config.architectures.length ? order.architectures : undefined;
  return {
    tag,
    sources,
    revision,
    targets,
    ...(kept
      ? { kept, request: { sources: [`${image.reference}@${kept}`], annotations: {} } }
      : {
          request: {
            sources: sources.map(({ digest }) => `${image.reference}@${digest}`),
            annotations: mergeAnnotations(image, {
              tag,
              revision,
              subset,
              forced: present.some((there) => there) ? order.forced : undefined,
            }),
          },
        }),
  };
}

function refusal(reasons: readonly string[]): Refusal {
  if (reasons.length === 1) return new Refusal(reasons[0]);
  return new Refusal(`${reasons.length} reasons against this merge:\n${reasons.map((reason) => `- ${reason}`).join('\n')}`);
}
