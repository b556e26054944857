/** What the index of a merge says of itself. Nothing of the moment: the same images give the same index. */
import { REVISION, VERSION } from './content';

/** Names the architectures of an index that has only some of the image's, separated by commas. */
export const SUBSET = 'io.github.dianplus.spot-image.architectures';
/** Why a person replaced a version that was public already. */
export const FORCED = 'io.github.dianplus.spot-image.forced';

/** Who an image is. */
export interface IndexIdentity {
  readonly title: string;
  readonly description: string;
  /** Web address of the source repository. */
  readonly source: string;
  readonly license: string;
}

/** What one merge adds. */
export interface IndexFacts {
  /** Base tag. */
  readonly tag: string;
  /** Commit of all images, or undefined where they name none. */
  readonly revision: string | undefined;
  /** The architectures, where they are not all. */
  readonly subset?: readonly string[];
  /** Why a person forced it. */
  readonly forced?: string;
}

/** Annotations of the index (OCI image specification), where GHCR takes the description from. */
export function indexAnnotations(image: IndexIdentity, { tag, revision, subset, forced }: IndexFacts): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.title': image.title,
    'org.opencontainers.image.description': image.description,
    'org.opencontainers.image.source': image.source,
    'org.opencontainers.image.licenses': image.license,
    [VERSION]: tag,
    ...(revision ? { [REVISION]: revision } : {}),
    ...(subset ? { [SUBSET]: subset.join(',') } : {}),
    ...(forced ? { [FORCED]: forced } : {}),
  };
}
