/**
 * The libraries that a release is built with: OpenSSL and PCRE2.
 */
import { OPENSSL_SHA256, opensslUrl, PCRE2_SHA256, pcre2Url } from './catalogue/archives';
import type { Archive } from './config';
import { type Mirrors, mirrored, resolveArchive } from './download';
import type { Faults } from './fault';
import { lookup } from './lookup';
import type { ArchiveOptions } from './options';
import { suggest } from './suggest';
import { compareVersions, isVersion } from './version';

/** Stands for an archive where there is none; the fault is noted. */
export const NOWHERE: Archive = { url: '', checksum: '' };

/** What is known of one library. */
export interface Part {
  /** Path of its options. */
  readonly path: string;
  readonly name: string;
  /** How many numbers its versions have. */
  readonly numbers: number;
  /** First version that works, and why none before it does. */
  readonly oldest: string;
  readonly why: string;
  /** SHA-256 by version. */
  readonly sums: Readonly<Record<string, string>>;
  /** Address of the archive of a version. */
  url(version: string): string;
}

/** OpenSSL. */
export const OPENSSL: Part = {
  path: 'openresty.openssl',
  name: 'OpenSSL',
  numbers: 3,
  oldest: '3.0',
  why: 'OpenSSL before 3.0 is no longer maintained, and releases from 1.27.1.1 on are published with OpenSSL 3',
  sums: OPENSSL_SHA256,
  url: opensslUrl,
};

/** PCRE2. */
export const PCRE2: Part = {
  path: 'openresty.pcre2',
  name: 'PCRE2',
  numbers: 2,
  oldest: '10.0',
  why: 'this is PCRE1; releases from 1.27.1.1 on are built with PCRE2, which begins at 10',
  sums: PCRE2_SHA256,
  url: pcre2Url,
};

/**
 * Resolves where a library comes from.
 * @param source what the user gave instead of the catalogue's
 */
export function resolvePart(faults: Faults, part: Part, version: string, source: ArchiveOptions | undefined, mirrors: Mirrors): Archive {
  const path = `${part.path}.version`;
  const known = () => suggest(version, Object.keys(part.sums));
  const given = source && resolveArchive(faults, `${part.path}.source`, source, mirrors);
  if (!isVersion(version, part.numbers)) {
    faults.add(path, version, `it is no version of ${part.name}: ${part.numbers} numbers with dots between`, known());
    return NOWHERE;
  }
  if (compareVersions(version, part.oldest) < 0) {
    faults.add(path, version, part.why, known());
    return NOWHERE;
  }
  if (given) return given;
  const sum = lookup(part.sums, version);
  if (sum !== undefined) return { url: mirrored(mirrors, part.url(version)), checksum: `sha256:${sum}` };
  const why = `the catalogue has no checksum for ${part.name} ${version}, so it could not be verified`;
  faults.add(path, version, why, `${known()}, or give ${part.path}.source with url and checksum`);
  return NOWHERE;
}
