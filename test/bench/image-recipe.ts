/**
 * What the image is measured against: one RUN that builds all parts one after
 * another, with the options of openresty/openresty's own image, and keeps
 * everything that is installed. The same sources, base, features and modules.
 */
import type { OpenRestyConfig } from '../../src/core/config';

const PREFIX = '/usr/local/openresty';

/** OpenSSL: everything switched on, tests and the FIPS module built, with symbols. */
const OPENSSL = [
  ...['camellia', 'seed', 'rfc3779', 'cms', 'md2', 'rc5', 'weak-ssl-ciphers', 'ssl3', 'ssl3-method', 'ktls', 'fips'].map(
    (name) => `enable-${name}`,
  ),
  'shared',
  'zlib',
  '-g',
  `--prefix=${PREFIX}/openssl3`,
  '--libdir=lib',
  `-Wl,-rpath,${PREFIX}/openssl3/lib`,
];

/** PCRE2: all three widths, with symbols. */
const PCRE2 = [
  `--prefix=${PREFIX}/pcre2`,
  ...['jit', 'pcre2grep-jit', 'newline-is-lf', 'pcre2-16', 'pcre2-32', 'percent-zt', 'shared', 'unicode'].map((name) => `--enable-${name}`),
  '--disable-static',
];

/** Renders the recipe, for the Debian family. */
export function renderRecipe({ base, openresty }: OpenRestyConfig): string {
  const { openssl, pcre2, modules } = openresty;
  const archives = { openresty: openresty.source, openssl: openssl.source, patch: openssl.patch, pcre2: pcre2.source };
  const others = Object.fromEntries(modules.map((module) => [module.name, module]));
  const flags = [
    `--prefix=${PREFIX}`,
    '--with-pcre',
    `--with-cc-opt='-DNGX_LUA_ABORT_AT_PANIC -I${PREFIX}/pcre2/include -I${PREFIX}/openssl3/include'`,
    `--with-ld-opt='-L${PREFIX}/pcre2/lib -L${PREFIX}/openssl3/lib -Wl,-rpath,${PREFIX}/pcre2/lib:${PREFIX}/openssl3/lib'`,
    `--with-luajit-xcflags='${openresty.luajitFlags.join(' ')}'`,
    ...openresty.configureFlags,
    ...modules.map(({ name, dynamic, path }) => `--add-${dynamic ? 'dynamic-' : ''}module=/tmp/${name}${path === '' ? '' : `/${path}`}`),
  ];
  const unpack = (name: string) => `mkdir /tmp/${name} && tar -xzf /archives/${name} -C /tmp/${name} --strip-components=1`;
  const steps = [
    'apt-get update',
    `apt-get install -y --no-install-recommends ${[...openresty.packages.run, ...openresty.packages.build].join(' ')}`,
    ...['openssl', 'pcre2', 'openresty', ...Object.keys(others)].map(unpack),
    'cd /tmp/openssl',
    'patch -p1 < /archives/patch',
    `./config ${OPENSSL.join(' ')}`,
    'make -j"$(nproc)"',
    'make -j"$(nproc)" install_sw',
    'cd /tmp/pcre2',
    `CFLAGS='-g -O3' ./configure ${PCRE2.join(' ')}`,
    `make -j"$(nproc)" CFLAGS='-g -O3'`,
    'make install',
    'cd /tmp/openresty',
    `./configure -j"$(nproc)" ${flags.join(' ')}`,
    'make -j"$(nproc)"',
    'make install',
    'cd /',
    `apt-get purge -y --autoremove ${openresty.packages.build.join(' ')}`,
    'rm -rf /tmp/* /var/lib/apt/lists/* /var/cache/apt/*',
  ];
  const adds = Object.entries({ ...archives, ...others }).map(
    ([name, { url, checksum }]) => `ADD --checksum=${checksum} ${url} /archives/${name}`,
  );
  return `FROM ${base.reference} AS archives\n${adds.join('\n')}\nFROM ${base.reference}\nRUN --mount=from=archives,source=/archives,target=/archives ${steps.join(' \\\n && ')}\n`;
}
