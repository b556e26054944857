/** What `docker buildx bake --metadata-file` says of one target. */
import { isSha256 } from './checksum';

/** Of one target. */
export interface BuildMetadata {
  /** Of what was pushed; undefined where nothing was. */
  readonly digest?: string;
  /** Under which the builder keeps the record of the build. */
  readonly build?: string;
}

/**
 * Reads the file.
 *
 * @param text JSON: the targets by name
 * @throws Error if it is none, or says nothing of the target
 */
export function readBuildMetadata(text: string, target: string): BuildMetadata {
  let found: unknown;
  try {
    found = (JSON.parse(text) as Record<string, unknown> | null)?.[target];
  } catch {
    throw new Error('it is no JSON');
  }
  if (typeof found !== 'object' || found === null) throw new Error(`it says nothing of the target "${target}"`);
  const { 'containerimage.digest': digest, 'buildx.build.ref': build } = found as Record<string, unknown>;
  return {
    ...(typeof digest === 'string' && isSha256(digest) && { digest }),
    ...(typeof build === 'string' && build !== '' && { build }),
  };
}
