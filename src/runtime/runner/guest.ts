/** Names and places on the guest. */

/** A file on the guest. */
export interface GuestFile {
  readonly path: string;
  /** Octal, as text. */
  readonly mode: string;
  readonly text: string;
}

/** The job's user: no root, no way to become it. */
export const RUNNER_USER = 'runner';
/** Its home. */
export const HOME = '/home/runner';
/** What is installed, owned by root; below it the runner's own folder. */
export const TOOLS_DIR = '/opt/spot-image';
/** What lasts until the power-off, readable by root. */
export const STATE_DIR = '/run/spot-image';
/** Where the runner's hooks leave their signs; the runner's own. */
export const JOB_DIR = `${STATE_DIR}/job`;
/** What AWS said when it takes the machine back; root's, for everyone to read. */
export const NOTICE_FILE = `${STATE_DIR}/spot-notice`;

/** EC2's metadata service. */
export const METADATA = { v4: '169.254.169.254', v6: 'fd00:ec2::254' } as const;

/**
 * The network of the containers in which a build's commands run. The range is the one
 * reserved for benchmarks, which no VPC and no company network is likely to have.
 */
export const BUILD_NETWORK = { bridge: 'spot0', subnet: '198.18.0.0/16', gateway: '198.18.0.1' } as const;

/** Names that the job's tools are configured with. */
export const CONFIGURED = {
  /** buildx's builder. */
  builder: 'spot',
  /** buildkitd's socket, for the runner's group. */
  socket: 'unix:///run/buildkit/buildkitd.sock',
} as const;
