import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/core/fault';
import type { OpenRestyImageProjectOptions, SpotImageProjectOptions } from '../../src/core/options';
import { resolveImageConfig, resolveOpenRestyConfig } from '../../src/core/resolve';
import { warnings } from '../../src/core/warnings';
import { validImageOptions, validOpenRestyOptions } from '../support/arbitrary-config';

/** Every text in a value, keys included, with where it is. */
function texts(value: unknown, at = ''): [string, string][] {
  if (typeof value === 'string') return [[at, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [[`key of ${at}`, key] as [string, string], ...texts(part, `${at}.${key}`)]);
}

/** What ends a Dockerfile line, a quoted shell word, a YAML value or a table cell, or is invisible. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}`|<>"\\$]/u;

function expectSafe(config: object): void {
  for (const [at, text] of texts(config)) {
    if (UNSAFE.test(text)) throw new Error(`${at} is unsafe: ${JSON.stringify(text)}`);
    // Prose alone may have spaces and apostrophes, and the advisories' words are our own.
    const isProse = /^\.image\.(?:title|description|vendor|license)$|^\.openresty\.openCves/.test(at);
    if (!isProse && /[\s']/.test(text)) throw new Error(`${at} is no word: ${JSON.stringify(text)}`);
  }
}

function expectFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Object.isFrozen(value)) throw new Error(`not frozen: ${JSON.stringify(value)}`);
  Object.values(value).forEach(expectFrozen);
}

type Resolve = (options: never) => object;

/** Either a config, frozen and safe, or faults that are told in full. */
function expectVerdict(resolve: Resolve, options: unknown): 'config' | 'faults' {
  let config: object;
  try {
    config = resolve(options as never);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.faults.length).toBeGreaterThan(0);
    for (const { path, why, mend } of error.faults) {
      expect(path).not.toBe('');
      for (const clause of [why, mend]) expect(clause).toMatch(/^\S.*[^\s.…]$|^\S.*…/s);
      expect(error.message).toContain(path);
    }
    return 'faults';
  }
  expectFrozen(config);
  expectSafe(config);
  return 'config';
}

/** Values that break something somewhere. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0,
    0.5,
    1e21,
    true,
    [],
    {},
    '',
    ' ',
    '\n',
    '\u2028',
    '\u202e',
  ),
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    'toString',
    '../..',
    '/',
    '-',
    '"; rm -rf /',
    "'",
    '$(id)',
    '`id`',
    '${{ github.token }}',
    '%{if',
    '|',
    '<b>',
    'а',
  ),
  fc.constantFrom<unknown>(
    'a'.repeat(130),
    'a'.repeat(5000),
    'https://x',
    'sha256:',
    `sha256:${'A'.repeat(64)}`,
    'v1',
    '-amd64',
    'UPPER',
    'x\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    maxDepth: 2,
  }),
);

/** Every place inside a value, as a function that puts another value there. */
function places(value: unknown): ((other: unknown) => void)[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  const put = (key: string) => (other: unknown) => {
    Object.assign(value, { [key]: other });
  };
  return Object.entries(value).flatMap(([key, part]) => [put(key), ...places(part)]);
}

/** Valid options with one to three places changed: to something nasty, to nothing, or to what stands elsewhere. */
function nearlyValid<T>(valid: fc.Arbitrary<T>): fc.Arbitrary<T> {
  const change = fc.record({
    place: fc.nat(),
    to: nasty,
    key: fc.option(fc.constantFrom('x', '__proto__', 'constructor', 'a\nb', '$(id)', 'é')),
  });
  return fc.tuple(valid, fc.array(change, { minLength: 1, maxLength: 3 })).map(([options, changes]) => {
    const copy = structuredClone(options);
    for (const { place, to, key } of changes) {
      const all = places(copy);
      const value = key === null ? to : Object.fromEntries([[key, to]]);
      all[place % all.length]?.(value);
    }
    return copy;
  });
}

describe('whatever the options', () => {
  const valid: [string, Resolve, fc.Arbitrary<SpotImageProjectOptions | OpenRestyImageProjectOptions>][] = [
    ['any image', resolveImageConfig, validImageOptions()],
    ['an OpenResty image', resolveOpenRestyConfig, validOpenRestyOptions()],
  ];

  test.each(valid)('valid ones of %s give a frozen config of safe texts', (_, resolve, options) => {
    fc.assert(
      fc.property(options, (some) => void expect(expectVerdict(resolve, some)).toBe('config')),
      { numRuns: 100 },
    );
  });

  test.each(valid)('nearly valid ones of %s give either that or faults', (_, resolve, options) => {
    fc.assert(
      fc.property(nearlyValid(options), (some) => void expectVerdict(resolve, some)),
      { numRuns: 200 },
    );
  });

  test.each(valid)('garbage gives faults for %s', (_, resolve) => {
    fc.assert(
      fc.property(nasty, (some) => void expect(expectVerdict(resolve, some)).toBe('faults')),
      { numRuns: 200 },
    );
  });
});

test('the same options give the same config, and are left as they were', () => {
  fc.assert(
    fc.property(validOpenRestyOptions(), (options) => {
      const before = structuredClone(options);
      const first = resolveOpenRestyConfig(options);
      expect(resolveOpenRestyConfig(options)).toEqual(first);
      expect(options).toEqual(before);
      expect(Object.isFrozen(options.openresty?.packages ?? options)).toBe(false);
    }),
    { numRuns: 25 },
  );
});

test('a config survives being written as JSON', () => {
  fc.assert(
    fc.property(validOpenRestyOptions(), (options) => {
      const config = resolveOpenRestyConfig(options);
      expect(resolveOpenRestyConfig(JSON.parse(JSON.stringify(options)))).toEqual(config);
    }),
    { numRuns: 25 },
  );
});

test('every config is warned of in whole sentences', () => {
  fc.assert(
    fc.property(validOpenRestyOptions(), (options) => {
      for (const warning of warnings(resolveOpenRestyConfig(options))) expect(warning).toMatch(/^OpenResty |^OpenSSL |^The archive .*\.$/);
    }),
    { numRuns: 25 },
  );
});
