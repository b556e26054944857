import { describe, expect, it } from 'vitest';
import type { ErrorClass } from '../../../src/core/runner/cloud-error';
import { mayUseHosted } from '../../../src/core/runner/hosted-fallback';

describe("a build on GitHub's own runner", () => {
  it.each<ErrorClass>(['capacity', 'quota', 'price'])('is allowed for reasons of %s', (kind) => {
    expect(mayUseHosted([[kind]])).toBe(true);
    expect(mayUseHosted([['unavailable'], [kind, 'throttle']])).toBe(true);
  });

  it.each<ErrorClass>(['permission', 'configuration', 'unknown', 'lost'])(
    'is never allowed where one of the tries ended with: %s',
    (kind) => {
      expect(mayUseHosted([['capacity'], [kind]])).toBe(false);
      expect(mayUseHosted([[kind, 'quota']])).toBe(false);
    },
  );

  it('is not allowed where no reason is given, or none of these', () => {
    expect(mayUseHosted([])).toBe(false);
    expect(mayUseHosted([[]])).toBe(false);
    expect(mayUseHosted([['unavailable'], ['throttle']])).toBe(false);
  });
});
