/**
 * May these images be merged under one tag? A verdict over facts that were read
 * from the registry once; nothing here asks anybody.
 */
import { OCI_KEYS } from './annotations';
import { normalisePlatform } from './platform';

/** One image inside what an arch tag names, or the only one. */
export interface PlatformImage {
  /** `os/cpu[/variant]` as the index or the image's own config says. */
  readonly platform: string;
  /** Labels of the image's config. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What an arch tag names, at one moment. */
export interface ArchImage {
  /** `sha256:…` of what was read: an index, or a single manifest. */
  readonly digest: string;
  /** Its images, attestations left out. */
  readonly images: readonly PlatformImage[];
}

/** One architecture, and what was found under its tag. */
export interface MergeCandidate {
  readonly architecture: string;
  /** The platform its image must have. */
  readonly platform: string;
  /** The arch tag that was looked up. */
  readonly tag: string;
  /** Name of the workflow that makes it. */
  readonly workflow: string;
  /** What the tag names, or undefined where there is no such tag. */
  readonly found?: ArchImage;
}

/** One architecture's part of the index. */
export interface MergeSource {
  readonly architecture: string;
  readonly platform: string;
  readonly digest: string;
}

/** The verdict. */
export type MergeVerdict =
  | { readonly ok: true; readonly sources: readonly MergeSource[]; readonly revision: string | undefined }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Label and annotation of the commit an image was built from (OCI image specification, annotations). */
export const REVISION = OCI_KEYS.revision;

function fault(candidate: MergeCandidate): string | undefined {
  const { found, tag, platform, workflow } = candidate;
  const mend = `Run the workflow "${workflow}" for this tag, then merge again.`;
  if (!found) return `There is no ${tag}. ${mend}`;
  if (found.images.length !== 1) {
    const has = found.images.map((i) => i.platform).join(', ') || 'none';
    return `${tag} must hold exactly one image; it holds ${found.images.length} (${has}). ${mend}`;
  }
  const [image] = found.images;
  if (normalisePlatform(image.platform) !== platform) return `${tag} must be for ${platform}; it is for ${image.platform}. ${mend}`;
  return undefined;
}

function revisionOf({ found }: MergeCandidate): string | undefined {
  return found?.images[0]?.labels[REVISION];
}

/** A new image of one architecture beside an old one of the other: what merging by mutable tags leads to. */
function mixed(candidates: readonly MergeCandidate[]): string {
  const built = candidates.map((c) => `${c.tag} from ${revisionOf(c) ?? 'a commit that it does not name'}`).join(', ');
  const workflows = candidates.map(({ workflow }) => `"${workflow}"`).join(' and ');
  return `The images were built from different commits: ${built}. Run ${workflows} for this tag on the same commit, then merge again.`;
}

/**
 * Exactly one image per architecture, each of its own platform: anything else is
 * refused with every reason, since an index with two images of one platform is
 * accepted by registries and the first one silently wins at pull. All are of one
 * commit: what they were called when they were pushed says nothing of it.
 */
export function mergeVerdict(candidates: readonly MergeCandidate[]): MergeVerdict {
  const reasons = candidates.map(fault).filter((reason) => reason !== undefined);
  if (candidates.length === 0) reasons.push('There is no architecture to merge.');
  if (reasons.length > 0) return { ok: false, reasons };
  const revisions = new Set(candidates.map(revisionOf));
  if (revisions.size > 1) return { ok: false, reasons: [mixed(candidates)] };
  return {
    ok: true,
    sources: candidates.flatMap(({ architecture, platform, found }) => (found ? [{ architecture, platform, digest: found.digest }] : [])),
    revision: [...revisions][0],
  };
}
