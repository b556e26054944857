/**
 * The tags of single architectures, and how no base tag is ever mistaken for one.
 */
import { isTag } from '../grammar';

/** The arch tag: base tag, dash, architecture. */
export function archTag(tag: string, architecture: string): string {
  return `${tag}-${architecture}`;
}

/**
 * The architecture whose suffix a tag ends with, or undefined; the longest name
 * where one is the end of another. A tag that has one can never be a base tag.
 */
export function architectureOf(tag: string, architectures: readonly string[]): string | undefined {
  return architectures.filter((name) => tag.endsWith(`-${name}`)).sort((a, b) => b.length - a.length)[0];
}

/** A tag without the suffixes of architectures at its end, however many there are. */
export function withoutSuffix(tag: string, architectures: readonly string[]): string {
  const suffix = architectureOf(tag, architectures);
  return suffix === undefined ? tag : withoutSuffix(tag.slice(0, -suffix.length - 1), architectures);
}

/**
 * Why this can be no base tag, or undefined if it can.
 *
 * A base tag is a valid tag even with the longest architecture suffix, and never
 * ends with one itself: `latest-amd64` would be a public tag that only one
 * architecture stands behind. Nor do its arch tags read as those of another base
 * tag, as `x-arm64` + `-v8` would where one architecture is `v8` and another `arm64-v8`.
 */
export function baseTagFault(tag: string, architectures: readonly string[]): string | undefined {
  if (!isTag(tag)) return `"${tag}" is no image tag: a letter, digit or _, then up to 127 letters, digits, . _ or -`;
  const suffix = architectureOf(tag, architectures);
  if (suffix !== undefined) {
    return `"${tag}" ends with -${suffix}, as the tag of one architecture does; give the base tag "${withoutSuffix(tag, architectures)}"`;
  }
  for (const name of architectures) {
    const full = archTag(tag, name);
    if (!isTag(full)) return `"${tag}" is too long: with its architecture it has ${full.length} characters, 128 are allowed`;
    const read = architectureOf(full, architectures);
    if (read !== name) return `"${tag}" would give ${name} the tag "${full}", which reads as one of ${read}; give another base tag`;
  }
  return undefined;
}
