/** The real user-data in a real guest, made to fail: a power-off was armed before, and the guest is off in time. */
import { expect, test } from 'vitest';
import type { Booted, Story } from './guest-story';
import { boot, end, sideBySide } from './guest-story';

const SETUP = '/opt/spot-image/setup';

/** A set-up may take 15 s here, and a job may take 10 s to come. */
const TTL = { requestSeconds: 0, bootSeconds: 15, pickUpSeconds: 10 } as const;
/** Idle time, a minute until the power-off by force, and a boot on a busy machine. */
const LATEST = 120;

/** Has bash run a command before each line of the set-up, whatever the line is and in whatever subshell. */
function beforeEachLine(command: string): Record<string, string> {
  return {
    'etc/systemd/system/spot-setup.service.d/fault.conf': '[Service]\nEnvironment=BASH_ENV=/etc/fault.sh\n',
    'etc/fault.sh': `if [ "$0" = ${SETUP} ]; then
  set -T
  trap 'if [ "\${BASH_SOURCE[0]}" = ${SETUP} ]; then ${command}; fi' DEBUG
fi
`,
  };
}

const broken = (story: Story) => boot({ ttl: TTL, ...story });

/** The console says that the machine's end was sure before the fault was met. */
function expectArmedBefore({ guest }: Booted, fault: string | RegExp): void {
  const console = guest.console();
  const armed = console.indexOf('spot-image: power-off armed');
  expect(armed, console).toBeGreaterThan(0);
  expect(console.search(fault), console).toBeGreaterThan(armed);
}

test('a set-up that fails at any one of its commands ends the machine', async () => {
  const good = await boot({ files: beforeEachLine('echo $LINENO >> /lines') });
  await good.listens();
  const { stdout } = await good.guest.run('cat', '/lines');
  await end(good);
  const lines = [...new Set(stdout.trim().split('\n'))].sort((a, b) => Number(a) - Number(b));
  expect(lines.length).toBeGreaterThan(50);
  let slowest = 0;
  await sideBySide(lines, 6, async (line) => {
    const fault = `fault at line ${line};`;
    const booted = await broken({ files: beforeEachLine(`if [ $LINENO = ${line} ]; then echo "${fault}" > /dev/console; exit 1; fi`) });
    slowest = Math.max(slowest, await booted.guest.off(LATEST));
    expectArmedBefore(booted, fault);
    await end(booted);
  });
  console.log(`${lines.length} lines of the set-up failed one by one; the slowest machine was off after ${slowest.toFixed(1)} s`);
});

/** The first act, as cloud-init runs it, and where each of its commands begins. */
function firstAct(userData: string): { readonly text: string; readonly commands: readonly string[] } {
  const text = /^bootcmd:\n- \|\n((?:(?: {2}.*)?\n)+)/m.exec(userData)?.[1] ?? '';
  const commands: string[] = [];
  let inUnit = false;
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    if (!inUnit) commands.push(line);
    inUnit = inUnit ? line.trim() !== 'UNIT' : line.endsWith("<<'UNIT'");
  }
  return { text, commands };
}

test('a first act that is cut off before any one of its commands ends the machine all the same', async () => {
  let commands: readonly string[] = [];
  const probe = await boot({
    spoil: (userData) => {
      ({ commands } = firstAct(userData));
      return userData;
    },
  });
  await end(probe);
  expect(commands.length).toBeGreaterThan(8);
  await sideBySide(commands, 6, async (command) => {
    const booted = await boot({
      ttl: TTL,
      expiresIn: 12,
      spoil: (userData) => {
        const { text } = firstAct(userData);
        return userData.replace(text, () => text.replace(command, () => `  exit 1\n${command}`));
      },
    });
    await booted.guest.off(LATEST);
    await end(booted);
  });
});

test('a watch for the Spot notice that fails takes nothing from the machine', async () => {
  const notice = '/opt/spot-image/notice';
  const booted = await boot({
    ttl: TTL,
    files: {
      'etc/systemd/system/spot-notice.service.d/fault.conf': `[Service]\nExecStart=\nExecStart=/bin/sh -c 'sed -i 2iexit\\ 1 ${notice}; exec ${notice}'\n`,
    },
  });
  await booted.listens();
  expect((await booted.guest.run('systemctl', 'is-active', 'spot-notice')).stdout.trim()).toBe('failed');
  const asked = `curl -s --noproxy '*' -m 3 -o /dev/null -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token`;
  expect(await booted.network.job(`if ${asked}; then echo open; else echo closed; fi`)).toContain('closed\n');
  await booted.guest.off(LATEST);
});

test('a set-up that is killed ends the machine', async () => {
  const booted = await broken({ before: ({ answers }) => void answers.set('/buildkit', 'hang') });
  await booted.guest.says('download buildkit', 30);
  await booted.guest.run('systemctl', 'kill', '--signal=KILL', 'spot-setup.service');
  await booted.guest.off(30);
  expectArmedBefore(booted, /power-off: the runner ended or the start failed/);
});

test('a cloud-init that is killed after the first act ends the machine', async () => {
  const booted = await broken({
    files: {
      'etc/systemd/system/cloud-config.service.d/fault.conf': '[Service]\nExecStartPre=/bin/sh -c "kill -9 $$$$"\n',
      'etc/systemd/system/cloud-final.service.d/fault.conf': '[Service]\nExecStartPre=/bin/sh -c "kill -9 $$$$"\n',
    },
  });
  await booted.guest.off(LATEST);
  expectArmedBefore(booted, /power-off: no job came/);
});

test('a disk that takes no tools ends the machine', async () => {
  const booted = await broken({ files: { 'opt/spot-image': 'a file where the folder should be\n' } });
  await booted.guest.off(LATEST);
  expectArmedBefore(booted, /power-off: no job came/);
});

test('a network that goes away ends the machine', async () => {
  const booted = await broken({});
  await booted.guest.says('power-off armed', 30);
  await booted.network.wire('down');
  await booted.guest.off(LATEST);
  expectArmedBefore(booted, /power-off: /);
});

test.each([
  ['hangs', 'hang', /download runner/],
  ['gives a byte now and then', 'trickle', /download runner/],
  ['does not have it', 404, /failed: download runner/],
  ['gives other bytes', Buffer.from('other bytes'), /failed: checksum of runner/],
] as const)('a mirror that %s ends the machine, and its console names the step', async (_, answer, step) => {
  const booted = await broken({ before: ({ answers }) => void answers.set('/runner', answer) });
  await booted.guest.off(LATEST);
  expectArmedBefore(booted, step);
  expect(booted.guest.console()).not.toContain('Listening for Jobs');
});
