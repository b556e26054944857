import { describe, expect, test } from 'vitest';
import { DEFAULT_ACTION_PINS } from '../../src/core/action-pins';
import {
  OPENRESTY_KEY_FINGERPRINT,
  OPENSSL_ENDED,
  OPENSSL_FIXES,
  OPENSSL_PATCHES,
  OPENSSL_SHA256,
  openrestyUrl,
  opensslPatchUrl,
  opensslUrl,
  PCRE2_SHA256,
  pcre2Url,
} from '../../src/core/catalogue/archives';
import { CVES, openCves } from '../../src/core/catalogue/cves';
import { BASE_PACKAGES, FEATURES } from '../../src/core/catalogue/features';
import { OLDEST_SUPPORTED, RELEASES } from '../../src/core/catalogue/releases';
import { newestRelease } from '../../src/core/release';
import { compareVersions, isVersion, series } from '../../src/core/version';
import { openRestyConfig } from '../support/config';
import { faultsOf } from './bad-config/cases';

const HEX_64 = /^[0-9a-f]{64}$/;

function idsOf(version: string): string[] {
  return openCves(version).map(({ id }) => id);
}

describe('releases', () => {
  test('are listed once, oldest first, from the oldest that is supported', () => {
    const versions = RELEASES.map(({ version }) => version);
    expect([...new Set(versions)].sort(compareVersions)).toEqual(versions);
    expect(versions[0]).toBe(OLDEST_SUPPORTED);
  });

  test.each(RELEASES)('$version is made of what the tables have', (release) => {
    expect(isVersion(release.version, 4)).toBe(true);
    expect(release.version.startsWith(`${release.nginx}.`)).toBe(true);
    expect(new Date(release.released).toISOString().slice(0, 10)).toBe(release.released);
    expect(release.checksum ?? `sha256:${'0'.repeat(64)}`).toMatch(/^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/);
    expect(OPENSSL_SHA256).toHaveProperty([release.openssl]);
    expect(OPENSSL_PATCHES).toHaveProperty([release.opensslPatch]);
    expect(PCRE2_SHA256).toHaveProperty([release.pcre2]);
    expect(release.alpine).toMatch(/^3\.\d+\.\d+$/);
  });

  test('the default is the newest that can be verified', () => {
    const newer = RELEASES.filter(({ version }) => compareVersions(version, newestRelease().version) > 0);
    expect(newestRelease().checksum).toBeDefined();
    expect(newer.filter(({ checksum }) => checksum !== undefined)).toEqual([]);
  });

  test('each that can be verified can be built with every OpenSSL and PCRE2 of the tables', () => {
    for (const { version } of RELEASES.filter(({ checksum }) => checksum)) {
      for (const openssl of Object.keys(OPENSSL_SHA256)) {
        for (const pcre2 of Object.keys(PCRE2_SHA256)) {
          expect(
            faultsOf({ name: 'a', owner: 'b', openresty: { version, openssl: { version: openssl }, pcre2: { version: pcre2 } } }),
          ).toEqual([]);
        }
      }
    }
  });
});

describe('archives', () => {
  test('checksums are well-formed, and each is that of one file', () => {
    const sums = [...Object.values(OPENSSL_SHA256), ...Object.values(PCRE2_SHA256)];
    for (const sum of sums) expect(sum).toMatch(HEX_64);
    expect(new Set(sums).size).toBe(sums.length);
    const sources = RELEASES.flatMap(({ checksum }) => checksum ?? []);
    expect(new Set(sources).size).toBe(sources.length);
  });

  test.each(Object.entries(OPENSSL_PATCHES))('the patch %s is at one commit', (version, { sha256, commit }) => {
    expect(isVersion(version, 3)).toBe(true);
    expect(sha256).toMatch(HEX_64);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
  });

  test('addresses name the version', () => {
    expect(openrestyUrl('1.31.1.1')).toBe('https://openresty.org/download/openresty-1.31.1.1.tar.gz');
    expect(opensslUrl('3.5.8')).toBe('https://github.com/openssl/openssl/releases/download/openssl-3.5.8/openssl-3.5.8.tar.gz');
    expect(pcre2Url('10.47')).toBe('https://github.com/PCRE2Project/pcre2/releases/download/pcre2-10.47/pcre2-10.47.tar.gz');
    expect(opensslPatchUrl('3.5.5', 'abc')).toBe(
      'https://raw.githubusercontent.com/openresty/openresty/abc/patches/openssl-3.5.5-sess_set_get_cb_yield.patch',
    );
  });

  test('what is told of OpenSSL is told of a version that can be had, in order', () => {
    const versions = OPENSSL_FIXES.map(({ version }) => version);
    expect([...versions].sort(compareVersions)).toEqual(versions);
    for (const version of versions) expect(OPENSSL_SHA256).toHaveProperty([version]);
    for (const version of versions) expect(OPENSSL_ENDED).not.toHaveProperty([series(version)]);
    for (const version of Object.keys(OPENSSL_SHA256)) {
      expect(series(version) in OPENSSL_ENDED || versions.some((other) => series(other) === series(version))).toBe(true);
    }
  });

  test("the signing key's fingerprint is a whole one", () => {
    expect(OPENRESTY_KEY_FINGERPRINT).toMatch(/^[0-9A-F]{40}$/);
  });
});

