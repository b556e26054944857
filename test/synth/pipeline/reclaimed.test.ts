/** What comes of a build when Spot takes machines back, jobs fail, people cancel and re-run: the workflow's own text, played. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBuiltAgain } from '../../../src/core/build-jobs';
import { buildVerdict } from '../../../src/core/build-verdict';
import { buildWorkflow } from '../../../src/synth/pipeline/build-workflow';
import { imageConfig } from '../../support/config';
import { asGitHubReads } from './parse';
import { type Attempt, type Deed, play, playFailedAgain, type Script } from './play';

const CONFIG = imageConfig();
const WORKFLOW = asGitHubReads(buildWorkflow(CONFIG, CONFIG.architectures[0]));

const FIRST = `sha256:${'1'.repeat(64)}`;
const SECOND = `sha256:${'2'.repeat(64)}`;
const PUSHED: Deed = { outputs: { digest: FIRST, reference: `x@${FIRST}` } };
const PUSHED_AGAIN: Deed = { outputs: { digest: SECOND, reference: `x@${SECOND}` } };
const DIED: Deed = { fails: true };
const FAILED: Deed = { fails: true };
const TERMINATED: Deed = { outputs: { stopped: 'true', 'cause-of-death': 'terminated' } };
const RECLAIMED: Deed = { outputs: { stopped: 'true', 'cause-of-death': 'reclaimed' } };
const UNPROVEN: Deed = { fails: true, outputs: { stopped: 'false', 'cause-of-death': '' } };

const HALF_PROVEN: Deed = { fails: true, outputs: { stopped: 'false', 'cause-of-death': 'reclaimed' } };

type Deeds = Readonly<Record<string, Deed>>;

const GOOD: Deeds = { build: PUSHED, stop: TERMINATED, 'build-again': PUSHED_AGAIN, 'stop-again': TERMINATED };

/** Launches succeed and the verdict is the real one, unless the deeds say otherwise. A build never waits for a machine of the past. */
function script(deeds: Deeds): Script {
  return (id, needs, attempt) => {
    if (id === 'verdict') {
      const verdict = buildVerdict(needs, String(attempt));
      return verdict.ok
        ? { outputs: { digest: verdict.digest, story: verdict.story } }
        : { fails: true, outputs: { story: verdict.story } };
    }
    if (id.startsWith('build')) {
      const [launch] = Object.values(needs);
      if (launch.outputs.attempt !== String(attempt))
        throw new Error(`${id} waits a day for a machine of attempt ${launch.outputs.attempt}.`);
    }
    return deeds[id] ?? GOOD[id] ?? { outputs: { attempt: String(attempt), market: 'spot', label: `label-${attempt}` } };
  };
}

const run = (deeds: Deeds) => play(WORKFLOW, script(deeds));
const story = ({ jobs }: Attempt) => jobs.verdict.outputs.story;
const again = (last: Attempt, deeds: Deeds, forgiven: 'failed' | 'not failed' = 'failed') =>
  playFailedAgain(WORKFLOW, script(deeds), last, forgiven);

describe('one attempt', () => {
  test('where all goes well there is no second try', () => {
    const found = run({});
    expect(found).toMatchObject({ green: true, ran: ['launch', 'build', 'stop', 'verdict'] });
    expect(found.jobs.verdict.outputs.digest).toBe(FIRST);
  });

  test('reclaimed in the middle: built once more, and green with the digest of that', () => {
    const found = run({ build: DIED, stop: RECLAIMED });
    expect(found.green).toBe(true);
    expect(found.ran).toEqual(['launch', 'build', 'stop', 'launch-again', 'build-again', 'stop-again', 'verdict']);
    expect(found.jobs.verdict.outputs.digest).toBe(SECOND);
    expect(story(found)).toContain('Spot took the machine back');
  });

  test('reclaimed after the push: what was pushed is kept', () => {
    const found = run({ build: { ...PUSHED, fails: true }, stop: RECLAIMED });
    expect(found).toMatchObject({ green: true, ran: ['launch', 'build', 'stop', 'verdict'] });
    expect(found.jobs.verdict.outputs.digest).toBe(FIRST);
  });

  test.each<[string, Deeds, string[]]>([
    ['a build that fails by itself', { build: FAILED }, ['launch', 'build', 'stop', 'verdict']],
    ['a launch that fails', { launch: FAILED }, ['launch', 'stop', 'verdict']],
    ['an end that is not proven', { stop: UNPROVEN }, ['launch', 'build', 'stop', 'verdict']],
    ['a machine of which nobody knows the end', { build: DIED, stop: UNPROVEN }, ['launch', 'build', 'stop', 'verdict']],
    ['one machine reclaimed, and another that may live', { build: DIED, stop: HALF_PROVEN }, ['launch', 'build', 'stop', 'verdict']],
  ])('%s is red, without a second try', (_, deeds, ran) => {
    expect(run(deeds)).toMatchObject({ green: false, ran });
  });

  test.each<[string, Deeds]>([
    ['no second machine', { 'launch-again': FAILED }],
    ['a second failure', { 'build-again': FAILED }],
    ['a second end that is not proven', { 'stop-again': UNPROVEN }],
  ])('reclaimed, and then %s: red, and the second machine is stopped', (_, deeds) => {
    const found = run({ build: DIED, stop: RECLAIMED, ...deeds });
    expect(found.green).toBe(false);
    expect(found.ran).toContain('stop-again');
    expect(found.ran.at(-1)).toBe('verdict');
  });

  test('cancelled during the first build: stopped, and nothing is launched again, whatever the machine died of', () => {
    for (const stop of [TERMINATED, RECLAIMED]) {
      const found = run({ build: { cancels: true }, stop });
      expect(found.green).toBe(false);
      expect(found.ran).toContain('stop');
      expect(found.ran).not.toContain('launch-again');
    }
  });

  test.each(['launch-again', 'build-again'])('cancelled during %s: the second machine is stopped', (id) => {
    const found = run({ build: DIED, stop: RECLAIMED, [id]: { cancels: true } });
    expect(found.ran).toContain('stop-again');
    expect(found.green).toBe(false);
  });
});

