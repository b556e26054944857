import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REAP_GRACE_SECONDS } from '../../../src/core/runner/overdue';
import {
  SCHEDULE_GRACE_SECONDS,
  scheduleDue,
  scheduledEnd,
  scheduledMachine,
  scheduleName,
  schedulePrefix,
} from '../../../src/core/runner/schedule';

const NOW = Date.UTC(2026, 10, 24, 12);
const minutesAgo = (minutes: number) => NOW - minutes * 60_000;

describe('the name of a schedule', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/);
  const id = fc.stringMatching(/^i-[0-9a-f]{17}$/);

  it('is one that AWS accepts, and tells its machine to its own repository only', () => {
    fc.assert(
      fc.property(part, part, part, id, (owner, name, other, machine) => {
        const repository = `${owner}/${name}`;
        const schedule = scheduleName(repository, machine);
        expect(schedule).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
        expect(scheduledMachine(repository, schedule)).toBe(machine);
        if (other.toLowerCase() !== name.toLowerCase()) expect(scheduledMachine(`${owner}/${other}`, schedule)).toBeUndefined();
      }),
    );
  });

  it('does not depend on how GitHub writes the repository', () => {
    expect(schedulePrefix('DianPlus/Tomcat')).toBe(schedulePrefix('dianplus/tomcat'));
  });

  it('that somebody else gave is no machine of ours', () => {
    expect(scheduledMachine('dianplus/tomcat', 'spot-nightly-report')).toBeUndefined();
    expect(scheduledMachine('dianplus/tomcat', `${schedulePrefix('dianplus/tomcat')}report`)).toBeUndefined();
  });
});

it("fires after the guest's own timers, and before the reaper's grace is over", () => {
  const expires = new Date(NOW);
  expect(scheduledEnd(expires).getTime()).toBe(NOW + SCHEDULE_GRACE_SECONDS * 1000);
  expect(SCHEDULE_GRACE_SECONDS).toBeGreaterThan(0);
  expect(SCHEDULE_GRACE_SECONDS + 60).toBeLessThan(REAP_GRACE_SECONDS);
});

describe('a schedule', () => {
  it.each([
    ['whose machine is terminated', 'terminated', 1, true],
    ['whose machine nobody sees any more', 'unseen', 15, true],
    ['whose machine nobody may see yet', 'unseen', 14, false],
    ['whose machine is shutting down', 'shutting-down', 99, false],
    ['whose machine runs', 'running', 999, false],
    ['whose machine EC2 does not tell of', 'unknown', 999, false],
  ])('%s', (_what, machine, minutes, due) => {
    expect(scheduleDue({ machine, createdAt: minutesAgo(minutes) }, NOW).due).toBe(due);
  });

  it('of an unknown age is kept while its machine is not seen', () => {
    expect(scheduleDue({ machine: 'unseen' }, NOW).due).toBe(false);
  });
});
