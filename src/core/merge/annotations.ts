/** What the index of a merge says of itself. Nothing of the moment: the same images give the same index. */
import { type Annotations, type ImageFacts, indexAnnotations } from '../annotations';

/** Names the architectures of an index that has only some of the image's, separated by commas. */
export const SUBSET = 'io.github.dianplus.spot-image.architectures';
/** Why a person replaced what was public already. */
export const FORCED = 'io.github.dianplus.spot-image.forced';

/** What one merge adds. */
export interface MergeFacts {
  /** Base tag. */
  readonly tag: string;
  /** Commit of all images, or undefined where they name none. */
  readonly revision: string | undefined;
  /** The architectures, where they are not all. */
  readonly subset?: readonly string[];
  /** Why a person forced it. */
  readonly forced?: string;
}

/** Annotations of the index that a merge pushes: those of every index, and what was asked for beyond the usual. */
export function mergeAnnotations(image: ImageFacts, { tag, revision, subset, forced }: MergeFacts): Annotations {
  return {
    ...indexAnnotations(image, { version: tag, revision }),
    ...(subset ? { [SUBSET]: subset.join(',') } : {}),
    ...(forced ? { [FORCED]: forced } : {}),
  };
}