describe('vulnerabilities', () => {
  test('are listed once each', () => {
    const ids = CVES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^CVE-\d{4}-\d{4,}$/);
  });

  test.each(CVES)('$id spans releases that are known and ends where it is fixed', ({ from, through, fixedIn }) => {
    const versions = RELEASES.map(({ version }) => version);
    const last = versions.indexOf(through);
    expect(last).toBeGreaterThanOrEqual(0);
    expect(fixedIn).toBe(versions[last + 1]);
    if (from !== undefined) expect(compareVersions(from, through)).toBeLessThanOrEqual(0);
  });

  test('the newest release has the six that nobody has fixed', () => {
    expect(idsOf('1.31.1.1')).toEqual([
      'CVE-2026-42533',
      'CVE-2026-60005',
      'CVE-2026-56434',
      'CVE-2026-42530',
      'CVE-2026-42055',
      'CVE-2026-48142',
    ]);
  });

  test('a release has neither what came later nor what it fixed', () => {
    expect(idsOf('1.29.2.5')).not.toContain('CVE-2026-42530');
    expect(idsOf('1.29.2.5')).not.toContain('CVE-2026-9256');
    expect(idsOf('1.29.2.4')).toContain('CVE-2026-9256');
    expect(idsOf('1.27.1.2')).not.toContain('CVE-2026-28755');
    expect(idsOf('1.29.2.1')).toContain('CVE-2026-28755');
    expect(idsOf('1.27.1.1')).toContain('CVE-2025-23419');
    expect(idsOf('1.27.1.2')).not.toContain('CVE-2025-23419');
  });
});

describe('features', () => {
  test.each(Object.entries(FEATURES))('%s', (name, { upstream, dynamic, needs, since, packages }) => {
    expect(name).toMatch(/^[a-z][a-z0-9_-]*$/);
    if (upstream === 'dynamic') expect(dynamic).toBeDefined();
    if (dynamic) expect(dynamic).toMatch(/^ngx_[a-z_]+_module$/);
    if (since) expect(since).toMatch(/^\d+\.\d+$/);
    for (const need of needs) {
      expect(FEATURES[need].needs).toEqual([]); // one step, as the resolver takes it
    }
    for (const family of ['alpine', 'debian'] as const) {
      for (const when of ['build', 'run'] as const) expect(packages?.[family][when] ?? ['x']).not.toEqual([]);
    }
  });

  test('no module is the file of two', () => {
    const files = Object.values(FEATURES).flatMap(({ dynamic }) => dynamic ?? []);
    expect(new Set(files).size).toBe(files.length);
  });

  test("the defaults are those of upstream's image of 1.31.1.1", () => {
    const upstream =
      '--with-compat --without-http_rds_json_module --without-http_rds_csv_module --without-lua_rds_parser --without-mail_pop3_module --without-mail_imap_module --without-mail_smtp_module --with-http_addition_module --with-http_auth_request_module --with-http_dav_module --with-http_flv_module --with-http_geoip_module=dynamic --with-http_gunzip_module --with-http_gzip_static_module --with-http_image_filter_module=dynamic --with-http_mp4_module --with-http_random_index_module --with-http_realip_module --with-http_secure_link_module --with-http_slice_module --with-http_ssl_module --with-http_stub_status_module --with-http_sub_module --with-http_v2_module --with-http_v3_module --with-http_xslt_module=dynamic --with-mail --with-mail_ssl_module --with-stream --with-stream_ssl_module --with-stream_ssl_preread_module --with-threads --with-pcre-jit';
    expect([...openRestyConfig().openresty.configureFlags].sort()).toEqual(upstream.split(' ').sort());
  });

  test('every family has what it takes to compile and to run', () => {
    for (const { build, run } of Object.values(BASE_PACKAGES)) {
      expect(build).toContain('perl');
      expect(run).toContain('ca-certificates');
    }
  });
});

test('every action is pinned to a whole commit', () => {
  for (const { action, commit, version } of DEFAULT_ACTION_PINS) {
    expect(action).toMatch(/^[a-z-]+\/[a-z-]+$/);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
  }
});
