/**
 * What an image says of itself: the keys of labels and annotations, and which
 * values they have. Labels are in the config of each platform's image, annotations
 * on the index; build and merge take both from here.
 *
 * Keys: the OCI image specification's pre-defined annotations.
 */

const OCI = 'org.opencontainers.image';

/** Keys, by what they say. */
export const OCI_KEYS = {
  title: `${OCI}.title`,
  description: `${OCI}.description`,
  licenses: `${OCI}.licenses`,
  vendor: `${OCI}.vendor`,
  source: `${OCI}.source`,
  /** The base tag that the image was built for. */
  version: `${OCI}.version`,
  /** The commit that it was built from. */
  revision: `${OCI}.revision`,
  /** When that commit was made, RFC 3339. */
  created: `${OCI}.created`,
  baseName: `${OCI}.base.name`,
  baseDigest: `${OCI}.base.digest`,
} as const;

/** Who an image is. */
export interface ImageFacts {
  readonly title: string;
  readonly description: string;
  /** SPDX expression. */
  readonly license: string;
  readonly vendor: string;
  /** Web address of the source repository. */
  readonly source: string;
}

/** What one build adds. */
export interface BuildFacts {
  /** Base tag. */
  readonly version: string;
  /** Commit, or undefined where it is not known. */
  readonly revision?: string;
  /** When the commit was made, RFC 3339, or undefined where it is not known. */
  readonly created?: string;
}

/** Values by key, in the order they are written. */
export type Annotations = Readonly<Record<string, string>>;

/** Who the image is: the same for every build. */
export function identityAnnotations(image: ImageFacts): Annotations {
  return {
    [OCI_KEYS.title]: image.title,
    [OCI_KEYS.description]: image.description,
    [OCI_KEYS.licenses]: image.license,
    [OCI_KEYS.vendor]: image.vendor,
    [OCI_KEYS.source]: image.source,
  };
}

/** Labels that one build adds: equal on all architectures, since all of it comes from the commit. */
export function buildLabels({ version, revision, created }: BuildFacts): Annotations {
  return {
    [OCI_KEYS.version]: version,
    ...(revision ? { [OCI_KEYS.revision]: revision } : {}),
    ...(created ? { [OCI_KEYS.created]: created } : {}),
  };
}

/**
 * Annotations of the index, which is where GHCR takes a multi-architecture image's
 * description from. Nothing of the moment of the merge: the same images give the
 * same index.
 */
export function indexAnnotations(image: ImageFacts, { version, revision }: BuildFacts): Annotations {
  return { ...identityAnnotations(image), ...buildLabels({ version, revision }) };
}
