import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTag } from '../../src/core/grammar';
import { architectureOf, archTag, type RefFacts, resolveTags, type TagRules, withoutSuffix } from '../../src/core/tags';

const RULES: TagRules = { branchTags: { master: 'latest', develop: 'develop' }, aliases: false, architectures: ['amd64', 'arm64'] };

function tagOf(ref: string, input?: string): string {
  const verdict = resolveTags(RULES, { ref, input });
  return verdict.ok ? verdict.tag : `refused: ${verdict.reason}`;
}

describe('the base tag', () => {
  test.each([
    ['refs/heads/master', undefined, 'latest'],
    ['refs/heads/develop', '', 'develop'],
    ['refs/tags/v1.31.1.1', undefined, 'v1.31.1.1'],
    ['refs/tags/v1.0.0-rc.1', undefined, 'v1.0.0-rc.1'],
    ['refs/heads/master', 'latest', 'latest'],
    ['refs/tags/v9', 'v9', 'v9'],
    ['refs/pull/1/merge', 'test', 'test'],
    ['', 'test', 'test'],
  ])('%s with input %j gives %s', (ref, input, tag) => {
    expect(tagOf(ref, input)).toBe(tag);
  });

  test.each([
    ['refs/heads/feature', undefined, 'only the branches master, develop and tags v* do'],
    ['refs/heads/toString', undefined, 'gives no image tag'],
    ['refs/heads/__proto__', undefined, 'gives no image tag'],
    ['refs/pull/1/merge', undefined, 'gives no image tag'],
    ['', undefined, 'gives no image tag'],
    ['refs/tags/1.0.0', undefined, 'is no version'],
    ['refs/tags/version', undefined, 'is no version'],
    ['refs/tags/v1/2', undefined, 'is no image tag'],
    ['refs/tags/v1+2', undefined, 'is no image tag'],
    ['refs/heads/feature', 'latest', 'belongs to the branch master'],
    ['refs/tags/v1', 'develop', 'belongs to the branch develop'],
    ['', 'latest', 'belongs to the branch master'],
    ['refs/heads/master', 'Latest', 'differs from "latest" in case only'],
    ['refs/heads/master', 'V1.0.0', 'begin with a small v'],
    ['refs/heads/master', 'v9', 'nobody says which commit is built'],
    ['refs/heads/master', 'a b', 'is no image tag'],
    ['refs/heads/master', 'latest\n', 'is no image tag'],
    ['refs/heads/master', ' ', 'is no image tag'],
    ['refs/heads/master', 'latest-amd64', 'give the base tag "latest"'],
    ['refs/tags/v1-arm64', undefined, 'give the base tag "v1"'],
    ['refs/heads/master', 'latest-amd64-arm64', 'give the base tag "latest"'],
    ['refs/heads/master', 'x'.repeat(123), 'with its architecture it has 129 characters'],
  ])('%s with input %j is refused: %s', (ref, input, reason) => {
    expect(tagOf(ref, input)).toContain(`refused: `);
    expect(tagOf(ref, input)).toContain(reason);
  });
});

