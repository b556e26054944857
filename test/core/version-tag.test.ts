import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aliasesOf, aliasVerdict, isAlias } from '../../src/core/tags/aliases';
import { mayMove } from '../../src/core/tags/ancestry';
import { compareVersionTags, parseVersionTag, renderVersionTag, type VersionTag } from '../../src/core/tags/version-tag';

const number = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 999_999_999 }));
const word = fc.oneof(fc.constantFrom('rc', 'beta', 'x-1'), fc.integer({ min: 0, max: 20 }).map(String));
const version: fc.Arbitrary<VersionTag> = fc.record(
  {
    parts: fc.array(number, { minLength: 1, maxLength: 5 }),
    revision: fc.integer({ min: 1, max: 20 }),
    preRelease: fc.tuple(fc.constantFrom('rc', 'alpha'), fc.array(word, { maxLength: 2 })).map(([first, rest]) => [first, ...rest]),
  },
  { requiredKeys: ['parts'] },
);

describe('version tags', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(version, (one) => {
        expect(parseVersionTag(renderVersionTag(one))).toEqual(one);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseVersionTag(`v${text}`);
        if (read) expect(renderVersionTag(read)).toBe(`v${text}`);
      }),
    );
  });

  test('have one order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersionTags(a, b)) + Math.sign(compareVersionTags(b, a))).toBe(0);
        expect(compareVersionTags(a, b) === 0).toBe(renderVersionTag(a) === renderVersionTag(b));
        const [low, middle, high] = [a, b, c].sort(compareVersionTags);
        expect(compareVersionTags(low, middle)).toBeLessThanOrEqual(0);
        expect(compareVersionTags(low, high)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('go up as people expect', () => {
    const up = [
      'v1.0.0-rc.1',
      'v1.0.0-rc.2',
      'v1.0.0-rc.10',
      'v1.0.0',
      'v1.0.0-2',
      'v1.29.2.5',
      'v1.31.1.1',
      'v1.31.1.1-2',
      'v1.31.1.1-10',
      'v1.31.2.1',
    ];
    const read = up.map((tag) => parseVersionTag(tag) as VersionTag);
    expect([...read].reverse().sort(compareVersionTags).map(renderVersionTag)).toEqual(up);
  });

  test.each(['v01.2', 'v1-0', 'v1.0.0-rc.01', 'v1_x', 'v', '1.0.0', 'v1.', 'v1..2', 'v1.0\n'])('%j has no place in the order', (tag) => {
    expect(parseVersionTag(tag)).toBeUndefined();
  });
});

describe('aliases', () => {
  test.each([
    ['v1.31.1.1', ['1.31.1.1', '1.31.1', '1.31', 'v1']],
    ['v1.31.1.1-2', ['1.31.1.1', '1.31.1', '1.31', 'v1']],
    ['v1.0.0', ['1.0.0', '1.0', 'v1']],
    ['v1.0.0-rc.1', []],
    ['v1', []],
    ['latest', []],
  ])('of %s are %j', (tag, aliases) => {
    expect(aliasesOf(tag, { aliases: true })).toEqual(aliases);
    expect(aliasesOf(tag, { aliases: false })).toEqual([]);
  });

  test('are never the name of a version that a build may claim', () => {
    fc.assert(
      fc.property(version, (one) => {
        for (const alias of aliasesOf(renderVersionTag(one), { aliases: true })) expect(isAlias(alias, { aliases: true })).toBe(true);
      }),
    );
  });

  test('only move forwards, in whatever order versions are merged', () => {
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), (versions) => {
        const named = new Map<string, string>();
        for (const tag of versions.map(renderVersionTag)) {
          for (const alias of aliasesOf(tag, { aliases: true })) {
            const current = named.get(alias);
            const { go } = aliasVerdict(alias, current === undefined ? { state: 'absent' } : { state: 'present', version: current }, tag);
            if (go === 'move') named.set(alias, tag);
            if (current !== undefined)
              expect(
                compareVersionTags(parseVersionTag(named.get(alias) ?? '') as VersionTag, parseVersionTag(current) as VersionTag),
              ).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });

  test.each([
    [{ state: 'present', version: 'v1.31.1.1' }, 'v1.29.2.5', 'stay'],
    [{ state: 'present', version: 'v1.31.1.1' }, 'v1.31.1.1', 'move'],
    [{ state: 'present', version: undefined }, 'v1.31.1.1', 'refuse'],
    [{ state: 'present', version: 'latest' }, 'v1.31.1.1', 'refuse'],
    [{ state: 'absent' }, 'v1.31.1.1', 'move'],
    // published before there were aliases
    [{ state: 'present', version: 'v1' }, 'v1.31.1.1', 'stay'],
    [{ state: 'absent' }, 'v2.0', 'refuse'],
    [{ state: 'absent' }, 'latest', 'refuse'],
  ] as const)('v1 at %j and %s merged: %s', (current, candidate, go) => {
    expect(aliasVerdict('v1', current, candidate).go).toBe(go);
  });
});

describe("a branch's tag", () => {
  test.each([
    [undefined, 'unknown', undefined, true],
    ['old', 'ahead', undefined, true],
    ['old', 'identical', undefined, true],
    ['new', 'unknown', undefined, true],
    ['old', 'behind', undefined, false],
    ['old', 'diverged', undefined, false],
    ['old', 'unknown', undefined, false],
    ['', 'ahead', undefined, false],
    // pushed by force: the old commit is no longer on the branch
    ['old', 'diverged', { fromCurrent: 'diverged', fromCandidate: 'ahead' }, true],
    ['old', 'diverged', { fromCurrent: 'unknown', fromCandidate: 'ahead' }, false],
    ['old', 'diverged', { fromCurrent: 'ahead', fromCandidate: 'diverged' }, false],
    ['old', 'ahead', { fromCurrent: 'ahead', fromCandidate: 'diverged' }, false],
    [undefined, 'unknown', { fromCurrent: 'unknown', fromCandidate: 'behind' }, false],
  ] as const)('from %j, %s, branch %j: %s', (from, ancestry, branch, ok) => {
    expect(mayMove('latest', from, 'new', ancestry, branch).ok).toBe(ok);
  });
});
