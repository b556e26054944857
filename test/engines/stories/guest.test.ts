/** The real user-data in a real guest: its life from boot to power-off. */
import { describe, expect, test } from 'vitest';
import { parseGuestIdentity } from '../../../src/core/guest-identity';
import { METADATA_MOCK } from '../guest-network';
import { boot, RUNNER } from './guest-story';

/** A token request of the metadata service, as a shell command that fails unless there is an answer. */
const ASK =
  "curl -s --noproxy '*' -m 3 -o /dev/null -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token";

/** A build whose RUN asks the site and the metadata service. */
const BUILD = `mkdir -p ~/context && cd ~/context
for file in /bin/sh /usr/bin/curl $(ldd /bin/sh /usr/bin/curl | grep -o '/[^ :]*'); do install -D "$file" "root$file"; done
cat > Dockerfile <<'END'
FROM scratch
COPY root /
RUN ["/bin/sh", "-c", "curl -sf -m 5 http://10.99.0.1/hello && echo; if ${ASK}; then echo metadata: open; else echo metadata: closed; fi"]
END
docker buildx build --progress plain . 2>&1
`;

describe('a machine', () => {
  test('listens, attests itself, builds, and is off after its job', async () => {
    const { guest, network, listens } = await boot({
      facts: { nonce: 'n0nce' },
      before: ({ answers }) => void answers.set('/hello', Buffer.from('hello')),
    });
    await listens();
    console.log(`boot to runner listening: ${guest.seconds().toFixed(1)} s`);
    const log = await network.job(`cat /run/spot-image/identity.json
if ${ASK}; then echo job: open; else echo job: closed; fi
${BUILD}`);
    expect(parseGuestIdentity(log.split('\n')[0])).toEqual({ ...METADATA_MOCK, runnerName: RUNNER, nonce: 'n0nce' });
    expect(log).toContain('job: closed\n');
    expect(log).toMatch(/^#\d+ [\d.]+ hello$/m);
    expect(log).toMatch(/^#\d+ [\d.]+ metadata: closed$/m);
    const done = guest.seconds();
    expect((await guest.off(30)) - done).toBeLessThan(20);
    expect(guest.console()).toMatch(/power-off armed[\s\S]*BuildKit runs, network cni[\s\S]*power-off: the runner ended/);
  });

  test('without its routing rules would show the metadata service to a build: the test above can fail', async () => {
    const { guest, network, listens } = await boot({ before: ({ answers }) => void answers.set('/hello', Buffer.from('hello')) });
    await listens();
    await guest.run('systemctl', 'stop', 'spot-notice');
    while ((await guest.run('ip', 'rule', 'del', 'priority', '100')).code === 0);
    expect(await network.job(BUILD)).toMatch(/^#\d+ [\d.]+ metadata: open$/m);
  });

  test('without a network for containers builds on its own, with the metadata service closed to everybody', async () => {
    const { guest, network, listens } = await boot({
      files: { 'usr/local/bin/networkctl': '#!/bin/sh\nexit 1\n' },
      before: ({ answers }) => void answers.set('/hello', Buffer.from('hello')),
    });
    await listens();
    expect(guest.console()).toMatch(/containers share the machine's network[\s\S]*BuildKit runs, network host/);
    const log = await network.job(BUILD);
    expect(log).toMatch(/^#\d+ [\d.]+ hello$/m);
    expect(log).toMatch(/^#\d+ [\d.]+ metadata: closed$/m);
    expect((await guest.run('sh', '-c', ASK)).code).not.toBe(0);
  });

  test('that no job reaches is off at its time', async () => {
    const { guest, listens } = await boot({ ttl: { requestSeconds: 0, bootSeconds: 12, pickUpSeconds: 3 } });
    await listens();
    await guest.off(40);
    expect(guest.console()).toContain('power-off: no job came');
  });

  test('whose runner never ends is off after the grace', async () => {
    const { guest, network, listens } = await boot({ facts: { graceSeconds: 3 } });
    await listens();
    await network.job('touch ~/linger');
    await guest.off(30);
    expect(guest.console()).toContain('power-off: in 3 s, the job is over');
  });

  test('is off at the end of its time to live, although a job runs that ignores every signal', async () => {
    const { guest, network, listens } = await boot({ ttl: { totalSeconds: 15 } });
    await listens();
    void network.job("trap '' TERM INT HUP; touch /run/spot-image/job/started; while :; do sleep 1; done");
    expect(await guest.off(90)).toBeGreaterThan(15);
    expect(guest.console()).toContain('power-off: the time to live is over');
  });

  test('cannot be kept alive by its job', async () => {
    const { guest, network, listens } = await boot({ ttl: { totalSeconds: 25, bootSeconds: 60 } });
    await listens();
    const log = await network.job(`try() { if "$@" < /dev/null > /dev/null 2>&1; then echo "WORKED: $*"; else echo "refused: $*"; fi; }
export SYSTEMD_COLORS=0
for timer in spot-ttl.timer spot-idle.timer spot-ttl.service; do
  try systemctl --no-ask-password stop $timer
  try systemctl --no-ask-password mask --runtime $timer
  try rm -f /run/systemd/system/$timer
  try rm -f /etc/systemd/system/$timer
done
try systemctl --no-ask-password daemon-reload
try busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StopUnit ss spot-ttl.timer replace
try kill -STOP 1
try date -s 2020-01-01
try sh -c 'echo > /etc/systemd/system/spot-off.service'
try sh -c 'echo > /opt/spot-image/job-completed.sh'
try sh -c 'cat /run/spot-image/runner.env'
try sh -c 'cat /run/spot-image/files'
try sudo -n true
try su -c true
try ip rule del priority 100
try mount --bind /dev/null /usr/bin/systemctl
try unshare --user --map-root-user systemctl --no-ask-password stop spot-ttl.timer
systemd-inhibit --what=shutdown:sleep --mode=block sleep infinity &
touch /run/spot-image/job/started
touch ~/linger
rm -f /run/spot-image/job/completed`);
    expect(log.match(/^refused/gm)?.length).toBeGreaterThan(20);
    expect(log).not.toContain('WORKED');
    await guest.off(60);
    expect(guest.console()).toMatch(/power-off: (the time to live is over|in 5 s, the job is over)/);
  });

  test('reports the Spot notice on the console and to the job, and lets the job go on', async () => {
    const { guest, network, listens } = await boot();
    await listens();
    await network.spotNotice();
    await guest.says('spot-image: Spot notice: {', 20);
    const log = await network.job('sleep 2; cat /run/spot-image/spot-notice; echo the job went on');
    expect(log).toMatch(/"action": *"terminate"[\s\S]*the job went on\n::warning title=Spot::AWS takes this machine back: .*terminate/);
    await guest.off(30);
  });
});

describe('a second boot', () => {
  test('is armed by systemd itself, without cloud-init, and ends at the absolute time', async () => {
    const { guest, listens } = await boot({ expiresIn: 30 });
    await listens();
    await guest.run('touch', '/etc/cloud/cloud-init.disabled');
    await guest.run('systemctl', 'reboot', '--no-block');
    await guest.says(/Rebooting[\s\S]*(Started|Starting) spot-ttl\.timer/, 20);
    await guest.off(45);
    expect(guest.console()).toContain('power-off: the time to live is over');
    expect(guest.console().match(/power-off armed/g)).toHaveLength(1);
  });

  test('after its time, as after a power cut, ends at once', async () => {
    const { guest, listens } = await boot({ expiresIn: 12 });
    await listens().catch(() => undefined);
    await guest.cut();
    while (guest.seconds() < 13) await new Promise((resolve) => setTimeout(resolve, 100));
    guest.boot();
    expect(await guest.off(20)).toBeLessThan(15);
    expect(guest.console()).toContain('power-off: its time was over at boot');
  });
});

describe('a clock that is wrong', () => {
  test('by an hour behind, leaves the monotonic time', async () => {
    const { guest, listens } = await boot({ ttl: { totalSeconds: 14 }, expiresIn: 14 + 3600 });
    await listens();
    await guest.off(40);
    expect(guest.console()).toContain('power-off: the time to live is over');
  });

  test('by an hour ahead, ends the machine rather than let it live', async () => {
    const { guest } = await boot({ expiresIn: -3600 });
    expect(await guest.off(30)).toBeLessThan(25);
    expect(guest.console()).toContain('power-off: its time was over at boot');
  });
});
