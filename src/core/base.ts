/**
 * Base: the distribution below the image.
 */
import { RELEASES } from './catalogue/releases';
import { isSha256 } from './checksum';
import type { Architecture, Base } from './config';
import type { Faults } from './fault';
import { checkUrl } from './grammar';
import { lookup } from './lookup';
import type { BaseOptions } from './options';
import { PLATFORMS } from './platform';
import { checkRegistry, checkRepositoryPart } from './reference';
import { suggest } from './suggest';
import { compareVersions, series } from './version';

const FAMILIES = ['alpine', 'debian'] as const;

/** Suites whose OpenSSL-independent packages the features are known to have. */
const DEBIAN_SUITES = ['bookworm', 'trixie'];
const DEFAULT_DEBIAN = 'trixie';

/** The oldest series of Alpine that a release of the catalogue was published with. */
function oldestAlpine(): string {
  return RELEASES.map(({ alpine }) => series(alpine)).sort(compareVersions)[0];
}

function checkVersion(faults: Faults, family: Base['family'], version: string): void {
  const path = 'base.version';
  if (family === 'debian') {
    if (!DEBIAN_SUITES.includes(version)) {
      faults.add(path, version, 'it is no suite of Debian whose packages are known here', suggest(version, DEBIAN_SUITES));
    }
  } else if (!/^3\.(?:0|[1-9][0-9])(?:\.[0-9]{1,2})?$/.test(version)) {
    faults.add(path, version, 'it is no version of Alpine', 'write it like "3.23.5"; "latest" and "edge" move under you');
  } else if (compareVersions(series(version), oldestAlpine()) < 0) {
    faults.add(path, version, `Alpine before ${oldestAlpine()} is no longer maintained`, 'leave the option away, or choose a newer one');
  }
}

function checkRepository(faults: Faults, family: string, repository: string): void {
  const path = 'base.repository';
  if (/^[a-z]+:\/\//i.test(repository)) {
    faults.add(path, repository, 'an image reference has no scheme', `write "${repository.replace(/^[a-z]+:\/\//i, '')}"`);
    return;
  }
  const [first, ...rest] = repository.split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  if (/[:@]/.test(hasHost ? rest.join('/') : repository)) {
    const why = 'a repository has neither tag nor digest; they are base.version and base.digest';
    faults.add(path, repository, why, `write the part before them, such as "${family}"`);
    return;
  }
  if (hasHost) checkRegistry(faults, path, first);
  checkRepositoryPart(faults, path, hasHost ? rest.join('/') : repository);
}

function checkDigest(faults: Faults, digest: string, version: string | undefined): void {
  if (!isSha256(digest)) {
    const why = 'it is no image digest: "sha256:" and 64 lower-case hexadecimal digits';
    faults.add('base.digest', digest, why, 'copy it from `docker buildx imagetools inspect`');
  }
  if (version === undefined) {
    faults.add(
      'base.version',
      undefined,
      'a digest is that of one version, while the default moves with the release',
      'name the version that base.digest is the digest of',
    );
  }
}

function checkMirror(faults: Faults, family: Base['family'], mirror: string): void {
  const path = 'base.packageMirror';
  checkUrl(faults, path, mirror);
  if (mirror.endsWith('/')) faults.add(path, mirror, 'it ends with a slash', `write "${mirror.replace(/\/+$/, '')}"`);
  const other = FAMILIES.find((name) => name !== family && mirror.replace(/\/+$/, '').endsWith(`/${name}`));
  if (other)
    faults.add(path, mirror, `it has the packages of ${other}, and base.family is ${family}`, `write the address of a mirror of ${family}`);
}

/**
 * Resolves the base.
 * @param alpine the Alpine version that the release was published with
 */
export function resolveBase(faults: Faults, options: BaseOptions = {}, alpine: string): Base {
  const { family: asked = 'alpine', digest, repository, packageMirror } = options;
  const family = FAMILIES.find((name) => name === asked) ?? 'alpine';
  const isFamily = family === asked;
  if (!isFamily) faults.add('base.family', asked, 'it is no family that is supported', suggest(asked, FAMILIES));
  const version = options.version ?? (family === 'alpine' ? alpine : DEFAULT_DEBIAN);
  if (isFamily) checkVersion(faults, family, version);
  if (repository !== undefined) checkRepository(faults, family, repository);
  if (digest !== undefined) checkDigest(faults, digest, options.version);
  if (packageMirror !== undefined && isFamily) checkMirror(faults, family, packageMirror);
  const tag = family === 'debian' ? `${version}-slim` : version;
  const pin = digest === undefined ? '' : `@${digest}`;
  return { family, version, reference: `${repository ?? family}:${tag}${pin}`, digest, packageMirror };
}

/**
 * Checks that the base has an image for every platform. One that is not known at
 * all is another rule's, and a repository of one's own may have what it wants.
 */
export function checkPublished(faults: Faults, { family, reference }: Base, architectures: readonly Architecture[]): void {
  if (!reference.startsWith(`${family}:`)) return;
  architectures.forEach(({ platform }, i) => {
    const facts = lookup(PLATFORMS, platform);
    if (!facts?.luajit || facts.bases.includes(family)) return;
    const [other] = facts.bases;
    faults.add(
      `architectures[${i}].platform`,
      platform,
      `the official image of ${family} is not published for this platform`,
      other ? `remove it, or use base: { family: "${other}" }` : 'remove it',
    );
  });
}
