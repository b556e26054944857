import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBuiltAgain } from '../../src/core/build-jobs';
import { buildVerdict, type JobOutputs } from '../../src/core/build-verdict';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;
const REFERENCE = `ghcr.io/dianplus/tomcat@${DIGEST}`;
const OTHER_REFERENCE = `ghcr.io/dianplus/tomcat@${OTHER}`;

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

const LAUNCHED = { attempt: '1', market: 'spot' };
const PUSHED = { digest: DIGEST, reference: REFERENCE };
const PUSHED_AGAIN = { digest: OTHER, reference: OTHER_REFERENCE };
const STOPPED = { stopped: 'true', 'cause-of-death': 'terminated' };
const RECLAIMED = { stopped: 'true', 'cause-of-death': 'reclaimed' };

/** Jobs with these outputs; the results are what GitHub shows, and must not matter. */
function jobs(outputs: Outputs, result = 'success'): JobOutputs {
  return Object.fromEntries(Object.entries(outputs).map(([job, of]) => [job, { result, outputs: of }]));
}

const verdict = (outputs: Outputs, attempt = '1', result?: string) => buildVerdict(jobs(outputs, result), attempt);

describe('green', () => {
  test('at the first try', () => {
    expect(verdict({ launch: LAUNCHED, build: PUSHED, stop: STOPPED })).toEqual({
      ok: true,
      digest: DIGEST,
      reference: REFERENCE,
      story: `Built ${REFERENCE}.`,
    });
  });

  test('at the second one, with its digest and the story', () => {
    const second = { 'launch-again': LAUNCHED, 'build-again': PUSHED_AGAIN, 'stop-again': STOPPED };
    const found = verdict({ launch: LAUNCHED, build: {}, stop: RECLAIMED, ...second });
    expect(found).toMatchObject({ ok: true, digest: OTHER, reference: OTHER_REFERENCE });
    expect(found.story).toMatch(/Spot took the machine back.*on demand/);
  });

  test('whatever GitHub calls the results', () => {
    expect(verdict({ launch: LAUNCHED, build: PUSHED, stop: STOPPED }, '1', 'failure').ok).toBe(true);
  });

  test('when only a stop that was not proven is run again: what was pushed stays', () => {
    expect(verdict({ launch: LAUNCHED, build: PUSHED, stop: STOPPED }, '2').ok).toBe(true);
  });

  test('on a hosted runner as the last resort, which has no machine that could die', () => {
    expect(verdict({ launch: { attempt: '1', market: 'hosted' }, build: PUSHED, stop: { stopped: 'true', 'cause-of-death': '' } }).ok).toBe(
      true,
    );
  });
});

describe('red', () => {
  test.each<[string, Outputs, RegExp]>([
    ['no machine', { launch: {}, build: {}, stop: STOPPED }, /No machine could be had: see the job "launch"/],
    ['a build that failed by itself', { launch: LAUNCHED, build: {}, stop: STOPPED }, /The build failed: see the job "build"\.$/],
    [
      'an end that is not proven',
      { launch: LAUNCHED, build: PUSHED, stop: { stopped: 'false' } },
      /^It is not proven.*see the job "stop"\.$/,
    ],
    ['a stop that said nothing', { launch: LAUNCHED, build: PUSHED, stop: {} }, /It is not proven/],
    ['a digest that is none', { launch: LAUNCHED, build: { digest: 'latest', reference: 'x:latest' }, stop: STOPPED }, /The build failed/],
    ['a digest without a reference', { launch: LAUNCHED, build: { digest: DIGEST }, stop: STOPPED }, /The build failed/],
    [
      'no second machine',
      { launch: LAUNCHED, build: {}, stop: RECLAIMED, 'launch-again': {}, 'stop-again': STOPPED },
      /Spot took the machine back.*see the job "launch-again"/,
    ],
    [
      'two failures',
      { launch: LAUNCHED, build: {}, stop: RECLAIMED, 'launch-again': LAUNCHED, 'build-again': {}, 'stop-again': STOPPED },
      /see the job "build-again"/,
    ],
    [
      'an end of the second machine that is not proven',
      { launch: LAUNCHED, build: {}, stop: RECLAIMED, 'launch-again': LAUNCHED, 'build-again': PUSHED_AGAIN, 'stop-again': {} },
      /It is not proven.*see the job "stop-again"/,
    ],
  ])('%s', (_, outputs, why) => {
    const found = verdict(outputs);
    expect(found.ok).toBe(false);
    expect(found.story).toMatch(why);
  });

  test('"Re-run failed jobs" after the machine is gone, with the sentence that helps', () => {
    expect(verdict({ launch: LAUNCHED, build: {}, stop: STOPPED }, '2').story).toContain('Choose "Re-run all jobs"');
    const both = { launch: LAUNCHED, build: {}, stop: RECLAIMED, 'launch-again': LAUNCHED, 'build-again': {}, 'stop-again': STOPPED };
    expect(verdict(both, '2').story).toContain('Choose "Re-run all jobs"');
  });

  test('what GitHub says of nobody', () => {
    expect(buildVerdict({}, '1').ok).toBe(false);
  });
});

/** What a job may have said: nothing, the good thing, or something else. */
const said = (good: string) => fc.constantFrom('', good, 'false', 'unknown');

test('only what Spot took back is built again: no build that failed elsewhere, and none whose launch was refused', () => {
  const first = { digest: '', stopped: 'true', causeOfDeath: 'reclaimed' };
  expect(['spot', 'on-demand', 'hosted', ''].map((market) => isBuiltAgain({ ...first, market }))).toEqual([true, false, false, false]);
});

test('green is never said without a digest of the try that counts and without proof of every end, whatever the jobs say', () => {
  const world = fc.record({
    attempt: said('1'),
    digest: fc.constantFrom('', DIGEST),
    stopped: said('true'),
    cause: fc.constantFrom('', 'reclaimed', 'terminated', 'unknown', 'guest'),
    secondDigest: fc.constantFrom('', OTHER),
    secondStopped: said('true'),
  });
  fc.assert(
    fc.property(world, ({ attempt, digest, stopped, cause, secondDigest, secondStopped }) => {
      const found = verdict({
        launch: { attempt },
        build: { digest, reference: digest && REFERENCE },
        stop: { stopped, 'cause-of-death': cause },
        'build-again': { digest: secondDigest, reference: secondDigest && OTHER_REFERENCE },
        'stop-again': { stopped: secondStopped },
      });
      if (!found.ok) return;
      expect(stopped).toBe('true');
      expect(secondStopped).not.toBe('false');
      if (isBuiltAgain({ market: 'spot', digest, stopped, causeOfDeath: cause }))
        expect([found.digest, secondStopped]).toEqual([OTHER, 'true']);
      else expect(found.digest).toBe(DIGEST);
    }),
  );
});
