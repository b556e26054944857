import { guestTools } from '../../src/core/guest-tools';

// What runs is what is tested: these two are the versions that a Spot machine downloads.
const { buildkit, buildx } = guestTools('x86_64');

/**
 * The one table of what the engine tests run. Change a version here and the next
 * `install.ts` installs it beside the old one: the cache is keyed by name and version.
 */
export const versions = {
  /** Emulates EC2, STS and SSM. */
  moto: '5.2.5',
  /** buildkitd and buildctl. */
  buildkit: `v${buildkit.version}`,
  /** Builds through buildkitd; also the plugin behind `docker buildx`. */
  buildx: `v${buildx.version}`,
  /** The docker command line, for `docker buildx` and `docker login`; there is no dockerd. The version that buildx is built with. */
  docker: 'v29.7.2+incompatible',
  /** The reference OCI registry (distribution). */
  registry: 'v3.1.2',
  /** Runs GitHub workflows on this machine. */
  act: 'v0.2.89',
  /** A second opinion on images; also fetches them for `runImage`. */
  crane: 'v0.22.1',
  actionlint: 'v1.7.12',
  zizmor: '1.32.0',
  hadolint: '2.15.1',
  shellcheck: '0.11.0.1',
  /** Knows AWS's actions, resources and condition keys, and lints policies by them. */
  parliament: '1.6.4',
  /** AWS's own mock of the instance metadata service. */
  metadataMock: 'v1.13.0',
  /** The CNI plugins that BuildKit's release archive carries. */
  cni: 'v1.9.0',
  /** Debian suite of a guest: the one whose systemd and cloud-init are as old as Amazon Linux 2023's. */
  guest: 'bookworm',
  /** Debian suite of the base image `debian:<suite>-slim`. */
  debian: 'trixie',
} as const;

/**
 * Recipes of our own have no upstream version. Raise a number when its recipe changes,
 * so that a cached result of the old recipe is not taken for the new one.
 */
export const recipes = {
  debianBase: 'r1',
  sources: 'r1',
  guestRootfs: 'r1',
  guestArchives: 'r1',
} as const;
