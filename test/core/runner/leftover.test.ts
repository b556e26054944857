import { describe, expect, it } from 'vitest';
import { RUNNER_TAGS, repositoryTags, runnerIdentity } from '../../../src/core/identity';
import { type MachineState, templateDue, volumeDue } from '../../../src/core/runner/leftover';
import { timeToLive } from '../../../src/core/time-to-live';

const TTL = timeToLive(60);
const NOW = Date.UTC(2026, 10, 24, 12);
const { tags } = runnerIdentity({ repository: 'dianplus/tomcat', runId: '7', attempt: '1', architecture: 'amd64', tryNumber: 1 });
const minutesAgo = (minutes: number) => NOW - minutes * 60_000;

describe('a launch template', () => {
  it.each<[string, number, MachineState, boolean]>([
    ['without machine, of a launch that must be over', 15, 'none', true],
    ['without machine, of a launch that may be under way', 14, 'none', false],
    ['whose machine lives', 999, 'living', false],
    ['of a region that does not answer', 999, 'unknown', false],
  ])('%s', (_what, minutes, machine, due) => {
    expect(templateDue({ tags, createdAt: minutesAgo(minutes) }, machine, TTL, NOW).due).toBe(due);
  });

  it('that every launch uses is never due', () => {
    for (const own of [{}, repositoryTags('dianplus/tomcat'), { [RUNNER_TAGS.architecture]: 'amd64' }])
      expect(templateDue({ tags: own, createdAt: 0 }, 'none', TTL, NOW).due).toBe(false);
  });

  it('of an unknown age is kept', () => {
    expect(templateDue({ tags }, 'none', TTL, NOW).due).toBe(false);
  });
});

describe('a volume', () => {
  it.each([
    ['that no machine has, older than a machine may be', 'available', 85, true],
    ['that no machine has yet', 'available', 84, false],
    ['that a machine has', 'in-use', 999, false],
    ['in an unknown state', undefined, 999, false],
  ])('%s', (_what, state, minutes, due) => {
    expect(volumeDue({ tags, state, createdAt: minutesAgo(minutes) }, TTL, NOW).due).toBe(due);
  });

  it('of an unknown age is kept', () => {
    expect(volumeDue({ tags, state: 'available' }, TTL, NOW).due).toBe(false);
  });
});
