import { describe, expect, test } from 'vitest';
import type { OpenRestyOptions } from '../../src/core/options';
import { warnings } from '../../src/core/warnings';
import { openRestyConfig } from '../support/config';
import { ARCHIVE } from './bad-config/cases';

function of(openresty: OpenRestyOptions): string[] {
  return warnings(openRestyConfig({ openresty }));
}

describe('the release', () => {
  test('each of its open vulnerabilities is named', () => {
    const { openCves = [] } = openRestyConfig().openresty;
    expect(openCves).not.toEqual([]);
    for (const { id } of openCves) expect(of({}).filter((text) => text.includes(id))).toHaveLength(1);
  });

  test('what is fixed elsewhere says where', () => {
    expect(of({ version: '1.27.1.1' })).toContain('OpenResty 1.27.1.1 has CVE-2025-23419 (medium): TLS session reuse; fixed in 1.27.1.2.');
    expect(of({ version: '1.31.1.1' })).toContain(
      'OpenResty 1.31.1.1 has CVE-2026-42530 (major): HTTP/3 use-after-free; no release fixes it yet.',
    );
  });

  test('of one that the catalogue lacks nothing is known, which is said', () => {
    expect(of({ version: '1.99.0.1', source: ARCHIVE })[0]).toBe(
      'OpenResty 1.99.0.1 is not in the catalogue: its known vulnerabilities are not known here.',
    );
  });
});

describe('OpenSSL', () => {
  const about = (openssl: OpenRestyOptions['openssl']) => of({ openssl }).filter((text) => text.startsWith('OpenSSL '));

  test('what newer ones of the series fix is listed', () => {
    expect(about({ version: '3.5.6' })).toEqual([
      'OpenSSL 3.5.6 lacks what 3.5.7 fixes: fifteen CVEs, highest High (2026-06-09).',
      'OpenSSL 3.5.6 lacks what 3.5.8 fixes: ten CVEs, highest Moderate (2026-08-25).',
    ]);
  });

  test('there is nothing to say of the newest', () => {
    expect(about({ version: '3.5.8' })).toEqual([]);
  });

  test('a series that gets no more fixes is named', () => {
    expect(about({ version: '3.0.16' })).toEqual(['OpenSSL 3.0 has had no public fixes since 2026-09-07; 3.5 has.']);
  });

  test('of a series that the catalogue lacks nothing is known, which is said', () => {
    expect(about({ version: '4.0.1', source: ARCHIVE, patch: ARCHIVE })).toEqual([
      'OpenSSL 4.0.1 is not in the catalogue: its known vulnerabilities are not known here.',
    ]);
  });
});

describe('archives', () => {
  const replaced = (openresty: OpenRestyOptions) => of(openresty).filter((text) => text.startsWith('The archive'));

  test('one in place of the published one is named', () => {
    const { source, openssl, pcre2 } = openRestyConfig({ openresty: { openssl: { version: '3.5.8' } } }).openresty;
    expect(replaced({ source: ARCHIVE })[0]).toContain(`for OpenResty 1.31.1.1 is not the published one (${source.checksum})`);
    expect(replaced({ openssl: { version: '3.5.8', source: ARCHIVE } })[0]).toContain(
      `for OpenSSL 3.5.8 is not the published one (${openssl.source.checksum})`,
    );
    expect(replaced({ pcre2: { source: ARCHIVE } })[0]).toContain(`for PCRE2 10.47 is not the published one (${pcre2.source.checksum})`);
  });

  test('the published one from elsewhere, one that cannot be compared and one of an unknown version are fine', () => {
    const { checksum } = openRestyConfig().openresty.source;
    expect(replaced({ source: { ...ARCHIVE, checksum } })).toEqual([]);
    expect(replaced({ source: { ...ARCHIVE, checksum: `sha512:${'0'.repeat(128)}` } })).toEqual([]);
    expect(replaced({ version: '1.29.2.5', source: ARCHIVE })).toEqual([]);
    expect(replaced({ version: '1.99.0.1', source: ARCHIVE, pcre2: { version: '10.99', source: ARCHIVE } })).toEqual([]);
  });
});
