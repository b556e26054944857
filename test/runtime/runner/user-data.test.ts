import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { guestTools } from '../../../src/core/guest-tools';
import { timeToLive } from '../../../src/core/time-to-live';
import { renderFallbackUserData, renderUserData, USER_DATA_LIMIT, type UserDataFacts } from '../../../src/runtime/runner/user-data';

interface CloudConfig {
  bootcmd: string[];
  write_files?: { path: string; permissions: string; content: string }[];
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

function file(path: string): { path: string; permissions: string; content: string } {
  const found = read(renderUserData(facts)).write_files?.find((f) => f.path === path);
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
    expect(arming.match(/DefaultDependencies=no/g)).toHaveLength(4);
    expect(arming).toContain('systemctl start --no-block spot-ttl.timer spot-idle.timer\n');
    expect(arming).not.toMatch(/systemd-run|shutdown|curl/);
  });

  it('ends at once a machine that boots after its time, as a second boot may', () => {
    expect(arming).toContain(`-ge ${Date.parse('2026-11-24T09:20:00Z') / 1000} ]; then systemctl start --no-block spot-ttl.service`);
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
  });

  it('verifies every download by the checksum of its kind of machine', () => {
    for (const cpu of ['x86_64', 'arm64'] as const) {
      const text = renderUserData({ ...facts, tools: guestTools(cpu) });
      for (const { url, sha256 } of Object.values(guestTools(cpu))) expect(text).toContain(`'${url}' ${sha256} `);
    }
    expect(file('/opt/spot-image/setup').content).toContain('sha256sum --check');
  });

  it('runs the job as a user that cannot become root', () => {
    const unit = file('/etc/systemd/system/spot-runner.service').content;
    expect(unit).toContain('User=runner\n');
    expect(unit).toContain('NoNewPrivileges=yes\n');
    expect(
      read(renderUserData(facts))
        .write_files?.map(({ content }) => content)
        .join(),
    ).not.toMatch(/sudo|docker group|--groups/);
  });

  it('ends when the job is over, when the runner ends, and when its start fails', () => {
    expect(file('/etc/systemd/system/spot-done.path').content).toMatch(
      /PathExists=\/run\/spot-image\/job\/completed\nUnit=spot-off\.service/,
    );
    expect(file('/etc/systemd/system/spot-runner.service').content).toContain(
      'ExecStopPost=+/usr/bin/systemctl start --no-block spot-off.service',
    );
    expect(file('/etc/systemd/system/spot-setup.service').content).toContain('OnFailure=spot-off.service');
  });

  it("touches the signs that the timers look for from the runner's hooks", () => {
    const unit = file('/etc/systemd/system/spot-runner.service').content;
    for (const [hook, sign] of [
      ['STARTED', 'started'],
      ['COMPLETED', 'completed'],
    ]) {
      const script = new RegExp(`ACTIONS_RUNNER_HOOK_JOB_${hook}=(.*)`).exec(unit)?.[1] ?? '';
      expect(file(script)).toMatchObject({ permissions: '0755', content: `#!/bin/sh\ntouch /run/spot-image/job/${sign}\n` });
    }
  });

  it('says what it is about to do before each step', () => {
    const steps = file('/opt/spot-image/setup').content.match(/^ *step ['"].*/gm) ?? [];
    expect(steps.length).toBeGreaterThanOrEqual(6);
  });
});

describe('user-data', () => {
  it('is cloud-config whose every file comes out as it went in', () => {
    for (const { content } of read(renderUserData(facts)).write_files ?? []) {
      expect(content).toMatch(/\n$/);
      expect(content).not.toMatch(/\n\n$/);
    }
    expect(file('/opt/spot-image/setup').content).toMatch(/^#!\/bin\/bash\nset -euo pipefail\n/);
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

describe('the user-data of a machine that did not get its own', () => {
  const config = read(renderFallbackUserData(facts.timeToLive));

  it('arms and does nothing else', () => {
    expect(Object.keys(config)).toEqual(['bootcmd']);
    expect(config.bootcmd[0]).toContain('systemctl start --no-block spot-ttl.timer spot-idle.timer');
    expect(config.bootcmd[0]).not.toContain('OnCalendar');
  });

  it('is the same for every run, as the template that holds it', () => {
    expect(renderFallbackUserData(timeToLive(60))).toBe(renderFallbackUserData(timeToLive(60)));
  });
});
