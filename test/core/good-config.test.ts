import { describe, expect, test } from 'vitest';
import { hostBuilder } from '../../src/core/architecture';
import { isOpenResty } from '../../src/core/config';
import { imageConfig, openRestyConfig } from '../support/config';
import { ARCHIVE, SHA256 } from './bad-config/cases';

const SHA512 = `sha512:${'0'.repeat(128)}`;

describe('the shortest options', () => {
  test('give any image what it needs', () => {
    const config = imageConfig();
    expect(isOpenResty(config)).toBe(false);
    expect(config.image).toEqual({
      registry: 'ghcr.io',
      repository: 'dianplus/tomcat',
      reference: 'ghcr.io/dianplus/tomcat',
      name: 'tomcat',
      owner: 'dianplus',
      title: 'tomcat',
      description: 'tomcat container image',
      license: 'Apache-2.0',
      vendor: 'dianplus',
      source: 'https://github.com/dianplus/tomcat',
      cacheReference: 'ghcr.io/dianplus/tomcat-cache',
      additional: [],
    });
    expect(config.architectures.map(({ name, label, platform, machine }) => [name, label, platform, machine])).toEqual([
      ['amd64', 'AMD64', 'linux/amd64', 'x86_64'],
      ['arm64', 'ARM64', 'linux/arm64', 'aarch64'],
    ]);
    expect(config.pipeline).toMatchObject({
      triggers: false,
      branchTags: { master: 'latest', develop: 'develop' },
      buildTimeoutMinutes: 60,
      cache: true,
      sbom: false,
      sign: false,
      hostedRunner: 'ubuntu-24.04',
      regions: [{ name: 'us-east-1', partition: 'aws', subnets: [], securityGroups: [] }],
      onDemandFallback: false,
      hostedFallback: false,
      environment: 'spot-builders',
    });
    expect(config.documents).toEqual({ languages: ['en', 'zh'] });
  });

  test("give an OpenResty image the newest release, upstream's layout and its Alpine", () => {
    const config = openRestyConfig();
    expect(isOpenResty(config)).toBe(true);
    expect(config.openresty).toMatchObject({
      version: '1.31.1.1',
      released: '2026-05-29',
      sourceDateEpoch: 1780012800,
      openssl: { version: '3.5.7', patch: { version: '3.5.5' } },
      pcre2: { version: '10.47' },
      modules: [],
      luaLibraries: [],
      dynamicModules: ['ngx_http_geoip_module', 'ngx_http_image_filter_module', 'ngx_http_xslt_filter_module'],
      luajitFlags: ['-DLUAJIT_NUMMODE=2', '-DLUAJIT_ENABLE_LUA52COMPAT'],
    });
    expect(config.openresty.openCves).toHaveLength(6);
    expect(config.layout).toMatchObject({ prefix: '/usr/local/openresty', user: 'nginx', uid: 101, gid: 101 });
    expect(config.base).toEqual({ family: 'alpine', version: '3.23.5', reference: 'alpine:3.23.5' });
  });

  test('ask for the instances that AWS has most of', () => {
    const [amd64, arm64] = imageConfig().architectures;
    expect(amd64.builder).toMatchObject({ kind: 'spot', cpu: 'x86_64', size: 'large' });
    expect(amd64.builder).toHaveProperty('instanceTypes', expect.arrayContaining(['c6i.large', 'c7a.large']));
    expect(arm64.builder).toMatchObject({ kind: 'spot', cpu: 'arm64', size: 'large' });
    expect(arm64.builder).toHaveProperty('instanceTypes', expect.arrayContaining(['c7g.large', 'c8g.large']));
  });
});

