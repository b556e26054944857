import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRunnerOf, RUNNER_TAGS, type RunnerFacts, runnerIdentity, runTags } from '../../src/core/identity';

const facts: RunnerFacts = { repository: 'dianplus/openresty', runId: '17654321098', attempt: '2', architecture: 'arm64', tryNumber: 1 };

const anyFacts = fc.record({
  repository: fc.constantFrom('dianplus/openresty', 'dianplus/tomcat', 'a/b'),
  runId: fc.bigInt(1n, 2n ** 63n).map(String),
  attempt: fc.integer({ min: 1, max: 99 }).map(String),
  architecture: fc.stringMatching(/^[a-z][a-z0-9]{0,15}$/),
  tryNumber: fc.integer({ min: 1, max: 9 }),
});

describe('a runner', () => {
  it('has a name that says run, attempt, architecture and try', () => {
    expect(runnerIdentity(facts).name).toBe('spot-17654321098-2-arm64-1');
  });

  it('is the same for the same facts, and shares nothing with any other', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (a, b) => {
        const [one, again, other] = [runnerIdentity(a), runnerIdentity({ ...a }), runnerIdentity(b)];
        expect(again).toEqual(one);
        if (JSON.stringify(a) === JSON.stringify(b)) return;
        expect(other.clientToken).not.toBe(one.clientToken);
        const sameRun = a.runId === b.runId && a.attempt === b.attempt && a.architecture === b.architecture && a.tryNumber === b.tryNumber;
        expect(other.name === one.name).toBe(sameRun); // a run's id is unique on GitHub
      }),
    );
  });

  it('fits the limits of GitHub and EC2 whatever the run', () => {
    fc.assert(
      fc.property(anyFacts, (any) => {
        const { name, label, clientToken } = runnerIdentity(any);
        expect(name).toMatch(/^[A-Za-z0-9-]{1,64}$/);
        expect(label).toMatch(/^[a-z0-9-]{1,64}$/);
        expect(clientToken).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });

  it('is found by the tags of its run, whichever attempt and try it was', () => {
    fc.assert(
      fc.property(anyFacts, (any) => {
        expect(runnerIdentity(any).tags).toMatchObject(runTags(any));
        expect(Object.keys(runTags(any))).not.toContain(RUNNER_TAGS.attempt);
        expect(isRunnerOf(runnerIdentity(any).name, any)).toBe(true);
      }),
    );
  });

  it('is not found by those of another run or architecture', () => {
    const { name } = runnerIdentity(facts);
    expect(isRunnerOf(name, { ...facts, runId: '1765432109' })).toBe(false);
    expect(isRunnerOf(name, { ...facts, architecture: 'amd64' })).toBe(false);
    expect(isRunnerOf('somebodys-own-runner', facts)).toBe(false);
  });

  it.each([
    ['repository', 'openresty', 'dianplus/openresty'],
    ['runId', '', '17654321098'],
    ['runId', '1; rm', '17654321098'],
    ['attempt', '0', '"1"'],
    ['architecture', 'arm64/v8', 'arm64'],
  ])('cannot be made of %s "%s", and the error shows how it should look', (fact, value, like) => {
    expect(() => runnerIdentity({ ...facts, [fact]: value })).toThrow(like);
  });
});
