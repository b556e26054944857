/** How large an image is, from its manifest. */
import { isSha256 } from './checksum';

/** The layers of one image as a registry has them. */
export interface ImageLayers {
  readonly count: number;
  /** Of all layers, compressed. */
  readonly bytes: number;
}

/** What stands behind a digest: the image itself, or the digest under which an index has it. */
export type Unpacked =
  | { readonly kind: 'image'; readonly layers: ImageLayers }
  | { readonly kind: 'index'; readonly image: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Marks the entries of an index that are no image (BuildKit, "Image attestation storage"). */
export const ATTESTATION_TYPE = 'vnd.docker.reference.type';

interface Manifest {
  readonly layers?: readonly { readonly size?: unknown }[];
  readonly manifests?: readonly { readonly digest?: unknown; readonly annotations?: Readonly<Record<string, string>> }[];
}

/**
 * Reads a manifest or an index of one image ("OCI Image Format Specification"). Never
 * throws: what it does not understand is unknown.
 *
 * @param text the JSON that the registry keeps
 */
export function unpack(text: string): Unpacked {
  let manifest: Manifest | null;
  try {
    manifest = JSON.parse(text) as Manifest | null;
  } catch {
    return { kind: 'unknown', why: 'it is no JSON' };
  }
  if (Array.isArray(manifest?.manifests)) {
    const images = manifest.manifests.filter(({ annotations }) => annotations?.[ATTESTATION_TYPE] === undefined);
    const [image] = images;
    if (images.length !== 1 || typeof image.digest !== 'string' || !isSha256(image.digest))
      return { kind: 'unknown', why: `it is an index of ${images.length} images, not of one` };
    return { kind: 'index', image: image.digest };
  }
  const sizes = manifest?.layers?.map(({ size }) => size);
  if (!sizes?.every((size) => typeof size === 'number')) return { kind: 'unknown', why: 'it has no layers with sizes' };
  return { kind: 'image', layers: { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) } };
}
