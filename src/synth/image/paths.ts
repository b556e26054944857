/** Where the parts of OpenResty lie, derived from the layout. */
import type { Layout } from '../../core/config';

/** OpenSSL's folder: `lib`, `ssl/openssl.cnf`, and in the stage of its name also `include` and `bin/openssl`. */
export function opensslDir({ prefix }: Layout): string {
  return `${prefix}/openssl3`;
}

/** PCRE2's folder: `lib`, and in the stage of its name also `include`. */
export function pcre2Dir({ prefix }: Layout): string {
  return `${prefix}/pcre2`;
}

/** nginx's own prefix: what relative paths in its configuration are relative to. OpenResty's `./configure` fixes it. */
export function nginxPrefix({ prefix }: Layout): string {
  return `${prefix}/nginx`;
}

/** Is the path below this folder, or the folder itself? */
export function isBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * What is copied into the image, shortest list first to last: the prefix, and
 * of the others those that do not lie in one that is copied already.
 */
export function installedPaths({ prefix, confDir, modulesDir, binary }: Layout): string[] {
  const copied: string[] = [];
  for (const path of [prefix, confDir, modulesDir, binary]) {
    if (!copied.some((folder) => isBelow(folder, path))) copied.push(path);
  }
  return copied;
}

/** Folders to add to PATH, most specific first: what the base's own PATH lacks. */
export function commandFolders({ prefix, binary }: Layout): string[] {
  const usual = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  const folders = [`${prefix}/luajit/bin`, binary.replace(/\/[^/]+$/, ''), `${prefix}/bin`];
  return [...new Set(folders)].filter((folder) => !usual.includes(folder));
}

/** `./configure` options that put everything where the layout wants it. */
export function pathFlags(layout: Layout): string[] {
  const { prefix, confDir, modulesDir, logDir, runDir, binary, user, group } = layout;
  return [
    `--prefix=${prefix}`,
    `--sbin-path=${binary}`,
    `--modules-path=${modulesDir}`,
    `--conf-path=${confDir}/nginx.conf`,
    `--error-log-path=${logDir}/error.log`,
    `--http-log-path=${logDir}/access.log`,
    `--pid-path=${runDir}/nginx.pid`,
    `--lock-path=${runDir}/nginx.lock`,
    `--http-client-body-temp-path=${runDir}/client_body_temp`,
    ...['proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `--http-${kind}-temp-path=${runDir}/${kind}_temp`),
    `--user=${user}`,
    `--group=${group}`,
  ];
}

/** Where the files lie in the smoke stage. */
export const SMOKE_DIR = '/smoke';

/** Name in the smoke stage's throw-away certificate. */
export const SMOKE_HOST = 'smoke.invalid';
