/**
 * The guest's first act: what ends the machine is armed before anything that can fail.
 * Pure texts.
 */
import { type GuestFile, JOB_DIR } from './guest';

/**
 * Powers off politely, and a minute later by force: a unit that does not end must
 * not keep the machine alive. `poweroff`, never `halt`, which EC2 does not take for an end.
 */
export function powerOff(why: string, afterSeconds = 0): string {
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
  const oneshot = (why: string, condition = '') => `[Service]\nType=oneshot\n${condition}ExecStart=${powerOff(why)}\n`;
  const calendar = expires ? `OnCalendar=${expires.toISOString().slice(0, 19).replace('T', ' ')} UTC\n` : '';
  const units = [
    unit('spot-ttl.service', 'End of the time to live', oneshot('the time to live is over')),
    unit('spot-ttl.timer', 'Time to live', `[Timer]\nOnActiveSec=${ttlSeconds}\n${calendar}AccuracySec=1s\n`),
    unit('spot-idle.service', 'End of a machine without a job', `ConditionPathExists=!${JOB_DIR}/started\n${oneshot('no job came')}`),
    unit('spot-idle.timer', 'Wait for a job', `[Timer]\nOnActiveSec=${idleSeconds}\nAccuracySec=1s\n`),
  ];
  if (!expires) return units;
  // a calendar timer that is started after its moment waits for ever
  const over = `ExecCondition=/bin/sh -c 'test $$(date +%%s) -ge ${Math.floor(expires.getTime() / 1000)}'\n`;
  return [...units, unit('spot-late.service', 'End of a machine that boots after its time', oneshot('its time was over at boot', over))];
}

/**
 * The shell commands that write the arming units and start them. POSIX sh: the first act
 * of the boot. The units are written to memory and started from there; copies on the disk
 * arm a second boot before cloud-init, and without it.
 */
export function armingScript(units: readonly GuestFile[]): string {
  const names = units.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const start = names.filter((name) => name.endsWith('.timer') || name === 'spot-late.service').join(' ');
  const writes = units.map(({ path, text }) => `cat > ${path} <<'UNIT'\n${text}UNIT\n`).join('');
  return `mkdir -p /run/systemd/system
${writes}systemctl start --no-block ${start}
echo 'spot-image: power-off armed' > /dev/console
mkdir -p /etc/systemd/system/sysinit.target.wants
cd /run/systemd/system && cp ${names.join(' ')} /etc/systemd/system/
for unit in ${start}; do ln -sf "../$unit" /etc/systemd/system/sysinit.target.wants/; done
`;
}
