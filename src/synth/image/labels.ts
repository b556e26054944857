/**
 * The labels of an image: which there are, and who sets them.
 *
 * What an image is and what it is made of is known at synth and stands in the
 * generated Dockerfile; what changes with every commit comes from the bake
 * file, which sets it last and so leaves the layers' cache alone.
 *
 * Keys: the OCI image specification's pre-defined annotations. For the parts,
 * the names that openresty/openresty's own image uses.
 */
import { identityAnnotations, OCI_KEYS } from '../../core/annotations';
import type { ImageIdentity, OpenRestyConfig } from '../../core/config';

/** Labels by key, in the order they are written. */
export type Labels = Readonly<Record<string, string>>;

/** Who the image is: the same for every build. */
export function identityLabels(image: ImageIdentity): Labels {
  return identityAnnotations(image);
}

/** What one build adds. `value` is what the bake file's variable is called. */
export const RUN_LABELS: readonly { readonly key: string; readonly variable: 'TAG' | 'REVISION' | 'CREATED' }[] = [
  { key: OCI_KEYS.version, variable: 'TAG' },
  { key: OCI_KEYS.revision, variable: 'REVISION' },
  { key: OCI_KEYS.created, variable: 'CREATED' },
];

/** What an OpenResty image is made of. */
export function contentLabels({ base, openresty }: OpenRestyConfig): Labels {
  return {
    [OCI_KEYS.baseName]: qualified(base.reference),
    ...(base.digest === undefined ? {} : { [OCI_KEYS.baseDigest]: base.digest }),
    resty_version: openresty.version,
    resty_openssl_version: openresty.openssl.version,
    resty_openssl_patch_version: openresty.openssl.patch.version,
    resty_pcre_version: openresty.pcre2.version,
    resty_config_options: openresty.configureFlags.join(' '),
    resty_luajit_options: openresty.luajitFlags.join(' '),
    ...sources('resty_modules', openresty.modules),
    ...sources('resty_lua_libraries', openresty.luaLibraries),
  };
}

function sources(key: string, parts: readonly { name: string; url: string }[]): Labels {
  return parts.length === 0 ? {} : { [key]: parts.map(({ name, url }) => `${name}=${url}`).join(' ') };
}

/** The base's name in full and without digest, as `base.name` wants it: `docker.io/library/debian:trixie-slim`. */
function qualified(reference: string): string {
  const name = reference.replace(/@.*$/, '');
  const [first, ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]|^localhost$/.test(first) ? name : `docker.io/${name}`;
}
