import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNNER_TAGS } from '../../../src/core/identity';
import { type JobState, machineDue, REAP_GRACE_SECONDS, type RunState, registrationDue } from '../../../src/core/runner/overdue';
import { timeToLive } from '../../../src/core/time-to-live';

const TTL = timeToLive(60);
const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

/** A machine of attempt 2, launched some minutes ago. */
function machine(minutes: number, tags: Record<string, string> = {}) {
  const launchedAt = NOW - minutes * MINUTE;
  const expires = new Date(launchedAt + TTL.totalSeconds * 1000).toISOString();
  return { state: 'running', launchedAt, tags: { [RUNNER_TAGS.attempt]: '2', [RUNNER_TAGS.expires]: expires, ...tags } };
}

const ACTIVE: RunState = { status: 'active', attempt: 2 };
const FINISHED: RunState = { status: 'finished', attempt: 2 };
const PAST_ALL = (TTL.totalSeconds + REAP_GRACE_SECONDS) / 60;

describe('a machine', () => {
  it.each<[string, number, RunState, JobState, boolean]>([
    ['whose run is finished', 5, FINISHED, 'unknown', true],
    ['whose run is at a later attempt', 5, { status: 'active', attempt: 3 }, 'running', true],
    ["that is newer than GitHub's answer", 5, { status: 'finished', attempt: 1 }, 'unknown', false],
    ['that is still starting', 5, ACTIVE, 'none', false],
    ['to which no job came', 21, ACTIVE, 'none', true],
    ['whose job is running', 40, ACTIVE, 'running', false],
    ['of which GitHub does not say whether its job is running', 40, ACTIVE, 'unknown', false],
    ['of whose run GitHub says nothing', 40, 'unknown', 'none', false],
    ['whose time is over, but not the grace', PAST_ALL - 1, 'unknown', 'unknown', false],
    ['whose time and grace are over, whatever GitHub says', PAST_ALL, ACTIVE, 'running', true],
  ])('%s, after %d minutes', (_what, minutes, run, job, due) => {
    expect(machineDue(machine(minutes), run, job, TTL, NOW).due).toBe(due);
  });

  it('is never due within its time while GitHub is unknown, or its job may be running', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: PAST_ALL - 1 }), fc.constantFrom<JobState[]>('running', 'unknown'), (minutes, job) => {
        expect(machineDue(machine(minutes), ACTIVE, job, TTL, NOW).due).toBe(false);
        expect(machineDue(machine(minutes), 'unknown', 'none', TTL, NOW).due).toBe(false);
      }),
    );
  });

  it('without a readable end is judged by its launch', () => {
    const without = (minutes: number) => machine(minutes, { [RUNNER_TAGS.expires]: 'tomorrow' });
    expect(machineDue(without(PAST_ALL), 'unknown', 'unknown', TTL, NOW).due).toBe(true);
    expect(machineDue(without(PAST_ALL - 1), 'unknown', 'unknown', TTL, NOW).due).toBe(false);
    expect(machineDue({ ...without(999), launchedAt: undefined }, 'unknown', 'unknown', TTL, NOW).due).toBe(false);
  });

  it.each(['terminated', 'shutting-down'])('that is %s is left to end', (state) => {
    expect(machineDue({ ...machine(999), state }, FINISHED, 'none', TTL, NOW).due).toBe(false);
  });
});

describe('a registration', () => {
  const ghost = { attempt: 2, online: false, busy: false, machine: 'none' } as const;

  it('without run and without machine is a ghost', () => {
    expect(registrationDue(ghost, FINISHED).due).toBe(true);
    expect(registrationDue(ghost, { status: 'active', attempt: 3 }).due).toBe(true);
  });

  it.each([
    ['it is online', { ...ghost, online: true }, FINISHED],
    ['it is busy', { ...ghost, busy: true }, FINISHED],
    ['its machine lives', { ...ghost, machine: 'living' as const }, FINISHED],
    ['EC2 did not answer', { ...ghost, machine: 'unknown' as const }, FINISHED],
    ['its launch may be under way', ghost, ACTIVE],
    ['GitHub does not say', ghost, 'unknown' as const],
    ["GitHub's answer is older", ghost, { status: 'finished' as const, attempt: 1 }],
  ])('is kept where %s', (_why, facts, run) => {
    expect(registrationDue(facts, run).due).toBe(false);
  });
});
