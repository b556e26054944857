import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { guestTools } from '../../../src/core/guest-tools';
import { timeToLive } from '../../../src/core/time-to-live';
import {
  guestFiles,
  renderFallbackUserData,
  renderUserData,
  USER_DATA_LIMIT,
  type UserDataFacts,
} from '../../../src/runtime/runner/user-data';

interface CloudConfig {
  bootcmd: string[];
  write_files?: { path: string; permissions: string; encoding?: string; content: string }[];
  runcmd?: string[];
}

const facts: UserDataFacts = {
  name: 'spot-17654321098-1-amd64-1',
  // GitHub's are about 4,500 characters long
  jitConfig: 'QUJD'.repeat(1200),
  timeToLive: timeToLive(60),
  expires: new Date('2026-11-24T09:20:00Z'),
  tools: guestTools('x86_64'),
};

function read(text: string): CloudConfig {
  expect(text).toMatch(/^#cloud-config\n/);
  return parse(text) as CloudConfig;
}

function file(path: string): { path: string; mode: string; text: string } {
  const found = guestFiles(facts).find((f) => f.path === path);
  if (!found) throw new Error(`no file ${path}`);
  return found;
}

describe('the first act of a guest', () => {
  const [arming] = read(renderUserData(facts)).bootcmd;

  it('arms the power-off by a monotonic and an absolute time', () => {
    expect(arming).toContain('OnActiveSec=4800\n');
    expect(arming).toContain('OnCalendar=2026-11-24 09:20:00 UTC\n');
  });

  it('arms the end of a machine that no job reaches', () => {
    expect(arming).toMatch(/spot-idle\.timer[\s\S]*OnActiveSec=900\n/);
    expect(arming).toContain('ConditionPathExists=!/run/spot-image/job/started');
  });

  it('is alone in the stage that runs at every boot, and depends on nothing', () => {
    expect(read(renderUserData(facts)).bootcmd).toHaveLength(1);
    expect(arming.match(/DefaultDependencies=no/g)).toHaveLength(5);
    expect(arming).toContain('systemctl start --no-block spot-ttl.timer spot-idle.timer spot-late.service\n');
    expect(arming).not.toMatch(/systemd-run|shutdown|curl/);
  });

  it('ends at once a machine that boots after its time, as a second boot may', () => {
    expect(arming).toMatch(
      new RegExp(`spot-late\\.service[\\s\\S]*ExecCondition=.*-ge ${Date.parse('2026-11-24T09:20:00Z') / 1000}'\nExecStart=.*poweroff`),
    );
  });

  it('leaves copies on the disk that systemd starts at the next boot, before cloud-init', () => {
    expect(arming).toContain('cp spot-ttl.service spot-ttl.timer spot-idle.service spot-idle.timer spot-late.service /etc/systemd/system/');
    expect(arming).toMatch(
      /for unit in spot-ttl\.timer spot-idle\.timer spot-late\.service; do ln .* \/etc\/systemd\/system\/sysinit\.target\.wants\//,
    );
    // from memory first: a disk that cannot be written must not keep the machine alive
    expect(arming.indexOf('systemctl start')).toBeLessThan(arming.indexOf('/etc/'));
  });

  it('powers off politely first, then by force', () => {
    for (const command of arming.match(/ExecStart=.*/g) ?? []) {
      expect(command).toMatch(/systemctl poweroff --no-block; sleep 60; systemctl poweroff --force --force/);
    }
  });
});

describe('the guest', () => {
  it('gets the one-time secret in a file for root only, and nowhere else', () => {
    const { write_files: files = [], ...rest } = read(renderUserData(facts));
    const holders = files.filter(({ content }) => content.includes(facts.jitConfig));
    expect(holders).toEqual([
      { path: '/run/spot-image/runner.env', permissions: '0600', content: `ACTIONS_RUNNER_INPUT_JITCONFIG=${facts.jitConfig}\n` },
    ]);
    expect(JSON.stringify(rest)).not.toContain(facts.jitConfig);
    expect(JSON.stringify(guestFiles(facts))).not.toContain(facts.jitConfig);
  });

  it('verifies every download by the checksum of its kind of machine', () => {
    for (const cpu of ['x86_64', 'arm64'] as const) {
      const setup = guestFiles({ ...facts, tools: guestTools(cpu) }).find(({ path }) => path === '/opt/spot-image/setup');
      for (const { url, sha256 } of Object.values(guestTools(cpu))) expect(setup?.text).toContain(`'${url}' ${sha256} `);
    }
    expect(file('/opt/spot-image/setup').text).toContain('sha256sum --check');
  });

  it('runs the job as a user that cannot become root', () => {
    const unit = file('/etc/systemd/system/spot-runner.service').text;
    expect(unit).toContain('User=runner\n');
    expect(unit).toContain('NoNewPrivileges=yes\n');
    expect(
      guestFiles(facts)
        .map(({ text }) => text)
        .join(),
    ).not.toMatch(/sudo|docker group|--groups/);
  });

  it('ends when the job is over, when the runner ends, and when its start fails', () => {
    expect(file('/etc/systemd/system/spot-done.path').text).toContain('PathExists=/run/spot-image/job/completed\n');
    expect(file('/etc/systemd/system/spot-done.service').text).toContain('sleep 60; systemctl poweroff');
    expect(file('/etc/systemd/system/spot-runner.service').text).toContain(
      'ExecStopPost=+/usr/bin/systemctl start --no-block spot-off.service',
    );
    expect(file('/etc/systemd/system/spot-setup.service').text).toContain('OnFailure=spot-off.service');
  });

  it("touches the signs that the timers look for from the runner's hooks", () => {
    const unit = file('/etc/systemd/system/spot-runner.service').text;
    for (const [hook, sign] of [
      ['STARTED', 'started'],
      ['COMPLETED', 'completed'],
    ]) {
      const script = new RegExp(`ACTIONS_RUNNER_HOOK_JOB_${hook}=(.*)`).exec(unit)?.[1] ?? '';
      expect(file(script)).toMatchObject({ mode: '0755', text: expect.stringMatching(`^#!/bin/sh\ntouch /run/spot-image/job/${sign}\n`) });
    }
  });

  it('says what it is about to do before each step', () => {
    const steps = file('/opt/spot-image/setup').text.match(/^ *step ['"].*/gm) ?? [];
    expect(steps.length).toBeGreaterThanOrEqual(6);
  });
});

describe('user-data', () => {
  it('carries every file as it is, compressed but for the secret', () => {
    const [secret, packed] = read(renderUserData(facts)).write_files ?? [];
    expect(secret.content).toBe(`ACTIONS_RUNNER_INPUT_JITCONFIG=${facts.jitConfig}\n`);
    expect(packed).toMatchObject({ encoding: 'gz+b64', permissions: '0600' });
    const script = gunzipSync(Buffer.from(packed.content, 'base64')).toString();
    for (const { path, mode, text } of guestFiles(facts)) {
      expect(script).toContain(`put ${mode} ${path} <<'END-OF-FILE'\n${text}END-OF-FILE\n`);
      expect(text).not.toContain('END-OF-FILE');
      expect(text).toMatch(/[^\n]\n$/);
    }
  });

  it('ends a machine whose files cannot be written', () => {
    expect(read(renderUserData(facts)).runcmd?.join()).toMatch(/spot-setup\.service \|\| systemctl start --no-block spot-idle\.service$/);
  });

  it('leaves a quarter of what EC2 allows for longer secrets and addresses', () => {
    expect(Buffer.byteLength(renderUserData(facts))).toBeLessThanOrEqual(USER_DATA_LIMIT * 0.75);
  });

  it('is refused above the limit rather than cut', () => {
    expect(() => renderUserData({ ...facts, jitConfig: 'QUJD'.repeat(4096) })).toThrow(/EC2 allows 16384/);
  });

  it('takes nothing for a secret that could break out of its line', () => {
    fc.assert(
      fc.property(fc.string(), (jitConfig) => {
        fc.pre(!/^[A-Za-z0-9+/=_-]+$/.test(jitConfig));
        expect(() => renderUserData({ ...facts, jitConfig })).toThrow(/no base64/);
      }),
    );
  });
});

describe('downloads', () => {
  const setup = (more: Partial<UserDataFacts>) =>
    guestFiles({ ...facts, ...more }).find(({ path }) => path === '/opt/spot-image/setup')?.text;

  it('come from a mirror where there is one, under the same checksum', () => {
    const { runner } = guestTools('x86_64');
    const text = setup({ mirrors: { 'https://github.com/actions/': 'https://mirror.example/gh-actions/' } });
    expect(text).toContain(
      `'${runner.url.replace('https://github.com/actions/', 'https://mirror.example/gh-actions/')}' ${runner.sha256} `,
    );
    expect(text).not.toContain(runner.url);
  });

  it('go through a proxy, and the metadata service does not', () => {
    const file = guestFiles({ ...facts, proxy: 'http://proxy.example:3128' }).find(({ path }) => path.endsWith('/proxy.env'));
    expect(file?.text).toContain('https_proxy=http://proxy.example:3128\n');
    expect(file?.text).toMatch(/^no_proxy=.*169\.254\.169\.254$/m);
    for (const unit of ['setup', 'buildkit', 'runner']) {
      const text = guestFiles(facts).find(({ path }) => path.endsWith(`/spot-${unit}.service`))?.text;
      expect(text).toContain(`EnvironmentFile=-${file?.path}\n`);
    }
  });

  it.each([
    ['a name', { name: "x'; poweroff '" }],
    ['a nonce', { nonce: 'a"b' }],
    ['a proxy', { proxy: 'http://a\nb' }],
    ['a mirror', { mirrors: { 'https://github.com/': "https://m.example/'$(id)'/" } }],
  ])('refuse %s that could leave its quotes', (_, more) => {
    expect(() => renderUserData({ ...facts, ...more })).toThrow(/cannot be put into a guest/);
  });
});

describe('the user-data of a machine that did not get its own', () => {
  const config = read(renderFallbackUserData(facts.timeToLive));

  it('arms and does nothing else', () => {
    expect(Object.keys(config)).toEqual(['bootcmd']);
    expect(config.bootcmd[0]).toContain('systemctl start --no-block spot-ttl.timer spot-idle.timer\n');
    expect(config.bootcmd[0]).not.toContain('OnCalendar');
  });

  it('is the same for every run, as the template that holds it', () => {
    expect(renderFallbackUserData(timeToLive(60))).toBe(renderFallbackUserData(timeToLive(60)));
  });
});
