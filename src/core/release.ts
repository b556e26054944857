/**
 * The release: which OpenResty, OpenSSL, patch and PCRE2, each with a checksum
 * that somebody published. What cannot be verified is refused.
 */
import { OPENSSL_PATCHES, OPENSSL_SHA256, opensslPatchUrl, opensslUrl, openrestyUrl, PCRE2_SHA256, pcre2Url } from './catalogue/archives';
import { OLDEST_SUPPORTED, RELEASES, type Release } from './catalogue/releases';
import type { Archive, OpenRestyBuild } from './config';
import { type Mirrors, mirrored, resolveArchive } from './download';
import { type Faults, suggest } from './fault';
import type { OpenRestyOptions, OpenSslOptions, Pcre2Options } from './options';
import { compareVersions, isVersion, series } from './version';

const NOWHERE: Archive = { url: '', checksum: '' };

/** The newest release of the catalogue that can be verified. */
export function newestRelease(): Release {
  const verified = RELEASES.filter((r) => r.checksum !== undefined);
  return verified[verified.length - 1];
}

/** The row whose parts go with this version: its own, or the newest one before it. */
function pairing(version: string): Release {
  const before = RELEASES.filter((r) => compareVersions(r.version, version) <= 0);
  return before[before.length - 1] ?? RELEASES[0];
}

function verifiable(): string[] {
  return RELEASES.filter((r) => r.checksum !== undefined).map((r) => r.version);
}

function resolveSource(faults: Faults, version: string, options: OpenRestyOptions, mirrors: Mirrors): Archive {
  const path = 'openresty.version';
  if (!isVersion(version)) {
    faults.add(path, version, 'it is no version: numbers with dots between', suggest(version, verifiable()));
    return NOWHERE;
  }
  if (compareVersions(version, OLDEST_SUPPORTED) < 0) {
    faults.add(
      path,
      version,
      `releases before ${OLDEST_SUPPORTED} need PCRE1 and OpenSSL 1.1.1, which are no longer maintained`,
      `use ${OLDEST_SUPPORTED} or newer, best ${newestRelease().version}`,
    );
    return NOWHERE;
  }
  if (options.source) return resolveArchive(faults, 'openresty.source', options.source, mirrors);
  const release = RELEASES.find((r) => r.version === version);
  if (!release) {
    faults.add(path, version, 'the catalogue has no such release', `${suggest(version, verifiable())}, or give openresty.source with url and checksum`);
    return NOWHERE;
  }
  if (release.checksum === undefined) {
    faults.add(
      path,
      version,
      'the catalogue has no checksum for this release, so it could not be verified',
      `verify the archive by its signature and give openresty.source: { url: "${openrestyUrl(version)}", checksum: "sha256:…" }, or ${suggest(version, verifiable())}`,
    );
    return NOWHERE;
  }
  return { url: mirrored(mirrors, openrestyUrl(version)), checksum: release.checksum };
}

/** The newest patch made for this OpenSSL's series and not for a later version than it. */
function patchFor(openssl: string): string | undefined {
  return Object.keys(OPENSSL_PATCHES)
    .filter((v) => series(v) === series(openssl) && compareVersions(v, openssl) <= 0)
    .sort(compareVersions)
    .pop();
}

function resolvePatch(faults: Faults, openssl: string, options: OpenSslOptions, paired: Release, mirrors: Mirrors): Archive & { version: string } {
  const path = 'openresty.openssl.patchVersion';
  const own = openssl === paired.openssl ? paired.opensslPatch : undefined;
  const version = options.patchVersion ?? own ?? patchFor(openssl) ?? (options.patch ? openssl : undefined);
  if (options.patch) return { version: version ?? openssl, ...resolveArchive(faults, 'openresty.openssl.patch', options.patch, mirrors) };
  const known = Object.keys(OPENSSL_PATCHES);
  if (version === undefined) {
    faults.add(
      path,
      undefined,
      `the catalogue has no patch for OpenSSL ${openssl}`,
      `use an OpenSSL of the series ${[...new Set(known.map(series))].join(', ')}, or give openresty.openssl.patch with url and checksum`,
    );
    return { version: openssl, ...NOWHERE };
  }
  if (!Object.hasOwn(OPENSSL_PATCHES, version)) {
    faults.add(path, version, 'the catalogue has no patch of this version', `${suggest(version, known)}, or give openresty.openssl.patch with url and checksum`);
    return { version, ...NOWHERE };
  }
  if (series(version) !== series(openssl) || compareVersions(version, openssl) > 0) {
    const fit = patchFor(openssl);
    faults.add(
      path,
      version,
      `this patch was made for OpenSSL ${version} and later of its series, not for ${openssl}`,
      fit ? `use "${fit}", or leave the option away` : 'choose an OpenSSL of the same series',
    );
  }
  const { commit, sha256 } = OPENSSL_PATCHES[version];
  return { version, url: mirrored(mirrors, opensslPatchUrl(version, commit)), checksum: `sha256:${sha256}` };
}

