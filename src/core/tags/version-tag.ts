/**
 * Version tags, `v1.31.1.1-2`: any number of numeric parts, since OpenResty's
 * have four, and behind a dash the revision of the image or the words of a
 * pre-release. Semantic versioning has neither four parts nor revisions.
 */

/** What a version tag says. */
export interface VersionTag {
  /** Its numbers, at least one. */
  readonly parts: readonly number[];
  /** Which image of this version it is, from 1; undefined for the first one, which has no number. */
  readonly revision?: number;
  /** Words of a pre-release, `['rc', '1']`; undefined for a release. */
  readonly preRelease?: readonly string[];
}

/** Nine digits at most, so that every number is exact. */
const NUMBER = '(?:0|[1-9][0-9]{0,8})';
const VERSION = new RegExp(`^v(${NUMBER}(?:\\.${NUMBER})*)(?:-([1-9][0-9]{0,8}))?(?:-([A-Za-z][0-9A-Za-z-]*(?:\\.[0-9A-Za-z-]+)*))?$`);

/** Is this a version tag: `v` and a digit? The `v` stays, on both sides. Such a tag never changes once it is public. */
export function isVersionTag(tag: string): boolean {
  return /^v[0-9]/.test(tag);
}

/**
 * Reads a version tag; undefined for one that has no place in an order, such as
 * `v1.02` or `v1_final`. These stay version tags: they are immutable, and have no aliases.
 */
export function parseVersionTag(tag: string): VersionTag | undefined {
  const match = VERSION.exec(tag);
  if (!match) return undefined;
  const [, numbers, revision, words] = match;
  const preRelease = words?.split('.');
  // 01 and 1 would be the same number under two names
  if (preRelease?.some((word) => /^0[0-9]+$/.test(word) || /^[0-9]{10,}$/.test(word))) return undefined;
  return {
    parts: numbers.split('.').map(Number),
    ...(revision ? { revision: Number(revision) } : {}),
    ...(preRelease ? { preRelease } : {}),
  };
}

/** Writes a version tag: what `parseVersionTag` reads. */
export function renderVersionTag({ parts, revision, preRelease }: VersionTag): string {
  return [`v${parts.join('.')}`, ...(revision ? [revision] : []), ...(preRelease ? [preRelease.join('.')] : [])].join('-');
}

function compareWords(a: string, b: string): number {
  const [x, y] = [a, b].map((word) => /^[0-9]+$/.test(word));
  if (x && y) return Number(a) - Number(b);
  if (x !== y) return x ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePreReleases(a: readonly string[] | undefined, b: readonly string[] | undefined): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareWords(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/**
 * Orders two versions: by their numbers, then by the revision, a pre-release
 * below its release (Semantic Versioning 2.0.0, item 11). It is 0 for the same
 * version only: of `v1.0` and `v1.0.0` the longer is the newer.
 * @returns negative, zero or positive, as `Array.sort` wants it
 */
export function compareVersionTags(a: VersionTag, b: VersionTag): number {
  for (let i = 0; i < Math.max(a.parts.length, b.parts.length); i++) {
    const order = (a.parts[i] ?? 0) - (b.parts[i] ?? 0);
    if (order !== 0) return order;
  }
  if (a.parts.length !== b.parts.length) return a.parts.length - b.parts.length;
  const revision = (a.revision ?? 0) - (b.revision ?? 0);
  return revision !== 0 ? revision : comparePreReleases(a.preRelease, b.preRelease);
}
