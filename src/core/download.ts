/**
 * Downloads: checks addresses and checksums, and sends addresses to mirrors.
 */
import type { Archive } from './config';
import type { Faults } from './fault';
import { checkChecksum, checkUrl } from './grammar';
import type { ArchiveOptions } from './options';

/** Replaces the beginning of an address. The longest matching key wins. */
export type Mirrors = Readonly<Record<string, string>>;

/** The address that is fetched in place of this one. */
export function mirrored(mirrors: Mirrors, url: string): string {
  const key = Object.keys(mirrors)
    .filter((prefix) => url.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  return key === undefined ? url : mirrors[key] + url.slice(key.length);
}

/** Checks the table of mirrors. */
export function checkMirrors(faults: Faults, mirrors: Mirrors | undefined): void {
  for (const [from, to] of Object.entries(mirrors ?? {})) {
    const path = `mirrors[${JSON.stringify(from)}]`;
    checkUrl(faults, path, from);
    checkUrl(faults, path, to);
    if (from.endsWith('/') !== to.endsWith('/')) {
      faults.add(path, to, 'one of the two ends with a slash and the other does not, so the joined address would be wrong', 'end both with a slash');
    }
  }
}

/** An archive that the user gave: checked, and sent to its mirror. */
export function resolveArchive(faults: Faults, path: string, options: ArchiveOptions, mirrors: Mirrors): Archive {
  checkUrl(faults, `${path}.url`, options.url);
  checkChecksum(faults, `${path}.checksum`, options.checksum);
  return { url: mirrored(mirrors, options.url), checksum: options.checksum };
}