describe('architectures', () => {
  test('an emulated one has the builder and the machine of its host, wherever that stands', () => {
    const config = imageConfig({
      architectures: [
        { name: 's390x', emulated: { on: 'x' } },
        { name: 'x', platform: 'linux/x86_64', spot: { families: ['c7i'], size: 'xlarge' } },
      ],
    });
    expect(config.architectures.map(hostBuilder)).toEqual([config.architectures[1].builder, config.architectures[1].builder]);
    const host = { kind: 'spot', cpu: 'x86_64', families: ['c7i'], size: 'xlarge', instanceTypes: ['c7i.xlarge'] };
    expect(config.architectures).toEqual([
      { name: 's390x', label: 'S390X', platform: 'linux/s390x', machine: 'x86_64', builder: { kind: 'emulated', on: 'x', host } },
      { name: 'x', label: 'X', platform: 'linux/amd64', machine: 'x86_64', builder: host },
    ]);
  });

  test('one that is emulated on the second of two has the machine of that one', () => {
    const { architectures } = imageConfig({
      architectures: [{ name: 'amd64' }, { name: 'arm64' }, { name: 's390x', emulated: { on: 'arm64' } }],
    });
    expect(architectures.map(({ machine }) => machine)).toEqual(['x86_64', 'aarch64', 'aarch64']);
  });

  test("a hosted one has GitHub's runner of its platform, or the one that is named", () => {
    const { architectures } = imageConfig({
      architectures: [
        { name: 'arm64', hosted: {} },
        { name: 's390x', hosted: { runner: 'mainframe' } },
      ],
    });
    expect(architectures.map(({ builder }) => builder)).toEqual([
      { kind: 'hosted', runner: 'ubuntu-24.04-arm' },
      { kind: 'hosted', runner: 'mainframe' },
    ]);
  });
});

describe('a custom release', () => {
  const source = { ...ARCHIVE, checksum: SHA512 };

  test('has the parts of the newest one before it, and no date', () => {
    const { openresty, base } = openRestyConfig({ openresty: { version: '1.29.9.1', source } });
    expect(openresty).toMatchObject({
      version: '1.29.9.1',
      source,
      sourceDateEpoch: 0,
      openssl: { version: '3.5.6' },
      pcre2: { version: '10.47' },
    });
    expect(openresty.released).toBeUndefined();
    expect(openresty.openCves).toBeUndefined();
    expect(base.version).toBe('3.23.4');
  });

  test('is paired with no later one, however near', () => {
    expect(openRestyConfig({ openresty: { version: '1.30.1.1', source } }).openresty.openssl.version).toBe('3.5.6');
  });

  test('that is a known one without checksum has its date and its vulnerabilities', () => {
    const { openresty } = openRestyConfig({ openresty: { version: '1.29.2.5', source } });
    expect(openresty.released).toBe('2026-05-23');
    expect(openresty.openCves?.map(({ id }) => id)).toContain('CVE-2026-42533');
  });

  test('that is a known one from elsewhere has its date, and not if it is another file', () => {
    const checksum = openRestyConfig().openresty.source.checksum;
    const from = (sum: string) => openRestyConfig({ openresty: { version: '1.31.1.1', source: { ...ARCHIVE, checksum: sum } } }).openresty;
    expect(from(checksum)).toMatchObject({ released: '2026-05-29', source: { url: ARCHIVE.url } });
    expect(from(SHA256)).toMatchObject({ sourceDateEpoch: 0 });
    expect(from(SHA256).released).toBeUndefined();
  });

  test('of OpenSSL has the newest patch of its series', () => {
    const { openssl } = openRestyConfig({ openresty: { openssl: { version: '3.5.99', source: ARCHIVE } } }).openresty;
    expect(openssl).toMatchObject({ version: '3.5.99', source: ARCHIVE, patch: { version: '3.5.5' } });
  });

  test('of OpenSSL may bring its patch', () => {
    const { openssl } = openRestyConfig({ openresty: { openssl: { version: '4.0.1', source: ARCHIVE, patch: ARCHIVE } } }).openresty;
    expect(openssl.patch).toEqual({ version: '4.0.1', ...ARCHIVE });
  });
});

