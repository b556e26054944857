/** Reading what `docker buildx imagetools inspect` prints. */
import { createHash } from 'node:crypto';
import { ATTESTATION_TYPE } from '../../core/image-layers';
import type { Attestation, Content, ImageConfigFacts, PlatformImage } from '../../core/merge/content';
import { normalisePlatform } from '../../core/platform';

/** Says what an attestation speaks of (BuildKit, "Image attestation storage"). */
const ATTESTATION_OF = 'vnd.docker.reference.digest';

interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
}

/** A manifest, or an index of them (OCI image specification); of either only what is read here. */
export interface Manifest {
  readonly manifests?: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

interface ImageConfigJson extends Platform {
  readonly created?: string;
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> };
}

/** What `inspect` prints with `INSPECT_FORMAT`. */
export interface Inspected {
  readonly manifest: Manifest & { readonly digest: string };
  /** One image's config, or several by platform; null where there is none. */
  readonly image: ImageConfigJson | Readonly<Record<string, ImageConfigJson>> | null;
}

/** The template that gives `Inspected`. */
export const INSPECT_FORMAT = '{"manifest":{{json .Manifest}},"image":{{json .Image}}}';

function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

function configFacts(config: ImageConfigJson): ImageConfigFacts {
  return {
    platform: platformName(config),
    labels: config.config?.Labels ?? {},
    ...(config.created ? { created: config.created } : {}),
  };
}

/** The config of one platform among those that buildx printed. */
function configOf(image: Inspected['image'], platform: string): ImageConfigFacts | undefined {
  if (!image) return undefined;
  if (typeof image.architecture === 'string') return configFacts(image as ImageConfigJson);
  const wanted = normalisePlatform(platform);
  const found = Object.entries(image as Readonly<Record<string, ImageConfigJson>>).find(([name]) => normalisePlatform(name) === wanted);
  return found && configFacts(found[1]);
}

/** Images and attestations of an index. Platforms are the index's own words: two entries of one platform must be seen. */
function entries({ manifests = [] }: Manifest): { images: PlatformImage[]; attestations: Attestation[] } {
  const images: PlatformImage[] = [];
  const attestations: Attestation[] = [];
  for (const { digest, annotations, platform } of manifests) {
    if (annotations?.[ATTESTATION_TYPE] !== undefined) attestations.push({ digest, of: annotations[ATTESTATION_OF] ?? '' });
    else images.push({ digest, platform: platform ? platformName(platform) : 'unknown' });
  }
  return { images, attestations };
}

/** What was inspected, with the images' configs. */
export function contentOf({ manifest, image }: Inspected): Content {
  const { digest, annotations = {} } = manifest;
  if (!manifest.manifests) {
    const config = configOf(image, '');
    return { digest, images: config ? [{ digest, platform: config.platform, config }] : [], attestations: [], annotations };
  }
  const { images, attestations } = entries(manifest);
  return {
    digest,
    annotations,
    attestations,
    images: images.map((one) => ({ ...one, config: configOf(image, one.platform) })),
  };
}

/** An index as it was pushed, without configs; undefined for a single manifest, which does not say its platform. */
export function indexOf(text: string): Content | undefined {
  const manifest = JSON.parse(text) as Manifest;
  return manifest.manifests && { digest: digestOf(text), annotations: manifest.annotations ?? {}, ...entries(manifest) };
}

/** Digest of a manifest's bytes. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** What a pull of this image transfers, in bytes: config and compressed layers. */
export function sizeOf({ config, layers = [] }: Manifest): number {
  return [...(config ? [config] : []), ...layers].reduce((sum, { size }) => sum + size, 0);
}

/** What an attestation attests, by the names of its predicates (in-toto): `https://slsa.dev/provenance/v1`. */
export function predicatesOf({ layers = [] }: Manifest): string[] {
  return layers.flatMap(({ annotations }) => annotations?.['in-toto.io/predicate-type'] ?? []);
}
