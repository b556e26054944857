/**
 * Base: the distribution below the image.
 */
import type { Base } from './config';
import { type Faults, suggest } from './fault';
import { checkRegistry, checkRepositoryPart, checkUrl, SHA256 } from './grammar';
import type { BaseOptions } from './options';

const FAMILIES = ['alpine', 'debian'] as const;

/** Suites whose OpenSSL-independent packages the features are known to have. */
const DEBIAN_SUITES = ['bookworm', 'trixie'];
const DEFAULT_DEBIAN = 'trixie';

function checkVersion(faults: Faults, family: Base['family'], version: string): void {
  if (family === 'debian' && !DEBIAN_SUITES.includes(version)) {
    faults.add('base.version', version, 'the names of its packages are not known here', suggest(version, DEBIAN_SUITES));
  }
  if (family === 'alpine' && !/^3\.[0-9]{1,2}(\.[0-9]{1,2})?$/.test(version)) {
    faults.add('base.version', version, 'it is no version of Alpine', 'write it like "3.23.5"; "latest" and "edge" move under you');
  }
}

function checkRepository(faults: Faults, repository: string): void {
  const [first, ...rest] = repository.split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  if (hasHost) checkRegistry(faults, 'base.repository', first);
  checkRepositoryPart(faults, 'base.repository', hasHost ? rest.join('/') : repository);
}

/**
 * Resolves the base.
 * @param alpine the Alpine version that the release was published with
 */
export function resolveBase(faults: Faults, options: BaseOptions = {}, alpine: string): Base {
  const asked = options.family ?? 'alpine';
  const family = FAMILIES.find((f) => f === asked) ?? 'alpine';
  if (family !== asked) faults.add('base.family', asked, 'only these families are supported', suggest(asked, FAMILIES));
  const version = options.version ?? (family === 'alpine' ? alpine : DEFAULT_DEBIAN);
  checkVersion(faults, family, version);
  if (options.repository !== undefined) checkRepository(faults, options.repository);
  if (options.digest !== undefined && !SHA256.test(options.digest)) {
    faults.add('base.digest', options.digest, 'it is no image digest: "sha256:" and 64 lower-case hexadecimal digits', 'copy it from `docker buildx imagetools inspect`');
  }
  if (options.packageMirror !== undefined) {
    checkUrl(faults, 'base.packageMirror', options.packageMirror);
    if (options.packageMirror.endsWith('/')) {
      faults.add('base.packageMirror', options.packageMirror, 'it ends with a slash', `write "${options.packageMirror.replace(/\/+$/, '')}"`);
    }
  }
  const tag = family === 'debian' ? `${version}-slim` : version;
  const pin = options.digest === undefined ? '' : `@${options.digest}`;
  return {
    family,
    version,
    reference: `${options.repository ?? family}:${tag}${pin}`,
    digest: options.digest,
    packageMirror: options.packageMirror,
  };
}