describe('a version that a person types', () => {
  const [SHA, OTHER] = ['a'.repeat(40), 'b'.repeat(40)];
  test.each([
    [{ state: 'present', commit: SHA }, SHA, 'ok'],
    [{ state: 'present', commit: OTHER }, SHA, `belongs to commit ${OTHER}`],
    [{ state: 'absent' }, SHA, 'there is no such git tag'],
    [{ state: 'unknown', why: 'no answer' }, SHA, 'its git tag is not known: no answer'],
    [undefined, SHA, 'nobody asked GitHub'],
    [{ state: 'present', commit: SHA }, undefined, 'nobody says which commit'],
  ] as const)('with the git tag %j, built at %s: %s', (gitTag, sha, answer) => {
    const verdict = resolveTags(RULES, { ref: 'refs/heads/develop', input: 'v1.0.0', sha, gitTag });
    expect(verdict.ok ? 'ok' : verdict.reason).toContain(answer);
  });

  test('a re-run of its git tag claims it no more when the tag has moved', () => {
    const claim = (gitTag: RefFacts['gitTag']) => resolveTags(RULES, { ref: 'refs/tags/v1.0.0', sha: SHA, gitTag }).ok;
    expect(claim({ state: 'present', commit: SHA })).toBe(true);
    expect(claim({ state: 'present', commit: OTHER })).toBe(false);
    // the ref itself is the proof
    for (const gitTag of [undefined, { state: 'absent' }, { state: 'unknown', why: 'no answer' }] as const)
      expect(claim(gitTag)).toBe(true);
  });

  test('no two commits claim one version, of whatever branches, wherever its git tag points', () => {
    const commit = fc.constantFrom(SHA, OTHER, 'c'.repeat(40));
    const run = fc.record({ ref: fc.constantFrom('refs/heads/master', 'refs/heads/x', 'refs/tags/v2', ''), sha: commit });
    const gitTag = fc.oneof(
      commit.map((it) => ({ state: 'present' as const, commit: it })),
      fc.constant({ state: 'absent' as const }),
      fc.constant({ state: 'unknown' as const, why: 'no answer' }),
    );
    fc.assert(
      fc.property(run, run, gitTag, (one, other, fact) => {
        const claims = [one, other].filter((run) => resolveTags(RULES, { ...run, input: 'v1.0.0', gitTag: fact }).ok);
        expect(new Set(claims.map(({ sha }) => sha)).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test.each(['pull_request', 'pull_request_target', 'workflow_run'])('the event %s gives no tag', (event) => {
  expect(resolveTags(RULES, { ref: 'refs/heads/master', event })).toMatchObject({ ok: false, reason: expect.stringContaining(event) });
});

test('a version that is an alias is claimed by nobody', () => {
  const rules = { ...RULES, aliases: true };
  for (const ref of ['refs/tags/v1', 'refs/heads/master']) {
    expect(resolveTags(rules, { ref, input: 'v1' })).toMatchObject({ ok: false, reason: expect.stringContaining('alias') });
  }
  expect(resolveTags(rules, { ref: 'refs/heads/master', input: '1.31' }).ok).toBe(false);
  expect(resolveTags(RULES, { ref: 'refs/heads/master', input: '1.31' }).ok).toBe(true);
});

test('every architecture has a tag', () => {
  expect(resolveTags(RULES, { ref: 'refs/heads/master' })).toEqual({
    ok: true,
    tag: 'latest',
    archTags: { amd64: 'latest-amd64', arm64: 'latest-arm64' },
    aliases: [],
  });
});

describe('whatever the architectures are called', () => {
  const name = fc.oneof(fc.stringMatching(/^[a-c][a-c0]{0,2}(-[a-c0]{1,2})?$/), fc.constantFrom('amd64', 'arm64', 'arm64-v8', 'v8', 'v1'));
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 6 });
  // Few letters, so that tags often end like an architecture.
  const tag = fc.stringMatching(/^[a-c0_][a-c0._-]{0,8}$/);
  const input = fc.oneof(
    tag,
    fc.tuple(tag, name).map(([base, suffix]) => archTag(base, suffix)),
    fc.string(),
  );

  function accepted(architectures: readonly string[], typed: string): Extract<ReturnType<typeof resolveTags>, { ok: true }> | undefined {
    const verdict = resolveTags({ branchTags: {}, aliases: false, architectures }, { ref: 'refs/heads/x', input: typed });
    return verdict.ok ? verdict : undefined;
  }

  test('no tag of an architecture is a base tag, and none stands for two', () => {
    fc.assert(
      fc.property(names, input, input, (architectures, one, other) => {
        const [a, b] = [one, other].map((typed) => accepted(architectures, typed));
        fc.pre(a !== undefined && b !== undefined);
        const all = [a, b].flatMap((tags) => Object.values(tags?.archTags ?? {}));
        expect(all).not.toContain(a?.tag);
        expect(all).not.toContain(b?.tag);
        expect(new Set(all).size).toBe(new Set([one, other]).size * architectures.length);
      }),
    );
  });

  test('every tag is valid', () => {
    fc.assert(
      fc.property(names, input, (architectures, typed) => {
        const tags = accepted(architectures, typed);
        for (const given of tags ? [tags.tag, ...Object.values(tags.archTags), ...tags.aliases] : []) expect(isTag(given)).toBe(true);
      }),
    );
  });

  test('the architecture of a tag is the one that it was made of', () => {
    fc.assert(
      fc.property(names, tag, fc.nat(), (architectures, base, index) => {
        const architecture = architectures[index % architectures.length];
        expect(architectureOf(archTag(base, architecture), architectures)).toBe(architecture);
        expect(withoutSuffix(archTag(base, architecture), architectures)).toBe(withoutSuffix(base, architectures));
        expect(architectureOf(withoutSuffix(base, architectures), architectures)).toBeUndefined();
      }),
    );
  });

  test('nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.string()),
        fc.array(fc.string()),
        fc.string(),
        fc.option(fc.string(), { nil: undefined }),
        (branchTags, architectures, ref, typed) => {
          expect(() => resolveTags({ branchTags, aliases: true, architectures }, { ref, input: typed })).not.toThrow();
        },
      ),
    );
  });
});
