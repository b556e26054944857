import { expect, test } from 'vitest';
import { nearest, suggest } from '../../src/core/suggest';

const NAMES = ['registry', 'repository', 'region', 'en'];

test.each([
  ['regsitry', ['registry', 'repository']],
  ['REGISTRY', ['registry']],
  ['regon', ['region']],
  ['my-region-1', ['region']],
  ['zzzzzzzzzz', []],
  ['x'.repeat(10_000), []],
])('nearest to %j', (word, names) => {
  expect(nearest(word, NAMES)).toEqual(names);
});

test('the best comes first, and three are enough', () => {
  expect(nearest('c7i', ['c6a', 'c7a', 'c7i', 'c8i', 'm7i'])).toEqual(['c7i', 'c7a', 'c8i']);
});

test('equally near ones come by name, and very short ones are not looked for inside of a word', () => {
  expect(nearest('c7x', ['c7i', 'c7g', 'c7a'])).toEqual(['c7a', 'c7g', 'c7i']);
  expect(nearest('seventeen', NAMES)).toEqual([]);
  expect(nearest('seven-abc', ['abc'])).toEqual(['abc']);
});

test('near names are offered alone, otherwise the first ones', () => {
  expect(suggest('regin', NAMES)).toBe('use "region"');
  expect(suggest('zzzzzzzzzz', NAMES)).toBe('use "registry", "repository", "region", "en"');
  expect(
    suggest(
      '?',
      Array.from({ length: 20 }, (_, i) => `long-name-${i}`),
    ),
  ).toMatch(/^use "long-name-0".*"long-name-11", … \(20 in all\)$/);
});
