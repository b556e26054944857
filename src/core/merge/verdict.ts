/**
 * May these images be merged under one tag? A verdict over facts that were read
 * from the registry once; nothing here asks anybody.
 */
import { normalisePlatform } from '../platform';
import { type Content, type PlatformImage, REVISION, VERSION } from './content';
import { differences, runAgain } from './difference';

/** One architecture, and what was found for it. */
export interface MergeCandidate {
  readonly architecture: string;
  /** The platform its image must have, normalised. */
  readonly platform: string;
  /** What was looked up: the arch tag, or a digest that was given. */
  readonly name: string;
  /** Name of the workflow that makes it. */
  readonly workflow: string;
  /** What that names, or undefined where there is no such thing. */
  readonly found?: Content;
}

/** One architecture's part of the index. */
export interface MergeSource {
  readonly architecture: string;
  readonly platform: string;
  /** Of what was found: with attestations it is an index of its own. */
  readonly digest: string;
  /** The image itself. */
  readonly image: PlatformImage;
}

/** The verdict. */
export type MergeVerdict =
  | { readonly ok: true; readonly sources: readonly MergeSource[]; readonly revision: string | undefined }
  | { readonly ok: false; readonly reasons: readonly string[] };

function fault({ found, name, platform, workflow }: MergeCandidate, tag: string): string | undefined {
  const mend = runAgain([workflow]);
  if (!found) return `There is no ${name}. ${mend}`;
  if (found.images.length !== 1) {
    const has = found.images.map((i) => i.platform).join(', ') || 'none';
    return `${name} must hold exactly one image; it holds ${found.images.length} (${has}). ${mend}`;
  }
  const [{ platform: said, config }] = found.images;
  const since = config?.created ? `, since ${config.created}` : '';
  if (normalisePlatform(said) !== platform) return `${name} must be for ${platform}; it is for ${said}${since}. ${mend}`;
  if (!config) return `${name} has an image whose config cannot be read. ${mend}`;
  if (normalisePlatform(config.platform) !== platform) {
    return `${name} is for ${platform} only by its index; its image itself was built for ${config.platform}${since}. ${mend}`;
  }
  const version = config.labels[VERSION];
  if (version !== undefined && version !== tag) return `${name} was built for the tag "${version}"${since}, not for "${tag}". ${mend}`;
  return undefined;
}

/**
 * Exactly one image per architecture, each of its own platform and by its own
 * config: anything else is refused with every reason, since an index with two
 * images of one platform is accepted by registries and the first one silently wins
 * at pull. All are of one commit, one version, one base, the same parts: what they
 * were called when they were pushed says nothing of it.
 *
 * @param tag the base tag under which they are to be
 */
export function mergeVerdict(candidates: readonly MergeCandidate[], tag: string): MergeVerdict {
  const sides = candidates.flatMap(({ name, workflow, found }) =>
    found?.images.length === 1 ? [{ name, workflow, image: found.images[0] }] : [],
  );
  const reasons = [...candidates.map((one) => fault(one, tag)).filter((reason) => reason !== undefined), ...differences(sides)];
  if (sides.length > 1 && sides.every(({ image }) => image.config && !image.config.labels[REVISION]))
    reasons.push(
      `No image says from which commit it was built (label ${REVISION}), so nobody knows whether they belong together. ${runAgain(sides.map(({ workflow }) => workflow))}`,
    );
  if (candidates.length === 0) reasons.push('There is no architecture to merge.');
  if (reasons.length > 0) return { ok: false, reasons };
  const sources = candidates.flatMap(({ architecture, platform, found }) =>
    found ? [{ architecture, platform, digest: found.digest, image: found.images[0] }] : [],
  );
  return { ok: true, sources, revision: sources[0].image.config?.labels[REVISION] };
}