describe('features', () => {
  const flags = (features: Record<string, string>, version?: string) =>
    openRestyConfig({ openresty: { version, features } }).openresty.configureFlags;

  test('what is off by default is asked for, what is on is refused', () => {
    expect(flags({ debug: 'static', http_ssi_module: 'off', http_dav_module: 'off', mail_smtp_module: 'static' })).toEqual(
      expect.arrayContaining(['--with-debug', '--without-http_ssi_module']),
    );
    expect(flags({ http_dav_module: 'off' }).filter((flag) => flag.includes('dav'))).toEqual([]);
    expect(flags({ mail_smtp_module: 'static' }).filter((flag) => flag.includes('smtp'))).toEqual([]);
  });

  test('what OpenResty adds by itself is refused by name', () => {
    expect(flags({ stream_ssl_module: 'off' })).toContain('--without-stream_ssl_module');
    expect(flags({ stream: 'off' })).toContain('--without-stream');
  });

  test('the parts of what is off are off too', () => {
    const without = flags({ stream: 'off', mail: 'off' });
    expect(without).toContain('--without-stream_lua_module');
    expect(without.filter((flag) => /^--with-(stream|mail)/.test(flag))).toEqual([]);
    expect(flags({ http_v2_module: 'off' })).toContain('--without-http_grpc_module');
    expect(flags({ lua_tablepool: 'off' })).toContain('--without-lua_resty_shell');
  });

  test('what a release does not know is not mentioned', () => {
    expect(flags({ http_upstream_sticky_module: 'off' })).toContain('--without-http_upstream_sticky_module');
    expect(flags({}, '1.27.1.2').join()).not.toContain('sticky');
    const first = { version: '1.31.0.0', source: ARCHIVE, features: { http_upstream_sticky_module: 'off' } };
    expect(openRestyConfig({ openresty: first }).openresty.configureFlags).toContain('--without-http_upstream_sticky_module');
  });

  test('what is dynamic is a module to load, and its packages come with it', () => {
    const { openresty } = openRestyConfig({
      openresty: {
        features: { mail: 'dynamic', http_geoip_module: 'static', http_image_filter_module: 'off' },
        modules: [
          { name: 'ngx_a_module', ...ARCHIVE },
          { name: 'ngx_b_module', ...ARCHIVE, dynamic: false },
        ],
      },
    });
    expect(openresty.dynamicModules).toEqual(['ngx_mail_module', 'ngx_http_xslt_filter_module', 'ngx_a_module']);
    expect(openresty.packages.run).toContain('geoip');
    expect(openresty.packages.run).not.toContain('gd');
    expect(openresty.packages.build).not.toContain('gd-dev');
  });

  test('packages have the names of the base, and are sorted and listed once', () => {
    const on = (family: string, version: string) =>
      openRestyConfig({ base: { family, version }, openresty: { packages: ['zip', 'tzdata'] } }).openresty.packages.run;
    expect(on('debian', 'bookworm')).toContain('libgeoip1');
    expect(on('debian', 'trixie')).toContain('libgeoip1t64');
    const run = on('alpine', '3.23.6');
    expect(run).toEqual([...new Set(run)].sort());
    expect(run).toContain('zip');
  });
});

describe('modules and libraries', () => {
  test('a folder is told without slashes around it', () => {
    const { modules, luaLibraries } = openRestyConfig({
      openresty: {
        modules: [
          { name: 'a', ...ARCHIVE, path: './/src/a/' },
          { name: 'b', ...ARCHIVE, path: '.' },
          { name: 'c', ...ARCHIVE },
        ],
        luaLibraries: [
          { name: 'lua-resty-a', ...ARCHIVE },
          { name: 'lua-resty-b', ...ARCHIVE, path: '' },
        ],
      },
    }).openresty;
    expect(modules.map(({ path }) => path)).toEqual(['src/a', '', '']);
    expect(luaLibraries.map(({ path }) => path)).toEqual(['lib', '']);
  });
});

