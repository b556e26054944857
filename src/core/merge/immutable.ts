/**
 * A version never changes under its users. What it is, is the set of its images,
 * one digest per platform: attestations carry times and are never the same twice.
 */
import { normalisePlatform } from '../platform';
import { SUBSET } from './annotations';
import { type Content, createdOf, type PlatformImage } from './content';

/** What is to be done with a version tag. */
export type VersionVerdict =
  /** There is no such tag yet. */
  | { readonly go: 'publish' }
  /** It names these very images: a success, and nothing is written. */
  | { readonly go: 'keep' }
  /** It announced itself as a part, and the rest is added. */
  | { readonly go: 'complete' }
  | { readonly go: 'refuse'; readonly reason: string };

const setOf = (images: readonly PlatformImage[]): string[] =>
  images.map(({ platform, digest }) => `${normalisePlatform(platform)} ${digest}`).sort();

/** Are these the same images, each for the same platform? */
export function sameImages(a: readonly PlatformImage[], b: readonly PlatformImage[]): boolean {
  return setOf(a).join('\n') === setOf(b).join('\n');
}

function changes(present: readonly PlatformImage[], wanted: readonly PlatformImage[]): string {
  const there = new Map(present.map(({ platform, digest }) => [normalisePlatform(platform), digest]));
  const here = new Map(wanted.map(({ platform, digest }) => [normalisePlatform(platform), digest]));
  return [...new Set([...there.keys(), ...here.keys()])]
    .filter((platform) => there.get(platform) !== here.get(platform))
    .map((platform) => `${platform} is ${there.get(platform) ?? 'missing'} there and ${here.get(platform) ?? 'missing'} here`)
    .join('; ');
}

/**
 * May a version tag name these images?
 *
 * A version with only some of the architectures may get the rest, as long as it says
 * of itself that it is a part and every image that it has stays: nobody who pulled
 * it pulls anything else from then on. A version that is complete never grows.
 *
 * @param target shown to people: `reference:tag`
 * @param present what the tag names, or undefined where there is none
 * @param wanted the images that are to be under it
 */
export function versionVerdict(target: string, present: Content | undefined, wanted: readonly PlatformImage[]): VersionVerdict {
  if (!present) return { go: 'publish' };
  if (sameImages(present.images, wanted)) return { go: 'keep' };
  const kept = new Set(setOf(wanted));
  if (present.annotations[SUBSET] !== undefined && setOf(present.images).every((image) => kept.has(image))) return { go: 'complete' };
  const since = present.images.map(createdOf).find((created) => created !== undefined);
  return {
    go: 'refuse',
    reason:
      `${target} is public already${since ? `, with images from ${since}` : ''}, and they are others: ${changes(present.images, wanted)}. ` +
      'A version never changes: run the build workflows for a new one, such as the same with -2 behind it, and merge that. ' +
      'A person can replace it from their own machine with --force --reason TEXT.',
  };
}