describe.each(['failed', 'not failed'] as const)('"Re-run failed jobs", if a build that may fail counts as %s', (forgiven) => {
  test('after a build that failed: red at once, with the sentence that helps', () => {
    const found = again(run({ build: FAILED }), {}, forgiven);
    expect(found.green).toBe(false);
    expect(found.ran).not.toContain('build');
    expect(story(found)).toContain('Choose "Re-run all jobs"');
  });

  test('after two failures: the same, or a fresh machine', () => {
    const found = again(run({ build: DIED, stop: RECLAIMED, 'build-again': FAILED }), {}, forgiven);
    expect(found).toMatchObject({ green: false });
    expect(story(found)).toContain('Choose "Re-run all jobs"');
  });

  test('after an end that was not proven: only that is tried again, and what was pushed stays', () => {
    const found = again(run({ stop: UNPROVEN }), {}, forgiven);
    expect(found).toMatchObject({ green: true, ran: ['stop', 'verdict'] });
    expect(found.jobs.verdict.outputs.digest).toBe(FIRST);
  });

  test('after a launch that failed: everything', () => {
    expect(again(run({ launch: FAILED }), {}, forgiven)).toMatchObject({ green: true, ran: ['launch', 'build', 'stop', 'verdict'] });
  });

  test('after a second launch that failed: a fresh machine', () => {
    const found = again(run({ build: DIED, stop: RECLAIMED, 'launch-again': FAILED }), { stop: RECLAIMED }, forgiven);
    expect(found.green).toBe(true);
    expect(found.ran).toEqual(expect.arrayContaining(['launch-again', 'build-again', 'stop-again', 'verdict']));
    expect(found.ran).not.toContain('build');
  });
});

test('"Re-run all jobs" leaves no trace of the first attempt', () => {
  const found = play(WORKFLOW, script({}), 2);
  expect(found).toEqual({ ...run({}), attempt: 2, jobs: found.jobs });
  expect(found.green).toBe(true);
});

test('the workflow has a second try exactly where the verdict expects one', () => {
  const word = fc.constantFrom('', 'true', 'false', 'reclaimed', 'terminated', FIRST);
  fc.assert(
    fc.property(word, word, word, (digest, stopped, causeOfDeath) => {
      const found = run({ build: { outputs: { digest } }, stop: { outputs: { stopped, 'cause-of-death': causeOfDeath } } });
      for (const id of ['launch-again', 'stop-again']) {
        expect(found.ran.includes(id)).toBe(isBuiltAgain({ market: 'spot', digest, stopped, causeOfDeath }));
      }
    }),
  );
});

const deed = (...all: Deed[]) => fc.constantFrom(...all);
const OUTCOMES = fc.record(
  {
    launch: deed(FAILED, { cancels: true }),
    build: deed(PUSHED, FAILED, { ...PUSHED, fails: true }, { cancels: true }),
    stop: deed(TERMINATED, RECLAIMED, UNPROVEN, { fails: true }),
    'launch-again': deed(FAILED, { cancels: true }),
    'build-again': deed(PUSHED_AGAIN, FAILED, { cancels: true }),
    'stop-again': deed(TERMINATED, UNPROVEN, { fails: true }),
  },
  { requiredKeys: [] },
);

test('whatever happens, in whatever attempts: no build waits, every launch has its stop, green has its proofs', () => {
  const next = fc.record({ deeds: OUTCOMES, how: fc.constantFrom('all', 'failed', 'not failed') });
  fc.assert(
    fc.property(OUTCOMES, fc.array(next, { maxLength: 3 }), (first, others) => {
      const attempts = [run(first)];
      for (const { deeds, how } of others) {
        const last = attempts[attempts.length - 1];
        attempts.push(how === 'all' ? play(WORKFLOW, script(deeds), last.attempt + 1) : again(last, deeds, how as 'failed' | 'not failed'));
      }
      for (const { ran, green, jobs } of attempts) {
        if (ran.includes('launch')) expect(ran).toContain('stop');
        if (ran.includes('launch-again')) expect(ran).toContain('stop-again');
        if (!green) continue;
        expect(jobs.verdict.outputs.digest).toMatch(/^sha256:/);
        for (const id of ['stop', 'stop-again'])
          expect(jobs[id].conclusion === 'skipped' || jobs[id].outputs.stopped === 'true').toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
