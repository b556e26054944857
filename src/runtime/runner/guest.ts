/** Names and places on the guest. */

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

/** Names that the job's tools are configured with. */
export const CONFIGURED = {
  /** buildx's builder. */
  builder: 'spot',
  /** buildkitd's socket, for the runner's group. */
  socket: 'unix:///run/buildkit/buildkitd.sock',
} as const;
