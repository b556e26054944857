/**
 * What a config is warned of: known vulnerabilities, and archives that nobody
 * but the user vouches for. Nothing here keeps an image from being built.
 */
import { OPENSSL_ENDED, OPENSSL_FIXES } from './catalogue/archives';
import { RELEASES } from './catalogue/releases';
import type { OpenRestyConfig } from './config';
import { lookup } from './lookup';
import { OPENSSL, PCRE2 } from './part';
import { replacesPublished } from './release';
import { compareVersions, series } from './version';

function releaseWarnings({ openresty: { version, openCves } }: OpenRestyConfig): string[] {
  if (openCves === undefined) return [`OpenResty ${version} is not in the catalogue: its known vulnerabilities are not known here.`];
  return openCves.map(({ id, severity, what, fixedIn }) => {
    const fix = fixedIn === undefined ? 'no release fixes it yet' : `fixed in ${fixedIn}`;
    return `OpenResty ${version} has ${id} (${severity}): ${what}; ${fix}.`;
  });
}

function openSslWarnings({ openresty: { openssl } }: OpenRestyConfig): string[] {
  const { version } = openssl;
  const ended = lookup(OPENSSL_ENDED, series(version));
  if (ended !== undefined) return [`OpenSSL ${series(version)} has had no public fixes since ${ended}; 3.5 has.`];
  if (!OPENSSL_FIXES.some((row) => series(row.version) === series(version))) {
    return [`OpenSSL ${version} is not in the catalogue: its known vulnerabilities are not known here.`];
  }
  return OPENSSL_FIXES.filter((row) => series(row.version) === series(version) && compareVersions(row.version, version) > 0).map(
    (row) => `OpenSSL ${version} lacks what ${row.version} fixes: ${row.fixes}.`,
  );
}

function sourceWarnings({ openresty: { version, source, openssl, pcre2 } }: OpenRestyConfig): string[] {
  const release = RELEASES.find((row) => row.version === version);
  const sum = (part: typeof OPENSSL, of: string) => {
    const known = lookup(part.sums, of);
    return known && `sha256:${known}`;
  };
  const parts = [
    { name: `OpenResty ${version}`, published: release?.checksum, checksum: source.checksum },
    { name: `OpenSSL ${openssl.version}`, published: sum(OPENSSL, openssl.version), checksum: openssl.source.checksum },
    { name: `PCRE2 ${pcre2.version}`, published: sum(PCRE2, pcre2.version), checksum: pcre2.source.checksum },
  ];
  return parts
    .filter(({ published, checksum }) => replacesPublished(published, checksum))
    .map(
      ({ name, published }) =>
        `The archive that is given for ${name} is not the published one (${published}): what is known of that need not hold for it.`,
    );
}

/**
 * All warnings, each one sentence, in a stable order; empty where there is nothing to say.
 */
export function warnings(config: OpenRestyConfig): string[] {
  return [...releaseWarnings(config), ...openSslWarnings(config), ...sourceWarnings(config)];
}
