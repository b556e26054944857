/** Arbitrary options of an OpenResty image that are valid. */
import fc from 'fast-check';
import { OPENSSL_PATCHES, OPENSSL_SHA256, PCRE2_SHA256 } from '../../src/core/catalogue/archives';
import { FEATURES } from '../../src/core/catalogue/features';
import { RELEASES } from '../../src/core/catalogue/releases';
import type { BaseOptions, LayoutOptions, OpenRestyImageProjectOptions, OpenRestyOptions } from '../../src/core/options';
import { PLATFORMS } from '../../src/core/platform';
import { validImageOptions } from './arbitrary-image';
import { archive, component, digest, folderUrl, maybe, word } from './arbitrary-words';

const CUSTOM_VERSIONS = ['1.27.2.1', '1.99.0.1', '2.0.0.0'];

/** A release of the catalogue, or one that the user vouches for. */
const release: fc.Arbitrary<OpenRestyOptions> = fc.oneof(
  fc.constantFrom(...RELEASES.filter(({ checksum }) => checksum).map(({ version }) => ({ version }))),
  fc.record({ version: fc.constantFrom(...CUSTOM_VERSIONS, ...RELEASES.map(({ version }) => version)), source: archive }),
  fc.constant({}),
);

const openssl: fc.Arbitrary<OpenRestyOptions['openssl']> = fc.oneof(
  fc.constantFrom(...Object.keys(OPENSSL_SHA256).map((version) => ({ version }))),
  fc.record({ version: fc.constantFrom('3.5.99', '3.4.9'), source: archive }),
  fc.record({
    version: fc.constantFrom('3.6.0', '4.0.1'),
    source: archive,
    patch: archive,
    patchVersion: maybe(fc.constantFrom(...Object.keys(OPENSSL_PATCHES))),
  }),
  fc.constant({ version: '3.5.8', patchVersion: '3.5.5' }),
);

const pcre2: fc.Arbitrary<OpenRestyOptions['pcre2']> = fc.oneof(
  fc.constantFrom(...Object.keys(PCRE2_SHA256).map((version) => ({ version }))),
  fc.record({ version: fc.constant('10.99'), source: archive }),
);

/** Features that may be switched in every release, each to what it can be. A part is switched off only, since its whole may be. */
const features: fc.Arbitrary<Record<string, string>> = fc
  .subarray(Object.keys(FEATURES).filter((name) => FEATURES[name].since === undefined))
  .chain((names) =>
    fc.tuple(
      ...names.map((name) => {
        const { dynamic, essential, needs } = FEATURES[name];
        const modes = [...(essential ? [] : ['off']), ...(dynamic ? ['dynamic'] : []), ...(needs.length > 0 ? [] : ['static'])];
        return modes.length > 0 ? fc.constantFrom(...modes).map((mode): [string, string][] => [[name, mode]]) : fc.constant([]);
      }),
    ),
  )
  .map((chosen) => Object.fromEntries(chosen.flat()))
  .map((switches) => (switches.stream === 'dynamic' ? { ...switches, stream_lua_module: 'off' } : switches));

const folder = fc.array(fc.oneof(word, fc.constantFrom('a.b', 'c_d', 'e-f', 'g+h')), { maxLength: 3 }).map((parts) => parts.join('/'));

const modules = fc
  .array(fc.tuple(word, archive, maybe(folder), maybe(fc.boolean())), { maxLength: 3 })
  .map((list) => list.map(([name, file, path, dynamic], i) => ({ name: `ngx_x_${name}${i}_module`, ...file, path, dynamic })));

const luaLibraries = fc
  .array(fc.tuple(word, archive, maybe(folder)), { maxLength: 3 })
  .map((list) => list.map(([name, file, path], i) => ({ name: `lua-resty-${name}.${i}`, ...file, path })));

const openresty: fc.Arbitrary<OpenRestyOptions> = fc
  .tuple(
    release,
    fc.record(
      {
        openssl,
        pcre2,
        features,
        modules,
        luaLibraries,
        luajitFlags: fc.subarray(['-DLUAJIT_NUMMODE=2', '-DLUAJIT_ENABLE_LUA52COMPAT', '-O3', '-march=x86-64-v2', '-fno-x,y+z']),
        packages: fc.subarray(['curl', 'g++', 'libstdc++', 'tzdata', 'imagemagick-6.q16']),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([source, rest]) => ({ ...source, ...rest }));

/** Folders that go together, in whatever combination. */
const layout: fc.Arbitrary<LayoutOptions> = fc.record(
  {
    preset: fc.constantFrom('upstream', 'dianplus'),
    prefix: fc.constantFrom('/opt/openresty', '/usr/local/openresty', '/srv/o_r-1.2+x'),
    confDir: fc.constantFrom('/etc/openresty', '/etc/nginx/conf'),
    modulesDir: fc.constantFrom('/usr/lib/openresty/modules', '/usr/lib/nginx'),
    logDir: fc.constantFrom('/var/log/openresty', '/var/log/nginx/a.b'),
    runDir: fc.constantFrom('/var/run/openresty', '/run/nginx', '/var/cache/nginx', '/tmp/nginx'),
    binary: fc.constantFrom('/usr/sbin/nginx', '/usr/bin/openresty', '/srv/bin/o'),
    user: word.map((name) => `app_${name}`),
    group: word.map((name) => `app-${name}`),
    uid: fc.oneof(fc.constant(101), fc.integer({ min: 1000, max: 65532 })),
    gid: fc.oneof(fc.constant(101), fc.integer({ min: 1000, max: 65532 })),
  },
  { requiredKeys: [] },
);

const repository = fc.oneof(
  component,
  component.map((name) => `library/${name}`),
  component.map((name) => `mirror.example:5000/library/${name}`),
);

/** A mirror bears the name of its distribution, or none. */
function base(family: 'alpine' | 'debian', version: fc.Arbitrary<string>): fc.Arbitrary<BaseOptions> {
  return fc
    .record(
      {
        family: family === 'alpine' ? maybe(fc.constant(family)) : fc.constant(family),
        version,
        digest,
        repository,
        packageMirror: folderUrl.map((url) => `${url}${family}`),
      },
      { requiredKeys: ['family'] },
    )
    .map((options) => (options.version === undefined ? { ...options, digest: undefined } : options));
}

const bases = fc.oneof(
  base('alpine', fc.constantFrom('3.21', '3.22.3', '3.23.6', '3.24.0')),
  base('debian', fc.constantFrom('bookworm', 'trixie')),
);

/** Options of an OpenResty image, for platforms that LuaJIT runs on and its base is published for. */
export function validOpenRestyOptions(): fc.Arbitrary<OpenRestyImageProjectOptions> {
  return maybe(bases).chain((options) => {
    const family = options?.family === 'debian' ? 'debian' : 'alpine';
    const platforms = Object.keys(PLATFORMS).filter((name) => PLATFORMS[name].luajit && PLATFORMS[name].bases.includes(family));
    return fc
      .tuple(validImageOptions(platforms), fc.record({ openresty, layout }, { requiredKeys: [] }))
      .map(([image, rest]) => ({ ...image, ...rest, base: options }));
  });
}
