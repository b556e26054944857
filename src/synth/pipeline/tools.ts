/** Versions of the tools that workflows ask for. The engine tests run the same BuildKit and buildx. */

/** docker/buildx. `imagetools --metadata-file` needs 0.32 or newer. */
export const BUILDX_VERSION = 'v0.38.2';

/** The image that BuildKit runs from on a hosted runner. */
export const BUILDKIT_IMAGE = 'moby/buildkit:v0.34.2';

/** Node.js for installing and testing the project, a long-term release. */
export const NODE_VERSION = '24';