function resolvePart(
  faults: Faults,
  part: { path: string; name: string; oldest: string; why: string; sums: Readonly<Record<string, string>>; url: (v: string) => string },
  version: string,
  options: Pcre2Options | OpenSslOptions,
  mirrors: Mirrors,
): Archive {
  const path = `${part.path}.version`;
  if (!isVersion(version) || compareVersions(version, part.oldest) < 0) {
    faults.add(path, version, isVersion(version) ? part.why : `it is no version of ${part.name}`, suggest(version, Object.keys(part.sums)));
    return NOWHERE;
  }
  if (options.source) return resolveArchive(faults, `${part.path}.source`, options.source, mirrors);
  if (!Object.hasOwn(part.sums, version)) {
    faults.add(
      path,
      version,
      `the catalogue has no checksum for ${part.name} ${version}, so it could not be verified`,
      `${suggest(version, Object.keys(part.sums))}, or give ${part.path}.source with url and checksum`,
    );
    return NOWHERE;
  }
  return { url: mirrored(mirrors, part.url(version)), checksum: `sha256:${part.sums[version]}` };
}

const OPENSSL = {
  path: 'openresty.openssl',
  name: 'OpenSSL',
  oldest: '3.0',
  why: 'OpenSSL before 3.0 is no longer maintained, and releases from 1.27.1.1 on are published with OpenSSL 3',
  sums: OPENSSL_SHA256,
  url: opensslUrl,
};

const PCRE2 = {
  path: 'openresty.pcre2',
  name: 'PCRE2',
  oldest: '10.0',
  why: 'this is PCRE1; releases from 1.27.1.1 on are built with PCRE2, which begins at 10',
  sums: PCRE2_SHA256,
  url: pcre2Url,
};

/** What `resolveRelease` gives: the sources of a build. */
export type ReleaseBuild = Pick<OpenRestyBuild, 'version' | 'released' | 'sourceDateEpoch' | 'source' | 'openssl' | 'pcre2'> & {
  /** The catalogue's row whose parts were taken as defaults. */
  readonly paired: Release;
};

/** Resolves the release and its parts. */
export function resolveRelease(faults: Faults, options: OpenRestyOptions, mirrors: Mirrors): ReleaseBuild {
  const version = options.version ?? newestRelease().version;
  const source = resolveSource(faults, version, options, mirrors);
  const paired = isVersion(version) ? pairing(version) : newestRelease();
  const openssl = options.openssl ?? {};
  const pcre2 = options.pcre2 ?? {};
  const opensslVersion = openssl.version ?? paired.openssl;
  const pcre2Version = pcre2.version ?? paired.pcre2;
  const released = paired.version === version && !options.source ? paired.released : undefined;
  return {
    version,
    released,
    // A custom archive has no known date; any constant will do, as long as it is one.
    sourceDateEpoch: released ? Date.parse(`${released}T00:00:00Z`) / 1000 : 0,
    source,
    openssl: {
      version: opensslVersion,
      source: resolvePart(faults, OPENSSL, opensslVersion, openssl, mirrors),
      patch: resolvePatch(faults, opensslVersion, openssl, paired, mirrors),
    },
    pcre2: { version: pcre2Version, source: resolvePart(faults, PCRE2, pcre2Version, pcre2, mirrors) },
    paired,
  };
}
