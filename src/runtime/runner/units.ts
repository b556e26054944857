/**
 * The guest's systemd units and small scripts: what ends the machine after its job,
 * what watches, what builds, what takes the job. Pure texts.
 */
import { powerOff } from './arming';
import {
  BUILD_NETWORK,
  CONFIGURED,
  type GuestFile,
  HOME,
  JOB_DIR,
  METADATA,
  NOTICE_FILE,
  RUNNER_USER,
  STATE_DIR,
  TOOLS_DIR,
} from './guest';

/** For the last lines to reach the console, which is all that is left of a machine. */
const FLUSH_SECONDS = 5;

/** How the working units depend on the launch. Durations in seconds. */
export interface WorkingFacts {
  /** The longest that the set-up may take. */
  readonly setupSeconds: number;
  /** Between the end of the job and the power-off: the runner uploads logs. When it ends earlier, so does the machine. */
  readonly graceSeconds: number;
}

/** The service's addresses for systemd's own packet filter: a second lock behind the routing rules. */
const NO_METADATA = `IPAddressDeny=${METADATA.v4} ${METADATA.v6}`;

/**
 * Closes the metadata service, to be sourced: to every user but root, and to all that
 * comes from the build's containers. These are routing rules, since the machine has no
 * command for a packet filter. Marked as the kernel's own, so that systemd-networkd,
 * which removes what others add, leaves them alone. Doing it again changes nothing.
 */
const CLOSE_METADATA = `close_metadata() {
  rule -4 ${METADATA.v4} "uidrange 1-4294967294"
  rule -4 ${METADATA.v4} "iif ${BUILD_NETWORK.bridge}"
  # without IPv6 there is nothing to close
  rule -6 ${METADATA.v6} "uidrange 1-4294967294" 2> /dev/null || :
}
rule() { # family, address, whom
  # shellcheck disable=SC2086
  ip "$1" rule add to "$2" $3 prohibit protocol kernel priority 100 2> /dev/null || ip "$1" rule show | grep -q "to $2 .*\${3%% *}"
}
`;

/** Root's watch: says that AWS takes the machine back, and lets the job go on. */
const NOTICE_SCRIPT = `# shellcheck source=/dev/null
. ${TOOLS_DIR}/metadata.sh
until notice=$(metadata spot/instance-action); do
  close_metadata
  sleep 5
done
notice=$(echo "$notice" | tr -s '\\n\\t' '  ')
echo "spot-image: Spot notice: $notice" > /dev/console
echo "$notice" > ${NOTICE_FILE}
`;

const METADATA_SCRIPT = `# shellcheck shell=sh
# root's way to the metadata service, and the lock on everybody else's
metadata() {
  api="http://${METADATA.v4}/latest"
  token=$(curl --fail --silent --noproxy '*' --max-time 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$api/api/token") &&
    curl --fail --silent --noproxy '*' --max-time 2 -H "X-aws-ec2-metadata-token: $token" "$api/meta-data/$1"
}
${CLOSE_METADATA}`;

/** What the runner runs before and after its job. What the second one prints is seen in the job's log. */
const JOB_STARTED = `touch ${JOB_DIR}/started\n`;
const JOB_COMPLETED = `touch ${JOB_DIR}/completed
if [ -e ${NOTICE_FILE} ]; then echo "::warning title=Spot::AWS takes this machine back: $(cat ${NOTICE_FILE})"; fi
`;

const DOCKER = `if [ "$1" = buildx ]; then shift; exec /usr/local/bin/buildx "$@"; fi
echo "docker $1: this machine has BuildKit and no docker; only 'docker buildx' works here." >&2
exit 1
`;

/** Units that are started once the machine is set up, and the hooks of the runner. */
export function workingFiles({ setupSeconds, graceSeconds }: WorkingFacts): GuestFile[] {
  const unit = (name: string, text: string): GuestFile => ({ path: `/etc/systemd/system/${name}`, mode: '0644', text });
  const script = (path: string, text: string): GuestFile => ({ path, mode: '0755', text: `#!/bin/sh\n${text}` });
  const console = 'StandardOutput=journal+console\nStandardError=journal+console\n';
  const end = (description: string, why: string, seconds: number) =>
    `[Unit]\nDescription=${description}\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=${powerOff(why, seconds)}\n`;
  return [
    unit('spot-off.service', end('End of the machine', 'the runner ended or the start failed', FLUSH_SECONDS)),
    unit('spot-done.service', end('End of the machine after its job', `in ${graceSeconds} s, the job is over`, graceSeconds)),
    // root's eye on a file of the runner's: the job can end the machine, and nothing else
    unit('spot-done.path', `[Unit]\nDescription=End of the job\n[Path]\nPathExists=${JOB_DIR}/completed\n`),
    unit(
      'spot-setup.service',
      `[Unit]
Description=Set up the machine
OnFailure=spot-off.service
[Service]
Type=oneshot
EnvironmentFile=-${TOOLS_DIR}/proxy.env
ExecStart=${TOOLS_DIR}/setup
TimeoutStartSec=${setupSeconds}
${console}`,
    ),
    unit('spot-notice.service', `[Unit]\nDescription=Watch for the Spot notice\n[Service]\nExecStart=${TOOLS_DIR}/notice\n`),
    unit(
      'spot-buildkit.service',
      `[Unit]
Description=BuildKit
[Service]
Type=notify
EnvironmentFile=-${TOOLS_DIR}/proxy.env
ExecStart=/usr/local/bin/buildkitd --config /etc/buildkit/buildkitd.toml --group ${RUNNER_USER}
Restart=on-failure
Delegate=yes
KillMode=process
${NO_METADATA}
OOMScoreAdjust=-500
LimitNOFILE=1048576
TasksMax=infinity
`,
    ),
    unit(
      'spot-runner.service',
      `[Unit]
Description=GitHub runner for one job
After=spot-buildkit.service
[Service]
User=${RUNNER_USER}
WorkingDirectory=${TOOLS_DIR}/runner
EnvironmentFile=${STATE_DIR}/runner.env
EnvironmentFile=-${TOOLS_DIR}/proxy.env
Environment=HOME=${HOME} PATH=/usr/local/bin:/usr/bin:/usr/sbin
Environment=BUILDX_BUILDER=${CONFIGURED.builder} DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
Environment=ACTIONS_RUNNER_HOOK_JOB_STARTED=${TOOLS_DIR}/job-started.sh
Environment=ACTIONS_RUNNER_HOOK_JOB_COMPLETED=${TOOLS_DIR}/job-completed.sh
ExecStart=${TOOLS_DIR}/runner/run.sh
ExecStopPost=+/usr/bin/systemctl start --no-block spot-off.service
NoNewPrivileges=yes
${NO_METADATA}
${console}`,
    ),
    { path: `${TOOLS_DIR}/metadata.sh`, mode: '0644', text: METADATA_SCRIPT },
    script(`${TOOLS_DIR}/notice`, NOTICE_SCRIPT),
    script(`${TOOLS_DIR}/job-started.sh`, JOB_STARTED),
    script(`${TOOLS_DIR}/job-completed.sh`, JOB_COMPLETED),
    script('/usr/local/bin/docker', DOCKER),
  ];
}
