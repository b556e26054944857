import { describe, expect, test } from 'vitest';
import { ConfigError, Faults, join } from '../../src/core/fault';

function told(faults: Faults): readonly string[] {
  try {
    faults.throwIfAny();
  } catch (error) {
    return (error as ConfigError).faults.map(({ path }) => path);
  }
  return [];
}

function messageOf(value: unknown): string {
  return new ConfigError([{ path: 'a', value, why: 'why', mend: 'mend' }]).message;
}

describe('faults', () => {
  test('nothing is thrown without one', () => {
    expect(() => new Faults().throwIfAny()).not.toThrow();
  });

  test('are told in the given order, and within it in that in which they were found', () => {
    const faults = new Faults(['a', 'b']);
    for (const path of ['z', 'b[1]', 'ab', 'a.x', 'b[0]']) faults.add(path, 1, 'why', 'mend');
    expect(told(faults)).toEqual(['a.x', 'b[1]', 'b[0]', 'z', 'ab']);
  });

  test.each(['a.b', 'a.b.c', 'a.b[0]', 'a'])('at %s are dropped when a.b cannot be read', (path) => {
    const faults = new Faults();
    faults.addUnreadable('a.b', 1, 'why', 'mend');
    faults.add(path, 1, 'another', 'mend');
    expect(told(faults)).toEqual(['a.b']);
  });

  test.each(['a.bc', 'a.c', 'b'])('at %s are told although a.b cannot be read', (path) => {
    const faults = new Faults();
    faults.addUnreadable('a.b', 1, 'why', 'mend');
    faults.add(path, 1, 'another', 'mend');
    expect(told(faults)).toEqual(['a.b', path]);
  });
});

describe('the message', () => {
  test('counts one fault in words', () => {
    expect(messageOf(1)).toContain('The config has one fault; nothing was written.');
  });

  test.each([
    [undefined, 'a = missing'],
    ['x\ny', 'a = "x\\ny"'],
    [Number.NaN, 'a = NaN'],
    [10n, 'a = 10'],
    [null, 'a = null'],
    [Symbol('s'), 'a = Symbol(s)'],
    [() => 1, 'a = a function'],
    ['x'.repeat(118), `a = "${'x'.repeat(118)}"`],
    [['x', 1], 'a = ["x",1]'],
    ['x'.repeat(500), `a = "${'x'.repeat(119)}…`],
  ])('shows %s', (value, text) => {
    expect(messageOf(value).split('\n')).toContainEqual(`  ${text}`);
  });

  test('shows an object that contains itself', () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    expect(messageOf(cyclic)).toContain('a = an object that contains itself');
  });
});

test.each([
  ['', 'a', 'a'],
  ['a', 'b-c', 'a.b-c'],
  ['a', 'b.c', 'a["b.c"]'],
  ['', 'a\nb', '["a\\nb"]'],
  ['a', '', 'a[""]'],
  ['a', 'x'.repeat(60), `a.${'x'.repeat(60)}`],
  ['a', 'x'.repeat(61), `a["${'x'.repeat(59)}…]`],
])('the path of an option joins %j and %j', (path, key, joined) => {
  expect(join(path, key)).toBe(joined);
});
