/**
 * Downloads: checks addresses and checksums, and sends addresses to mirrors.
 */
import { checkChecksum } from './checksum';
import type { Archive } from './config';
import { type Faults, join } from './fault';
import { checkUrl } from './grammar';
import type { ArchiveOptions } from './options';

/** Replaces the beginning of an address. The longest matching key wins. */
export type Mirrors = Readonly<Record<string, string>>;

/** Is the address the key itself, or below it? `https://a.example` is no beginning of `https://a.example.org/`. */
function begins(url: string, key: string): boolean {
  return url === key || url.startsWith(key.endsWith('/') ? key : `${key}/`);
}

/** The address that is fetched in place of this one. */
export function mirrored(mirrors: Mirrors, url: string): string {
  const key = Object.keys(mirrors)
    .filter((prefix) => begins(url, prefix))
    .sort((a, b) => b.length - a.length)[0];
  return key === undefined ? url : mirrors[key] + url.slice(key.length);
}

/** Checks the table of mirrors. */
export function checkMirrors(faults: Faults, mirrors: Mirrors): void {
  for (const [from, to] of Object.entries(mirrors)) {
    const path = join('mirrors', from);
    checkUrl(faults, path, from);
    checkUrl(faults, path, to);
    if (from.endsWith('/') !== to.endsWith('/')) {
      faults.add(
        path,
        to,
        'one of the two ends with a slash and the other does not, so the joined address would be wrong',
        'end both with a slash',
      );
    }
  }
}

/** What the build can unpack or apply is downloaded as it is; these are other things, by the end of their names. */
const UNFIT: readonly { readonly end: RegExp; readonly why: string }[] = [
  { end: /\.git\/?$/, why: 'this is a git repository, which the build does not clone' },
  { end: /\.(?:zip|7z|tar|tar\.(?:xz|bz2|zst|lz)|txz|tbz2?)$/i, why: 'the build unpacks .tar.gz only' },
  { end: /\.(?:asc|sig|sha256|sha512)$/i, why: 'this is what an archive is verified by, not the archive' },
];

/** A file that the user gave: checked, and sent to its mirror. */
export function resolveArchive(faults: Faults, path: string, options: ArchiveOptions, mirrors: Mirrors): Archive {
  checkUrl(faults, `${path}.url`, options.url);
  const unfit = UNFIT.find(({ end }) => end.test(options.url));
  if (unfit) faults.add(`${path}.url`, options.url, unfit.why, 'give the address of a .tar.gz archive');
  checkChecksum(faults, `${path}.checksum`, options.checksum);
  return { url: mirrored(mirrors, options.url), checksum: options.checksum };
}
