/**
 * What a tag names, as far as a merge decides on it: images, one per platform, and
 * attestations beside them, which are kept and never counted.
 */
import { OCI_KEYS } from '../annotations';

/** What an image says of itself. */
export interface ImageConfigFacts {
  /** `os/cpu[/variant]` in the image's own config: what the bytes were built for. */
  readonly platform: string;
  /** When it was built, RFC 3339, or undefined where it does not say. */
  readonly created?: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One image inside what a tag names, or the only one. */
export interface PlatformImage {
  /** `sha256:…` of its manifest: what it is. */
  readonly digest: string;
  /** `os/cpu[/variant]` as the index says, or as its config says where there is no index. */
  readonly platform: string;
  /** Undefined where it was not looked at. */
  readonly config?: ImageConfigFacts;
}

/** An entry of an index that says something of an image beside it (BuildKit, "Image attestation storage"). */
export interface Attestation {
  readonly digest: string;
  /** Digest of the image that it speaks of. */
  readonly of: string;
}

/** What a tag or a digest names, at one moment. */
export interface Content {
  /** `sha256:…` of what was read: an index, or a single manifest. */
  readonly digest: string;
  /** Its images, in its order. */
  readonly images: readonly PlatformImage[];
  readonly attestations: readonly Attestation[];
  /** Annotations of the index. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Label and annotation of the commit an image was built from (OCI image specification, annotations). */
export const REVISION = OCI_KEYS.revision;
/** Label of the moment an image says it is from, RFC 3339. */
export const CREATED = OCI_KEYS.created;
/** Label and annotation of the version. */
export const VERSION = OCI_KEYS.version;

/** When an image was built: what its label says, else its config. */
export function createdOf(image: PlatformImage | undefined): string | undefined {
  return image?.config?.labels[CREATED] ?? image?.config?.created;
}

/** The base tag under which the merge put what a tag names: what its index says, else its images where they agree. */
export function versionOf({ annotations, images }: Content): string | undefined {
  return annotations[VERSION] ?? agreed(images, VERSION);
}

/** The one value that a label has in all images. */
function agreed(images: readonly PlatformImage[], label: string): string | undefined {
  const said = new Set(images.map(({ config }) => config?.labels[label]));
  return said.size === 1 ? [...said][0] : undefined;
}

/** Every commit of what a tag names: what its index says, else its images, '' for one that does not say. */
export function revisionsOf({ annotations, images }: Content): readonly string[] {
  const said = annotations[REVISION] ? [annotations[REVISION]] : images.map(({ config }) => config?.labels[REVISION] ?? '');
  return said.length > 0 ? [...new Set(said)] : [''];
}

/** The commit of what a tag names: what its index says, else its images where they agree. */
export function revisionOf({ annotations, images }: Content): string | undefined {
  return annotations[REVISION] ?? agreed(images, REVISION);
}
