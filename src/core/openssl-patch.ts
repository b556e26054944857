/**
 * OpenResty's patch for OpenSSL: which one fits which version.
 */
import { OPENSSL_PATCHES, opensslPatchUrl } from './catalogue/archives';
import type { Release } from './catalogue/releases';
import type { Archive } from './config';
import { type Mirrors, mirrored, resolveArchive } from './download';
import type { Faults } from './fault';
import { lookup } from './lookup';
import type { OpenSslOptions } from './options';
import { NOWHERE, OPENSSL } from './part';
import { suggest } from './suggest';
import { compareVersions, isVersion, series } from './version';

type Patch = Archive & { readonly version: string };

/** The newest patch made for this OpenSSL's series and not for a later version than it. */
function fitting(openssl: string): string | undefined {
  return Object.keys(OPENSSL_PATCHES)
    .filter((version) => series(version) === series(openssl) && compareVersions(version, openssl) <= 0)
    .sort(compareVersions)
    .pop();
}

/**
 * Resolves the patch.
 * @param openssl version of OpenSSL
 * @param paired release whose own pairing is the first choice
 */
export function resolveOpenSslPatch(faults: Faults, openssl: string, options: OpenSslOptions, paired: Release, mirrors: Mirrors): Patch {
  const path = 'openresty.openssl.patchVersion';
  const known = Object.keys(OPENSSL_PATCHES);
  const asked = options.patchVersion;
  // Another version is noted already, and nothing can be said of what fits it.
  const isUsable = isVersion(openssl, OPENSSL.numbers) && compareVersions(openssl, OPENSSL.oldest) >= 0;
  if (asked !== undefined && !isVersion(asked, OPENSSL.numbers)) {
    faults.add(path, asked, 'it is no version: patches are named after an OpenSSL', suggest(asked, known));
    return { version: asked, ...NOWHERE };
  }
  if (options.patch) {
    return { version: asked ?? openssl, ...resolveArchive(faults, 'openresty.openssl.patch', options.patch, mirrors) };
  }
  const version = asked ?? (openssl === paired.openssl ? paired.opensslPatch : fitting(openssl));
  if (version === undefined) {
    const mend = `use an OpenSSL of the series ${[...new Set(known.map(series))].join(', ')}, or give openresty.openssl.patch with url and checksum`;
    if (isUsable) faults.add(path, undefined, `the catalogue has no patch for OpenSSL ${openssl}`, mend);
    return { version: openssl, ...NOWHERE };
  }
  const patch = lookup(OPENSSL_PATCHES, version);
  if (!patch) {
    const mend = `${suggest(version, known)}, or give openresty.openssl.patch with url and checksum`;
    faults.add(path, version, 'the catalogue has no patch of this version', mend);
    return { version, ...NOWHERE };
  }
  const fit = fitting(openssl);
  // Some patches differ in name only: what counts is the file.
  if (isUsable && (fit === undefined || OPENSSL_PATCHES[fit].sha256 !== patch.sha256)) {
    const mend = fit === undefined ? 'choose an OpenSSL that this patch was made for' : `use "${fit}", or leave the option away`;
    faults.add(path, version, `this patch is not the one for OpenSSL ${openssl}`, mend);
  }
  return { version, url: mirrored(mirrors, opensslPatchUrl(version, patch.commit)), checksum: `sha256:${patch.sha256}` };
}
