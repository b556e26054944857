/** Bad configs by name: what is written, and what is said of it. */
import { expect, test } from 'vitest';
import { ConfigError, type Fault } from '../../../src/core/fault';
import type { OpenRestyImageProjectOptions } from '../../../src/core/options';
import { resolveOpenRestyConfig } from '../../../src/core/resolve';

/** What is wrong with these options; nothing else may be thrown. */
export function faultsOf(options: unknown, resolve: (options: never) => unknown = resolveOpenRestyConfig): readonly Fault[] {
  try {
    resolve(options as never);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

/** A bad config. The only fault must have this path, and these words in its reason and its remedy. */
export type BadConfig = readonly [name: string, options: unknown, path: string, why: string, mend: string];

/** Options as somebody writes them, with the two that are required. */
export type Options = { readonly [Key in keyof OpenRestyImageProjectOptions]?: unknown };

/** A test for each. */
export function testBadConfigs(cases: readonly BadConfig[]): void {
  test.each(cases)('%s', (_, options, path, why, mend) => {
    const faults = faultsOf({ name: 'openresty', owner: 'dianplus', ...(options as Options) });
    expect(faults.map((fault) => fault.path)).toEqual([path]);
    expect(faults[0].why).toContain(why);
    expect(faults[0].mend).toContain(mend);
  });
}

/** Each alone must be fine. */
export function testGoodConfigs(cases: readonly (readonly [name: string, options: Options])[]): void {
  test.each(cases)('%s', (_, options) => {
    expect(faultsOf({ name: 'openresty', owner: 'dianplus', ...options })).toEqual([]);
  });
}

/** A well-formed SHA-256. */
export const SHA256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** A file that can be verified. */
export const ARCHIVE = { url: 'https://example.com/archive.tar.gz', checksum: SHA256 };
