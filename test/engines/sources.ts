import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { installOnce } from './cache';
import { CommandFailed, run } from './exec';
import { recipes } from './versions';

/** Archives to build an OpenResty image from. */
export interface Sources {
  /** Holds them under their upstream names, flat; serve it with `startMirror`. */
  readonly folder: string;
  readonly versions: { readonly openresty: string; readonly openssl: string; readonly pcre2: string };
  /** Name of each file in `folder`. */
  readonly files: { readonly openresty: string; readonly openssl: string; readonly pcre2: string; readonly patch: string };
  readonly sha256: { readonly openresty: string; readonly openssl: string; readonly pcre2: string; readonly patch: string };
  /** Third-party nginx modules, as a user would add them: `<name>-<version>.tar.gz`. */
  readonly modules: ReadonlyArray<{ readonly name: string; readonly version: string; readonly file: string; readonly sha256: string }>;
}

const script = path.join(__dirname, 'standin-bundle.sh');

/**
 * OpenSSL and PCRE2 as upstream published them (the catalogue's own checksums), and a stand-in
 * for OpenResty's archive under any version number, assembled from what Debian redistributes.
 * The same version always has the same bytes. The table of names and checksums is in
 * `standin-bundle.sh`. Throws when the mirror does not have an archive, and names it.
 */
export async function openrestySources(version = '1.26.3.0'): Promise<Sources> {
  const archives = await installOnce('openresty-archives', recipes.sources, async (temporary) => {
    await bundle(['fetch', temporary]);
  });
  const folder = await installOnce(`openresty-sources-${version}`, recipes.sources, async (temporary) => {
    await bundle(['bundle', archives, temporary, version]);
  });
  const names = fs.readdirSync(folder);
  const find = (pattern: RegExp): { file: string; version: string; name: string } => {
    for (const file of names) {
      const match = pattern.exec(file);
      if (match) return { file, version: match.groups?.version ?? '', name: match.groups?.name ?? '' };
    }
    throw new Error(`No ${pattern} in ${folder}; remove that folder to make it again.`);
  };
  const sha256 = (file: string) =>
    crypto
      .createHash('sha256')
      .update(fs.readFileSync(path.join(folder, file)))
      .digest('hex');
  const openresty = find(/^openresty-(?<version>.+)\.tar\.gz$/);
  const openssl = find(/^openssl-(?<version>[\d.]+)\.tar\.gz$/);
  const pcre2 = find(/^pcre2-(?<version>[\d.]+)\.tar\.gz$/);
  const patch = find(/^openssl-.*\.patch$/);
  return {
    folder,
    versions: { openresty: openresty.version, openssl: openssl.version, pcre2: pcre2.version },
    files: { openresty: openresty.file, openssl: openssl.file, pcre2: pcre2.file, patch: patch.file },
    sha256: { openresty: sha256(openresty.file), openssl: sha256(openssl.file), pcre2: sha256(pcre2.file), patch: sha256(patch.file) },
    modules: names
      .filter((name) => name.startsWith('ngx-'))
      .map((file) => {
        const match = /^(?<name>ngx-[a-z-]+)-(?<version>[\d.]+)\.tar\.gz$/.exec(file);
        return { name: match?.groups?.name ?? file, version: match?.groups?.version ?? '', file, sha256: sha256(file) };
      }),
  };
}

async function bundle(args: readonly string[]): Promise<void> {
  try {
    await run('bash', [script, ...args]);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Error(`Cannot make the source archives. If the Debian mirror has moved on, change the table in ${script}.\n${error.message}`);
  }
}
