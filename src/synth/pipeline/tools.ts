/** Versions of the tools that a hosted runner is given. */
import { guestTools } from '../../core/guest-tools';

/** The same builder on every machine: these are the versions that a Spot machine downloads. */
const { buildx, buildkit } = guestTools('x86_64');

/** Release of docker/buildx, with its `v`. */
export const BUILDX_VERSION = `v${buildx.version}`;

/** The image that BuildKit runs from on a hosted runner. It brings the emulators of other platforms. */
export const BUILDKIT_IMAGE = `moby/buildkit:v${buildkit.version}`;

/** Node.js for installing and testing the project, a long-term release. */
export const NODE_VERSION = '24';
