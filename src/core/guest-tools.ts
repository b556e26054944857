/**
 * What a guest downloads before it can build: release archives of their own
 * projects, each pinned by version and SHA-256. A bump is a change of one row.
 *
 * The checksums are those that several independent users of a release recorded
 * (such as nerdctl's list for BuildKit); a version without such a record is not taken.
 */
import type { Ec2Cpu } from './config';
import { type Mirrors, mirrored } from './download';
import type { RunnerRelease } from './runner-age';

/**
 * The pinned release of GitHub's runner. Its day was not found; it cannot be before this
 * one, on which 2.337.0 was still the newest (a Renovate update of that day).
 */
export const RUNNER_RELEASE: RunnerRelease = { version: '2.338.0', released: '2026-08-27' };

/** One file to download. */
export interface GuestTool {
  /** The release, without `v`. */
  readonly version: string;
  readonly url: string;
  /** 64 lower-case hexadecimal digits, without algorithm. */
  readonly sha256: string;
}

/** Everything that one kind of guest downloads. */
export interface GuestTools {
  /** GitHub's runner. It brings the Node that the job's own commands run on. */
  readonly runner: GuestTool;
  /** buildkitd with runc, CNI plugins and QEMU emulators. */
  readonly buildkit: GuestTool;
  /** The client; there is no docker on the guest. */
  readonly buildx: GuestTool;
}

/** A release and its file for each CPU kind. */
interface Release {
  readonly version: string;
  /** Address of the file. */
  readonly url: (version: string, cpu: string) => string;
  /** The CPU's name in the address, and the file's SHA-256. */
  readonly files: Readonly<Record<Ec2Cpu, readonly [cpu: string, sha256: string]>>;
}

/** GitHub refuses a runner some 90 days after it was superseded: this row ages fastest. */
const RUNNER: Release = {
  version: RUNNER_RELEASE.version,
  url: (version, cpu) => `https://github.com/actions/runner/releases/download/v${version}/actions-runner-linux-${cpu}-${version}.tar.gz`,
  files: {
    x86_64: ['x64', 'af4b794c1bc41d73d40535e3fe092a39f9679cd8d965954c2aca25a05ca41d32'],
    arm64: ['arm64', '628b4a7258487b80c1d3c221095a7ded349f5ae0175fd3dfab708d07428f041b'],
  },
};

const BUILDKIT: Release = {
  version: '0.33.1',
  url: (version, cpu) => `https://github.com/moby/buildkit/releases/download/v${version}/buildkit-v${version}.linux-${cpu}.tar.gz`,
  files: {
    x86_64: ['amd64', '4e044bcd62a0c0bbe6a8c94d73989de2bfe4c04dbc0f9d6021cf96b72cd1d965'],
    arm64: ['arm64', '4e1ba91f139761f249a1fa6c71e632dfdbdafeda416176ecadefbb95225e56c4'],
  },
};

const BUILDX: Release = {
  version: '0.37.1',
  url: (version, cpu) => `https://github.com/docker/buildx/releases/download/v${version}/buildx-v${version}.linux-${cpu}`,
  files: {
    x86_64: ['amd64', '9447199cdb435f25880548343c128a4b6650e8891ee598905d8d29d39a8e359b'],
    arm64: ['arm64', 'e5cc9fe3bbff5cbc91230981f7860e06076110730a2db997082652199042a1f2'],
  },
};

function file({ version, url, files }: Release, cpu: Ec2Cpu, mirrors: Mirrors): GuestTool {
  const [name, sha256] = files[cpu];
  return { version, url: mirrored(mirrors, url(version, name)), sha256 };
}

/** What a guest of this CPU kind downloads, from its mirrors. */
export function guestTools(cpu: Ec2Cpu, mirrors: Mirrors = {}): GuestTools {
  const [runner, buildkit, buildx] = [RUNNER, BUILDKIT, BUILDX].map((release) => file(release, cpu, mirrors));
  return { runner, buildkit, buildx };
}