describe('mirrors', () => {
  const fetched = (mirrors: Record<string, string>) => {
    const { openresty } = openRestyConfig({
      mirrors,
      openresty: { modules: [{ name: 'a', ...ARCHIVE }], luaLibraries: [{ name: 'b', ...ARCHIVE }] },
    });
    return [
      openresty.source,
      openresty.openssl.source,
      openresty.openssl.patch,
      openresty.pcre2.source,
      ...openresty.modules,
      ...openresty.luaLibraries,
    ].map(({ url }) => url);
  };

  test('stand in for every download', () => {
    const hosts = ['openresty.org', 'github.com', 'raw.githubusercontent.com', 'example.com'];
    const urls = fetched(Object.fromEntries(hosts.map((host) => [`https://${host}/`, `http://mirror.example/${host}/`])));
    expect(urls).toHaveLength(6);
    for (const url of urls) expect(url).toMatch(/^http:\/\/mirror\.example\//);
  });

  test('the longest beginning wins, and none ends within a name', () => {
    const [source] = fetched({
      'https://openresty.org': 'https://a.example',
      'https://openresty.org/download': 'https://b.example/x',
      'https://openresty.o': 'https://c.example',
    });
    expect(source).toBe('https://b.example/x/openresty-1.31.1.1.tar.gz');
  });

  test('may stand in for one file', () => {
    const [source] = fetched({ 'https://openresty.org/download/openresty-1.31.1.1.tar.gz': 'https://a.example/x' });
    expect(source).toBe('https://a.example/x');
  });

  test('checksums stay the same', () => {
    const { openresty } = openRestyConfig({ mirrors: { 'https://openresty.org/': 'https://a.example/' } });
    expect(openresty.source.checksum).toBe(openRestyConfig().openresty.source.checksum);
  });
});

describe('the rest', () => {
  test.each([
    ['upstream', 'nginx'],
    ['dianplus', 'openresty'],
  ])('the layout %s runs as %s, number 101', (preset, user) => {
    expect(openRestyConfig({ layout: { preset } }).layout).toMatchObject({ user, group: user, uid: 101, gid: 101 });
  });

  test('a layout is its preset with what was changed', () => {
    const { layout } = openRestyConfig({ layout: { preset: 'dianplus', user: 'app', uid: 1000 } });
    expect(layout).toEqual({
      prefix: '/opt/openresty',
      confDir: '/etc/openresty',
      modulesDir: '/usr/lib/openresty/modules',
      logDir: '/var/log/openresty',
      runDir: '/var/run/openresty',
      binary: '/usr/sbin/nginx',
      user: 'app',
      group: 'openresty',
      uid: 1000,
      gid: 101,
    });
  });

  test('a base says all that FROM needs', () => {
    const { base } = openRestyConfig({
      base: {
        family: 'debian',
        version: 'bookworm',
        digest: SHA256,
        repository: 'mirror.example/library/debian',
        packageMirror: 'http://m.example/debian',
      },
    });
    expect(base).toEqual({
      family: 'debian',
      version: 'bookworm',
      reference: `mirror.example/library/debian:bookworm-slim@${SHA256}`,
      digest: SHA256,
      packageMirror: 'http://m.example/debian',
    });
  });

  test("China's regions are another partition", () => {
    expect(imageConfig({ pipeline: { regions: [{ name: 'cn-north-1' }] } }).pipeline.regions[0].partition).toBe('aws-cn');
  });

  test('a pin replaces the built-in one, and others stay', () => {
    const commit = 'a'.repeat(40);
    const { actionPins } = imageConfig({ pipeline: { actionPins: [{ action: 'actions/checkout', commit, version: 'v9' }] } }).pipeline;
    expect(actionPins['actions/checkout']).toEqual({ action: 'actions/checkout', commit, version: 'v9' });
    expect(actionPins['actions/setup-node'].commit).toMatch(/^[0-9a-f]{40}$/);
  });

  test('a further registry has owner and name of the image unless it says otherwise', () => {
    const { additional } = imageConfig({
      additionalRegistries: [{ registry: 'quay.io' }, { registry: 'docker.io', owner: 'x', name: 'y' }],
    }).image;
    expect(additional.map(({ reference }) => reference)).toEqual(['quay.io/dianplus/tomcat', 'docker.io/x/y']);
  });

  test('languages come in the order of the documents', () => {
    expect(imageConfig({ documents: { languages: ['zh', 'en'] } }).documents.languages).toEqual(['en', 'zh']);
    expect(imageConfig({ documents: { languages: ['zh'] } }).documents.languages).toEqual(['zh']);
  });
});
