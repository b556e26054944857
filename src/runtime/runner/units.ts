/**
 * The guest's systemd units and small scripts: what ends the machine, what builds,
 * what takes the job. Pure texts.
 */
import { CONFIGURED, HOME, JOB_DIR, RUNNER_USER, STATE_DIR, TOOLS_DIR } from './guest';

/** A file on the guest. */
export interface GuestFile {
  readonly path: string;
  /** Octal, as text. */
  readonly mode: string;
  readonly text: string;
}

/** Seconds between the end of the job and the power-off, in which logs are uploaded. */
const GRACE_SECONDS = 60;

/**
 * Powers off politely, and a minute later by force: a unit that does not end must
 * not keep the machine alive. `poweroff`, never `halt`, which EC2 does not take for an end.
 */
function powerOff(why: string, afterSeconds = 0): string {
  const say = `echo "spot-image: power-off: ${why}" > /dev/console`;
  const wait = afterSeconds > 0 ? `sleep ${afterSeconds}; ` : '';
  return `/bin/sh -c '${say}; ${wait}systemctl poweroff --no-block; sleep 60; systemctl poweroff --force --force'`;
}

/**
 * Units that end the machine when its time is over or no job came. They have no
 * default dependencies: a timer with them waits for sysinit.target, which at this
 * moment of the boot waits for cloud-init, which would wait for the timer.
 *
 * @param idleSeconds after which a machine without a job ends
 * @param ttlSeconds from the first act
 * @param expires the same as an absolute time, which a reboot does not move
 */
export function armingUnits(idleSeconds: number, ttlSeconds: number, expires: Date | undefined): GuestFile[] {
  const unit = (name: string, description: string, rest: string): GuestFile => ({
    path: `/run/systemd/system/${name}`,
    mode: '0644',
    text: `[Unit]\nDescription=${description}\nDefaultDependencies=no\n${rest}`,
  });
  const calendar = expires ? `OnCalendar=${expires.toISOString().slice(0, 19).replace('T', ' ')} UTC\n` : '';
  return [
    unit('spot-ttl.service', 'End of the time to live', `[Service]\nType=oneshot\nExecStart=${powerOff('the time to live is over')}\n`),
    unit('spot-ttl.timer', 'Time to live', `[Timer]\nOnActiveSec=${ttlSeconds}\n${calendar}AccuracySec=1s\n`),
    unit(
      'spot-idle.service',
      'End of a machine without a job',
      `ConditionPathExists=!${JOB_DIR}/started\n[Service]\nType=oneshot\nExecStart=${powerOff('no job came')}\n`,
    ),
    unit('spot-idle.timer', 'Wait for a job', `[Timer]\nOnActiveSec=${idleSeconds}\nAccuracySec=1s\n`),
  ];
}

/** The shell commands that write the arming units and start them. POSIX sh: the first act of the boot. */
export function armingScript(units: readonly GuestFile[], expires: Date | undefined): string {
  const writes = units.map(({ path, text }) => `cat > ${path} <<'UNIT'\n${text}UNIT\n`).join('');
  const late = expires
    ? `if [ "$(date +%s)" -ge ${Math.floor(expires.getTime() / 1000)} ]; then systemctl start --no-block spot-ttl.service; fi\n`
    : '';
  return `mkdir -p /run/systemd/system
${writes}systemctl start --no-block spot-ttl.timer spot-idle.timer
${late}echo 'spot-image: power-off armed' > /dev/console
`;
}

/** Units that are started once the machine is set up, and the hooks of the runner. */
export function workingFiles(): GuestFile[] {
  const unit = (name: string, text: string): GuestFile => ({ path: `/etc/systemd/system/${name}`, mode: '0644', text });
  const script = (path: string, text: string): GuestFile => ({ path, mode: '0755', text: `#!/bin/sh\n${text}` });
  return [
    unit(
      'spot-off.service',
      `[Unit]
Description=End of the machine after its job
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=${powerOff(`in ${GRACE_SECONDS} s, the job is over or the start failed`, GRACE_SECONDS)}
`,
    ),
    // root's eye on a file of the runner's: the job can end the machine, and nothing else
    unit('spot-done.path', `[Unit]\nDescription=End of the job\n[Path]\nPathExists=${JOB_DIR}/completed\nUnit=spot-off.service\n`),
    unit(
      'spot-setup.service',
      `[Unit]
Description=Set up the machine
Wants=network-online.target
After=network-online.target
OnFailure=spot-off.service
[Service]
Type=oneshot
ExecStart=${TOOLS_DIR}/setup
StandardOutput=journal+console
StandardError=journal+console
`,
    ),
    unit(
      'spot-buildkit.service',
      `[Unit]
Description=BuildKit
[Service]
Type=notify
ExecStart=/usr/local/bin/buildkitd --config /etc/buildkit/buildkitd.toml --group ${RUNNER_USER}
Restart=on-failure
Delegate=yes
KillMode=process
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
Environment=HOME=${HOME} PATH=/usr/local/bin:/usr/bin:/usr/sbin
Environment=BUILDX_BUILDER=${CONFIGURED.builder} DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
Environment=ACTIONS_RUNNER_HOOK_JOB_STARTED=${TOOLS_DIR}/job-started.sh
Environment=ACTIONS_RUNNER_HOOK_JOB_COMPLETED=${TOOLS_DIR}/job-completed.sh
ExecStart=${TOOLS_DIR}/runner/run.sh
ExecStopPost=+/usr/bin/systemctl start --no-block spot-off.service
NoNewPrivileges=yes
StandardOutput=journal+console
StandardError=journal+console
`,
    ),
    script(`${TOOLS_DIR}/job-started.sh`, `touch ${JOB_DIR}/started\n`),
    script(`${TOOLS_DIR}/job-completed.sh`, `touch ${JOB_DIR}/completed\n`),
    script(
      '/usr/local/bin/docker',
      `if [ "$1" = buildx ]; then shift; exec /usr/local/bin/buildx "$@"; fi
echo "docker $1: this machine has BuildKit and no docker; only 'docker buildx' works here." >&2
exit 1
`,
    ),
  ];
}
