/** The stage that compiles OpenResty and leaves what belongs into the image below `ROOTFS`. */
import type { OpenRestyConfig } from '../../core/config';
import { command, comment, download, type Lines, runScript } from './instruction';
import { compile } from './libraries';
import { LUA_LIBRARIES_DIR, MODULES_DIR, moduleDir } from './module-sources';
import { isBelow, nginxPrefix, opensslDir, pathFlags, pcre2Dir } from './paths';
import { shellWord } from './quote';

/** Where the finished installation lies in the stage. */
export const ROOTFS = '/rootfs';

/** Compiles, installs and slims OpenResty. */
export function openrestyStage(config: OpenRestyConfig): Lines {
  const { openresty, layout } = config;
  const libraries = [opensslDir(layout), pcre2Dir(layout)];
  const archive = download(openresty.source, '/archives/openresty.tar.gz');
  return [
    ...comment('OpenResty itself.'),
    'FROM toolchain AS openresty',
    archive.add,
    ...libraries.map((folder, i) => `COPY --from=${['openssl', 'pcre2'][i]} ${folder} ${folder}`),
    ...(openresty.modules.length > 0 ? [`COPY --from=modules ${MODULES_DIR} ${MODULES_DIR}`] : []),
    ...compile('/archives/openresty.tar.gz', archive.verify, [
      '# The date of the release, not of the commit: a commit that changes nothing here compiles nothing.',
      `export SOURCE_DATE_EPOCH=${openresty.sourceDateEpoch}`,
      ...command('./configure', configureWords(config)),
      'make -j"$(nproc)"',
      `make install DESTDIR=${ROOTFS}`,
    ]),
    ...(openresty.luaLibraries.length > 0 ? [`COPY --from=modules ${LUA_LIBRARIES_DIR} ${ROOTFS}${layout.prefix}/site/lualib`] : []),
    ...comment('Keep what runs: the libraries without headers, no static libraries, no manuals, no symbols for a debugger.'),
    ...runScript(slim(config)),
  ];
}

function configureWords({ openresty, layout }: OpenRestyConfig): string[] {
  const folders = [opensslDir(layout), pcre2Dir(layout)];
  const include = folders.map((folder) => `-I${folder}/include`).join(' ');
  const lib = folders.map((folder) => `-L${folder}/lib`).join(' ');
  const rpath = folders.map((folder) => `${folder}/lib`).join(':');
  return [
    '-j"$(nproc)"',
    ...[
      ...pathFlags(layout),
      `--with-cc-opt=-DNGX_LUA_ABORT_AT_PANIC ${include}`,
      `--with-ld-opt=${lib} -Wl,-rpath,${rpath}`,
      ...(openresty.luajitFlags.length > 0 ? [`--with-luajit-xcflags=${openresty.luajitFlags.join(' ')}`] : []),
      '--with-pcre',
      ...openresty.configureFlags,
      ...openresty.modules.map((m) => `--add-${m.dynamic ? 'dynamic-' : ''}module=${moduleDir(m)}`),
    ].map(shellWord),
  ];
}

function slim({ layout }: OpenRestyConfig): string[] {
  const { prefix, confDir, modulesDir, logDir, runDir, binary } = layout;
  const [openssl, pcre2, nginx] = [opensslDir(layout), pcre2Dir(layout), nginxPrefix(layout)];
  return [
    `root=${ROOTFS}`,
    `mkdir -p "$root${openssl}" "$root${pcre2}" "$root${modulesDir}"`,
    `cp -a ${openssl}/lib ${openssl}/ssl "$root${openssl}/"`,
    `cp -a ${pcre2}/lib "$root${pcre2}/"`,
    ...command('rm -rf', [
      ...['luajit/include', 'luajit/share/man', 'pod', 'resty.index'].map((name) => `"$root${prefix}/${name}"`),
      ...['restydoc', 'restydoc-index', 'md2pod.pl', 'nginx-xml2pod'].map((name) => `"$root${prefix}/bin/${name}"`),
      `"$root${confDir}"/*.default`,
    ]),
    `find "$root${prefix}" -depth \\( -name '*.a' -o -name '*.la' -o -name pkgconfig -o -name cmake \\) -exec rm -rf {} +`,
    `find "$root" -type f \\( -name '*.so' -o -name '*.so.*' -o -path '*/luajit/bin/*' -o -path "$root${binary}" \\) \\`,
    '  -exec strip --strip-unneeded {} +',
    '# These two are made in the image, where they belong to its user.',
    `rm -rf "$root${logDir}" "$root${runDir}"`,
    '# Where scripts and configurations that were written for another layout look.',
    `ln -sfn ${binary} "$root${prefix}/bin/openresty"`,
    ...(isBelow(nginx, modulesDir) ? [] : [`ln -sfn ${modulesDir} "$root${nginx}/modules"`]),
  ];
}
