/**
 * Which tags a git ref or an input gives. The build, the merge, the documents
 * and `spot-image tags` all ask this one function.
 */
import { isTag } from './grammar';

/** What of a config the tags depend on. */
export interface TagRules {
  /** Branch → base tag. */
  readonly branchTags: Readonly<Record<string, string>>;
  /** Names of all architectures. */
  readonly architectures: readonly string[];
}

/** What a run knows of its own ref. */
export interface RefFacts {
  /** `refs/heads/…` or `refs/tags/…`. */
  readonly ref: string;
  /** The tag a person typed, or undefined or '' for none. */
  readonly input?: string;
}

/** The tags of one build. */
export interface Tags {
  /** Base tag: the public one, under which the merge puts the index. */
  readonly tag: string;
  /** Arch tag by architecture. */
  readonly archTags: Readonly<Record<string, string>>;
  /** Further public tags of the same index. */
  readonly aliases: readonly string[];
}

/** The tags, or why there are none. */
export type TagVerdict = ({ readonly ok: true } & Tags) | { readonly ok: false; readonly reason: string };

/** The arch tag: base tag, dash, architecture. */
export function archTag(tag: string, architecture: string): string {
  return `${tag}-${architecture}`;
}

/** The architecture whose suffix a tag ends with, or undefined. A tag that has one can never be a base tag. */
export function architectureOf(tag: string, architectures: readonly string[]): string | undefined {
  return architectures.find((name) => tag.endsWith(`-${name}`));
}

/** A tag without the suffixes of architectures at its end, however many there are. */
export function withoutSuffix(tag: string, architectures: readonly string[]): string {
  const suffix = architectureOf(tag, architectures);
  return suffix === undefined ? tag : withoutSuffix(tag.slice(0, -suffix.length - 1), architectures);
}

function refuse(reason: string): TagVerdict {
  return { ok: false, reason };
}

/** Is this a version tag: `v` and a digit? The `v` stays, on both sides. */
export function isVersionTag(tag: string): boolean {
  return /^v[0-9]/.test(tag);
}

function baseTag(rules: TagRules, { ref, input }: RefFacts): { tag: string } | { reason: string } {
  if (input) return { tag: input };
  const gitTag = /^refs\/tags\/(.+)$/.exec(ref)?.[1];
  if (gitTag !== undefined) {
    return isVersionTag(gitTag)
      ? { tag: gitTag }
      : {
          reason: `git tag "${gitTag}" is no version (v and a digit, such as v1.0.0), so it gives no image tag; type the tag as the workflow's input`,
        };
  }
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch !== undefined && Object.hasOwn(rules.branchTags, branch)) return { tag: rules.branchTags[branch] };
  const known = Object.keys(rules.branchTags).join(', ');
  return {
    reason: `"${ref}" gives no image tag: only the branches ${known} and tags v* do; type the tag as the workflow's input`,
  };
}

/**
 * The tags of a ref or an input, or why there are none. Never throws.
 *
 * An input wins over the ref. A base tag is a valid tag even with the longest
 * architecture suffix, and never ends with an architecture's suffix itself:
 * `latest-amd64` would be a public tag that only one architecture stands behind.
 */
export function resolveTags(rules: TagRules, facts: RefFacts): TagVerdict {
  const found = baseTag(rules, facts);
  if ('reason' in found) return refuse(found.reason);
  const { tag } = found;
  if (!isTag(tag)) {
    return refuse(`"${tag}" is no image tag: a letter, digit or _, then up to 127 letters, digits, . _ or -`);
  }
  const suffix = architectureOf(tag, rules.architectures);
  if (suffix !== undefined) {
    return refuse(
      `"${tag}" ends with -${suffix}, as the tag of one architecture does; give the base tag "${withoutSuffix(tag, rules.architectures)}"`,
    );
  }
  const archTags = Object.fromEntries(rules.architectures.map((name) => [name, archTag(tag, name)]));
  const tooLong = Object.values(archTags).find((t) => !isTag(t));
  if (tooLong !== undefined)
    return refuse(`"${tag}" is too long: with its architecture it has ${tooLong.length} characters, 128 are allowed`);
  return { ok: true, tag, archTags, aliases: [] };
}
