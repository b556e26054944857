/** The stages of the libraries. Nothing in them depends on the OpenResty version, so that a bump takes them from the cache. */
import type { OpenRestyConfig } from '../../core/config';
import { command, comment, download, type Lines, runScript } from './instruction';
import { opensslDir, pcre2Dir } from './paths';

/**
 * `RUN` with a script that compiles an archive, in its own folder.
 *
 * `WORKDIR` would not do: BuildKit gives the folder that it makes the date of
 * the commit, and so every commit would compile everything anew.
 */
export function compile(file: string, verify: Lines, script: Lines): Lines {
  return [
    ...comment('The date of the commit, which a WORKDIR would bear, must not empty the cache.', 'hadolint ignore=DL3003'),
    ...runScript([...verify, 'mkdir /build', 'cd /build', `tar -xzf ${file} --strip-components=1`, ...script, 'rm -rf /build']),
  ];
}

/**
 * Sets SOURCE_DATE_EPOCH to the date that a file has in its archive: a constant
 * of this very version, which a bump of anything else leaves alone.
 */
function datedLike(file: string): Lines {
  return [`SOURCE_DATE_EPOCH="$(stat -c %Y ${file})"`, 'export SOURCE_DATE_EPOCH'];
}

/**
 * OpenSSL with OpenResty's patch, below `opensslDir`: `include`, `lib`,
 * `bin/openssl` and `ssl/openssl.cnf`. A named context may take its place.
 *
 * Upstream also switches on SSL 3, MD2, RC5 and weak ciphers, and builds the
 * tests and a FIPS module which is never configured: left out.
 */
export function opensslStage({ openresty: { openssl }, layout }: OpenRestyConfig): Lines {
  const folder = opensslDir(layout);
  const archive = download(openssl.source, '/archives/openssl.tar.gz');
  const patch = download(openssl.patch, '/archives/openssl.patch');
  return [
    ...comment('OpenSSL, with the patch that lets Lua yield while a TLS session is looked up.'),
    'FROM toolchain AS openssl',
    archive.add,
    patch.add,
    ...compile(
      '/archives/openssl.tar.gz',
      [...archive.verify, ...patch.verify],
      [
        ...datedLike('Configure'),
        "# busybox's patch succeeds on a file that is no patch at all; GNU's fails.",
        'case "$(patch --version)" in GNU*) ;; *) exit 1 ;; esac',
        'patch --strip=1 --forward --batch --input=/archives/openssl.patch',
        ...command('./Configure', [
          `--prefix=${folder}`,
          `--openssldir=${folder}/ssl`,
          '--libdir=lib',
          `-Wl,-rpath,${folder}/lib`,
          'shared zlib no-tests enable-ktls enable-rfc3779',
        ]),
        'make -j"$(nproc)" build_sw',
        'make install_sw',
        '# install_sw leaves the configuration out, without which the openssl command makes no certificate.',
        `install -D -m 0644 apps/openssl.cnf ${folder}/ssl/openssl.cnf`,
      ],
    ),
  ];
}

/** PCRE2 in the one width that nginx uses, below `pcre2Dir`: `include` and `lib`. A named context may take its place. */
export function pcre2Stage({ openresty: { pcre2 }, layout }: OpenRestyConfig): Lines {
  const archive = download(pcre2.source, '/archives/pcre2.tar.gz');
  return [
    ...comment('PCRE2, with its just-in-time compiler.'),
    'FROM toolchain AS pcre2',
    archive.add,
    ...compile('/archives/pcre2.tar.gz', archive.verify, [
      ...datedLike('configure'),
      ...command('./configure', [
        `--prefix=${pcre2Dir(layout)}`,
        '--enable-jit',
        '--enable-newline-is-lf',
        '--disable-static',
        '--disable-dependency-tracking',
      ]),
      'make -j"$(nproc)" libpcre2-8.la',
      'make install-libLTLIBRARIES install-nodist_includeHEADERS lib_LTLIBRARIES=libpcre2-8.la',
    ]),
  ];
}
