/**
 * Which tags a run gives, and what its image says of itself. The build, the
 * merge, the documents and `spot-image tags` all ask this one function; its parts
 * are in `tags/`.
 */
import { type Annotations, buildLabels, type ImageFacts, indexAnnotations } from './annotations';
import { aliasesOf } from './tags/aliases';
import { archTag, baseTagFault } from './tags/arch-tag';
import { type BaseTagRules, baseTag, type RefFacts } from './tags/base-tag';

export { architectureOf, archTag, withoutSuffix } from './tags/arch-tag';
export type { GitTagFact, RefFacts } from './tags/base-tag';
export { isVersionTag } from './tags/version-tag';

/** What of a config the tags depend on. */
export interface TagRules extends BaseTagRules {
  /** Names of all architectures. */
  readonly architectures: readonly string[];
}

/** The tags of one build. */
export interface Tags {
  /** Base tag: the public one, under which the merge puts the index. */
  readonly tag: string;
  /** Arch tag by architecture. No public tag is among them: a build of one architecture never writes one. */
  readonly archTags: Readonly<Record<string, string>>;
  /** Further public tags of the same index, the narrowest first. */
  readonly aliases: readonly string[];
}

/** The tags, or why there are none. */
export type TagVerdict = ({ readonly ok: true } & Tags) | { readonly ok: false; readonly reason: string };

/**
 * What a base tag stands for, whoever asks: the merge does, for what a person typed.
 * Whether a build may claim it is `resolveTags`' question. Never throws.
 */
export function tagsOf({ architectures, aliases }: TagRules, tag: string): TagVerdict {
  const reason = baseTagFault(tag, architectures);
  if (reason !== undefined) return { ok: false, reason };
  return {
    ok: true,
    tag,
    archTags: Object.fromEntries(architectures.map((name) => [name, archTag(tag, name)])),
    aliases: aliasesOf(tag, { aliases }),
  };
}

/** The tags of a build of this ref or input, or why there are none. Never throws. */
export function resolveTags(rules: TagRules, facts: RefFacts): TagVerdict {
  const claimed = baseTag(rules, facts);
  return 'reason' in claimed ? { ok: false, reason: claimed.reason } : tagsOf(rules, claimed.tag);
}

/** All that a build gives its image. */
export interface Publication extends Tags {
  /** Labels of each architecture's image, besides those that the Dockerfile sets. */
  readonly labels: Annotations;
  /** Annotations of the index. */
  readonly annotations: Annotations;
}

/** What a run knows. */
export interface RunFacts extends RefFacts {
  /** When the commit was made, RFC 3339, or undefined where it is not known. */
  readonly created?: string;
}

/**
 * The one function: from git ref, event, input, config and facts of the repository
 * to all names and descriptions of an image. Never throws.
 */
export function publication(
  rules: TagRules,
  image: ImageFacts,
  facts: RunFacts,
): ({ readonly ok: true } & Publication) | { readonly ok: false; readonly reason: string } {
  const verdict = resolveTags(rules, facts);
  if (!verdict.ok) return verdict;
  const build = { version: verdict.tag, revision: facts.sha, created: facts.created };
  return { ...verdict, labels: buildLabels(build), annotations: indexAnnotations(image, build) };
}

/** The part of a config, resolved or as the script reads it, that tags depend on. */
export interface TagConfig {
  readonly branchTags: Readonly<Record<string, string>>;
  readonly aliases: boolean;
}

/** Takes from a config what tags depend on. */
export function tagRules({ branchTags, aliases }: TagConfig, architectures: readonly { readonly name: string }[]): TagRules {
  return { branchTags, aliases, architectures: architectures.map(({ name }) => name) };
}
