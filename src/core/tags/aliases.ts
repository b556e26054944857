/**
 * Aliases: public tags beside a version's own, which move with the versions. They
 * only ever move forwards.
 */
import { compareVersionTags, parseVersionTag } from './version-tag';

/** What of a config aliases depend on. */
export interface AliasRules {
  /** Does a version have aliases? */
  readonly aliases: boolean;
}

/**
 * The aliases of a base tag, the narrowest first: of `v1.31.1.1` and of
 * `v1.31.1.1-2` they are `1.31.1.1`, `1.31.1`, `1.31` and `v1`. Only releases have
 * any: neither pre-releases nor tags of branches.
 *
 * All but the last have no `v`, so that none is ever the name of a version.
 * `v1` would be, hence a version of one number is refused where there are aliases.
 */
export function aliasesOf(tag: string, { aliases }: AliasRules): readonly string[] {
  const version = parseVersionTag(tag);
  if (!aliases || !version || version.preRelease || version.parts.length < 2) return [];
  const { parts } = version;
  const shorter = parts.slice(1).map((_, i) => parts.slice(0, parts.length - i).join('.'));
  return [...shorter, `v${parts[0]}`];
}

/** Could a version have this alias, whatever the version? Then nothing else may be called so. */
export function isAlias(tag: string, { aliases }: AliasRules): boolean {
  return aliases && /^(?:v[0-9]+|[0-9]+(?:\.[0-9]+)+)$/.test(tag);
}

/** What an alias names now. */
export type AliasTarget =
  /** There is no such tag. */
  | { readonly state: 'absent' }
  /** The version that its image says it is: the label `org.opencontainers.image.version`. */
  | { readonly state: 'present'; readonly version: string | undefined };

/** Which way an alias goes. Only `move` writes it; `stay` is a success, `refuse` a failure for people to mend. */
export type AliasVerdict =
  | { readonly go: 'move' }
  | { readonly go: 'stay'; readonly reason: string }
  | { readonly go: 'refuse'; readonly reason: string };

/**
 * May this alias name the candidate? A rebuild of an older version leaves it
 * where it is. What cannot be compared is never overwritten.
 *
 * @param candidate base tag that was merged
 */
export function aliasVerdict(alias: string, current: AliasTarget, candidate: string): AliasVerdict {
  const next = parseVersionTag(candidate);
  if (!next || !aliasesOf(candidate, { aliases: true }).includes(alias))
    return { go: 'refuse', reason: `${alias} is no alias of ${candidate}.` };
  if (current.state === 'absent') return { go: 'move' };
  // published as a version before there were aliases: it never changes
  if (current.version === alias) return { go: 'stay', reason: `${alias} is a version of its own, so it is no alias of ${candidate}.` };
  const version = current.version === undefined ? undefined : parseVersionTag(current.version);
  if (!version || version.preRelease) {
    const names = current.version === undefined ? 'an image that says no version' : `the version "${current.version}"`;
    return {
      go: 'refuse',
      reason: `${alias} names ${names}, so nobody knows whether ${candidate} is newer. Delete ${alias}, then merge again.`,
    };
  }
  if (compareVersionTags(version, next) <= 0) return { go: 'move' };
  return { go: 'stay', reason: `${alias} stays at ${current.version}, which is newer than ${candidate}.` };
}
