import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StrandedFacts, strandedRun, type WaitingJob } from '../../../src/core/runner/stranded';

const LABEL = 'spot-7-1-amd64-1';
const queued: WaitingJob = { status: 'queued', labels: [LABEL] };
const launched: WaitingJob = { status: 'completed', labels: ['ubuntu-24.04'] };
const FACTS: StrandedFacts = {
  label: LABEL,
  attempt: 1,
  machine: 'none',
  run: { status: 'active', attempt: 1 },
  looks: [
    [launched, queued],
    [launched, queued],
  ],
};

describe('a run', () => {
  it('whose job waits for a machine that is dead is cancelled', () => {
    expect(strandedRun(FACTS)).toMatchObject({ due: true, why: expect.stringContaining(LABEL) });
  });

  it.each<[string, Partial<StrandedFacts>]>([
    ['another machine of this name lives', { machine: 'living' }],
    ['EC2 does not answer', { machine: 'unknown' }],
    ['GitHub does not tell of the run', { run: 'unknown' }],
    ['the run is at a later attempt', { run: { status: 'active', attempt: 2 } }],
    ["GitHub's answer is of an earlier attempt", { run: { status: 'active', attempt: 0 } }],
    ['the run is finished', { run: { status: 'finished', attempt: 1 } }],
    ['GitHub does not tell of the jobs', { looks: 'unknown' }],
    ['nobody has looked', { looks: [] }],
    ['only one of two looks shows it', { looks: [[queued], [launched]] }],
    ['its job has been taken', { looks: [[queued], [{ ...queued, status: 'in_progress' }]] }],
    ['another of its jobs is running', { looks: [[queued, { status: 'in_progress', labels: ['ubuntu-24.04'] }]] }],
    ['its job asks for another machine', { looks: [[{ status: 'queued', labels: ['spot-7-1-amd64-2'] }]] }],
    ['its job asks for more than the machine has', { looks: [[{ status: 'queued', labels: [LABEL, 'gpu'] }]] }],
    ['its job tells no label', { looks: [[{ status: 'queued' }]] }],
    ['its job waits for an approval', { looks: [[{ status: 'waiting', labels: [LABEL] }]] }],
  ])('goes on where %s', (_why, change) => {
    expect(strandedRun({ ...FACTS, ...change }).due).toBe(false);
  });

  it('is never cancelled while anything is unknown, or a job of it runs', () => {
    const job = fc.record({
      status: fc.constantFrom('queued', 'in_progress', 'completed', 'waiting', 'pending'),
      labels: fc.constantFrom([LABEL], ['ubuntu-24.04'], []),
    });
    const facts = fc.record({
      label: fc.constant(LABEL),
      attempt: fc.integer({ min: 1, max: 2 }),
      machine: fc.constantFrom('living' as const, 'none' as const, 'unknown' as const),
      run: fc.oneof(
        fc.constant('unknown' as const),
        fc.record({ status: fc.constantFrom('active' as const, 'finished' as const), attempt: fc.integer({ min: 1, max: 2 }) }),
      ),
      looks: fc.oneof(fc.constant('unknown' as const), fc.array(fc.array(job), { maxLength: 3 })),
    });
    fc.assert(
      fc.property(facts, (one) => {
        const { machine, run, looks, attempt } = one;
        if (!strandedRun(one).due) return;
        expect(machine).toBe('none');
        expect(run).toEqual({ status: 'active', attempt });
        for (const jobs of looks as WaitingJob[][]) {
          expect(jobs.map(({ status }) => status)).not.toContain('in_progress');
          expect(jobs).toContainEqual({ status: 'queued', labels: [LABEL] });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
