/**
 * The release: which OpenResty, OpenSSL, patch and PCRE2, each with a checksum
 * that somebody published. What cannot be verified is refused.
 */
import { openrestyUrl } from './catalogue/archives';
import { OLDEST_SUPPORTED, RELEASES, type Release } from './catalogue/releases';
import type { Archive, OpenRestyBuild } from './config';
import { type Mirrors, mirrored, resolveArchive } from './download';
import type { Faults } from './fault';
import { resolveOpenSslPatch } from './openssl-patch';
import type { OpenRestyOptions } from './options';
import { NOWHERE, OPENSSL, PCRE2, resolvePart } from './part';
import { suggest } from './suggest';
import { compareVersions, isVersion } from './version';

/** Numbers in an OpenResty version: nginx's three and one of its own. */
const NUMBERS = 4;

/** Releases that the catalogue has a checksum for, oldest first. */
export function verifiableReleases(): Release[] {
  return RELEASES.filter(({ checksum }) => checksum !== undefined);
}

/** The newest release of the catalogue that can be verified. */
export function newestRelease(): Release {
  const verifiable = verifiableReleases();
  return verifiable[verifiable.length - 1];
}

/**
 * Is this archive another one than what was published as the release? Two
 * checksums of different algorithms cannot be compared; then it is taken for the same.
 */
export function replacesPublished(published: string | undefined, checksum: string): boolean {
  const algorithm = checksum.replace(/:.*/, ':');
  return published?.startsWith(algorithm) === true && published !== checksum;
}

/** The row whose parts go with this version: its own, or the newest one before it. */
function pairing(version: string): Release {
  const before = RELEASES.filter((release) => compareVersions(release.version, version) <= 0);
  return before[before.length - 1] ?? RELEASES[0];
}

function resolveSource(faults: Faults, version: string, options: OpenRestyOptions, mirrors: Mirrors): Archive {
  const path = 'openresty.version';
  const known = () =>
    suggest(
      version,
      verifiableReleases().map((release) => release.version),
    );
  const given = options.source && resolveArchive(faults, 'openresty.source', options.source, mirrors);
  if (!isVersion(version, NUMBERS)) {
    faults.add(path, version, 'it is no version of OpenResty: four numbers with dots between', known());
    return NOWHERE;
  }
  if (compareVersions(version, OLDEST_SUPPORTED) < 0) {
    const why = `releases before ${OLDEST_SUPPORTED} need PCRE1 and OpenSSL 1.1.1, which are no longer maintained`;
    faults.add(path, version, why, `use ${OLDEST_SUPPORTED} or newer, best ${newestRelease().version}`);
    return NOWHERE;
  }
  if (given) return given;
  const release = RELEASES.find((row) => row.version === version);
  if (release?.checksum !== undefined) return { url: mirrored(mirrors, openrestyUrl(version)), checksum: release.checksum };
  if (release) {
    const source = `openresty.source: { url: "${openrestyUrl(version)}", checksum: "sha256:…" }`;
    const why = 'the catalogue has no checksum for this release, so it could not be verified';
    faults.add(path, version, why, `verify the archive by its signature and give ${source}, or ${known()}`);
  } else {
    faults.add(path, version, 'the catalogue has no such release', `${known()}, or give openresty.source with url and checksum`);
  }
  return NOWHERE;
}

/** What `resolveRelease` gives: the sources of a build. */
export type ReleaseBuild = Pick<OpenRestyBuild, 'version' | 'released' | 'sourceDateEpoch' | 'source' | 'openssl' | 'pcre2'> & {
  /** The catalogue's row whose parts were taken as defaults. */
  readonly paired: Release;
};

/** Resolves the release and its parts. */
export function resolveRelease(faults: Faults, options: OpenRestyOptions, mirrors: Mirrors): ReleaseBuild {
  const { version = newestRelease().version, openssl = {}, pcre2 = {} } = options;
  const source = resolveSource(faults, version, options, mirrors);
  const paired = isVersion(version, NUMBERS) ? pairing(version) : newestRelease();
  const isPublished = paired.version === version && !replacesPublished(paired.checksum, source.checksum);
  const released = isPublished ? paired.released : undefined;
  const opensslVersion = openssl.version ?? paired.openssl;
  const pcre2Version = pcre2.version ?? paired.pcre2;
  return {
    version,
    released,
    // A custom archive has no known date; any constant will do, as long as it is one.
    sourceDateEpoch: released === undefined ? 0 : Date.parse(`${released}T00:00:00Z`) / 1000,
    source,
    openssl: {
      version: opensslVersion,
      source: resolvePart(faults, OPENSSL, opensslVersion, openssl.source, mirrors),
      patch: resolveOpenSslPatch(faults, opensslVersion, openssl, paired, mirrors),
    },
    pcre2: { version: pcre2Version, source: resolvePart(faults, PCRE2, pcre2Version, pcre2.source, mirrors) },
    paired,
  };
}
