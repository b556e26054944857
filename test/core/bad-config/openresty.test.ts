import { describe, expect, test } from 'vitest';
import { ARCHIVE, type BadConfig, faultsOf, type Options, SHA256, testBadConfigs, testGoodConfigs } from './cases';

const SHA512 = `sha512:${'0123456789abcdef'.repeat(8)}`;
const HEX = SHA256.slice(7);

function openresty(options: object): Options {
  return { openresty: options };
}

function checksum(text: string): Options {
  return openresty({ version: '1.99.0.1', source: { ...ARCHIVE, checksum: text } });
}

function url(text: string): Options {
  return openresty({ version: '1.99.0.1', source: { ...ARCHIVE, url: text } });
}

function features(switches: object, version?: string): Options {
  return openresty({ version, features: switches });
}

function modules(...list: readonly object[]): Options {
  return openresty({ modules: list.map((module) => ({ name: 'ngx_http_example_module', ...ARCHIVE, ...module })) });
}

function libraries(...list: readonly object[]): Options {
  return openresty({ luaLibraries: list.map((library) => ({ name: 'lua-resty-example', ...ARCHIVE, ...library })) });
}

function packages(family: string, ...list: readonly string[]): Options {
  return { base: { family }, openresty: { packages: list } };
}

const VERSION = 'openresty.version';
const SOURCE = 'openresty.source';
const PATCH = 'openresty.openssl.patchVersion';
const MODULE = 'openresty.modules[0]';
const LIBRARY = 'openresty.luaLibraries[0]';
const ALPINE = '3.23.6';

const releases: readonly BadConfig[] = [
  ['an unknown release', openresty({ version: '1.31.1.9' }), VERSION, 'the catalogue has no such release', 'use "1.31.1.1"'],
  [
    'a release that nobody can verify',
    openresty({ version: '1.29.2.5' }),
    VERSION,
    'no checksum for this release',
    'https://openresty.org/download/openresty-1.29.2.5.tar.gz',
  ],
  ['a release with PCRE1', openresty({ version: '1.25.3.2' }), VERSION, 'PCRE1 and OpenSSL 1.1.1', 'best 1.31.1.1'],
  [
    'a release with PCRE1 from elsewhere',
    openresty({ version: '1.21.4.4', source: ARCHIVE }),
    VERSION,
    'PCRE1 and OpenSSL 1.1.1',
    '1.27.1.1 or newer',
  ],
  ['a version of nginx', openresty({ version: '1.31.1' }), VERSION, 'four numbers', 'use "1.31.1.1"'],
  ['a version with a v', openresty({ version: 'v1.31.1.1' }), VERSION, 'four numbers', 'use "1.31.1.1"'],
  ['a version with a zero in front', openresty({ version: '1.31.01.1' }), VERSION, 'four numbers', 'use "1.31.1.1"'],
  ['a release candidate', openresty({ version: '1.31.1.1rc1', source: ARCHIVE }), VERSION, 'four numbers', 'use "1.31.1.1"'],
  ['an empty version', openresty({ version: '' }), VERSION, 'four numbers', 'use "1.27.1.1"'],
  ['a version with a command', openresty({ version: '1.31.1.1;id' }), VERSION, 'four numbers', 'use "1.31.1.1"'],
  ['latest', openresty({ version: 'latest' }), VERSION, 'four numbers', 'use "1.27.1.1"'],

  [
    'OpenSSL without checksum',
    openresty({ openssl: { version: '3.5.9' } }),
    'openresty.openssl.version',
    'no checksum for OpenSSL 3.5.9',
    'openresty.openssl.source',
  ],
  ['OpenSSL 1.1.1', openresty({ openssl: { version: '1.1.1' } }), 'openresty.openssl.version', 'no longer maintained', 'use "'],
  ['OpenSSL 1.1.1 with its letter', openresty({ openssl: { version: '1.1.1w' } }), 'openresty.openssl.version', '3 numbers', 'use "'],
  ['OpenSSL that every object has', openresty({ openssl: { version: 'valueOf' } }), 'openresty.openssl.version', '3 numbers', 'use "3.'],
  [
    'OpenSSL of a series without patch',
    openresty({ openssl: { version: '3.6.0', source: ARCHIVE } }),
    PATCH,
    'no patch for OpenSSL 3.6.0',
    'openresty.openssl.patch with url',
  ],
  [
    'an OpenSSL that is older than every patch',
    openresty({ openssl: { version: '3.0.0', source: ARCHIVE } }),
    PATCH,
    'no patch for OpenSSL 3.0.0',
    'openresty.openssl.patch with url',
  ],
  ['an unknown patch', openresty({ openssl: { patchVersion: '3.5.6' } }), PATCH, 'no patch of this version', '"3.5.5"'],
  ['a patch that is no version', openresty({ openssl: { patchVersion: 'a b' } }), PATCH, 'it is no version', 'use "3.'],
  [
    'a patch of ones own with a name that is no version',
    openresty({ openssl: { patchVersion: '"', patch: ARCHIVE } }),
    PATCH,
    'it is no version',
    'use "3.',
  ],
  [
    'the patch of an older OpenSSL',
    openresty({ openssl: { version: '3.5.8', patchVersion: '3.5.4' } }),
    PATCH,
    'not the one for OpenSSL 3.5.8',
    'use "3.5.5"',
  ],
  [
    'the patch of a newer OpenSSL',
    openresty({ openssl: { version: '3.5.4', patchVersion: '3.5.5' } }),
    PATCH,
    'not the one for OpenSSL 3.5.4',
    'use "3.5.4"',
  ],
  [
    'the patch of another series',
    openresty({ openssl: { version: '3.0.16', patchVersion: '3.5.5' } }),
    PATCH,
    'not the one for OpenSSL 3.0.16',
    'use "3.0.15"',
  ],
  [
    'a patch where there is none',
    openresty({ openssl: { version: '3.6.0', source: ARCHIVE, patchVersion: '3.5.5' } }),
    PATCH,
    'not the one for OpenSSL 3.6.0',
    'choose an OpenSSL',
  ],
  [
    'a bad patch of ones own',
    openresty({ openssl: { patch: { ...ARCHIVE, checksum: 'x' } } }),
    'openresty.openssl.patch.checksum',
    'hexadecimal',
    'sha256sum',
  ],

  [
    'PCRE2 without checksum',
    openresty({ pcre2: { version: '10.45' } }),
    'openresty.pcre2.version',
    'no checksum for PCRE2 10.45',
    '"10.44"',
  ],
  ['PCRE1', openresty({ pcre2: { version: '8.45', source: ARCHIVE } }), 'openresty.pcre2.version', 'this is PCRE1', 'use "10.4'],
  ['PCRE2 with three numbers', openresty({ pcre2: { version: '10.47.0' } }), 'openresty.pcre2.version', '2 numbers', '"10.47"'],
  [
    'a bad source of PCRE2',
    openresty({ pcre2: { version: '10.99', source: { ...ARCHIVE, url: 'x' } } }),
    'openresty.pcre2.source.url',
    'no scheme',
    '"https://"',
  ],
];

const downloads: readonly BadConfig[] = [
  ['an archive of another kind, in capitals', url('https://example.com/x.ZIP'), `${SOURCE}.url`, '.tar.gz only', '.tar.gz'],
  ['a checksum without algorithm', checksum(HEX), `${SOURCE}.checksum`, 'does not say its algorithm', `write "${SHA256}"`],
  ['a SHA-512 without algorithm', checksum(SHA512.slice(7)), `${SOURCE}.checksum`, 'does not say its algorithm', `write "${SHA512}"`],
  ['an upper-case checksum', checksum(`sha256:${HEX.toUpperCase()}`), `${SOURCE}.checksum`, 'upper case', `write "${SHA256}"`],
  ['an upper-case algorithm', checksum(`SHA256:${HEX}`), `${SOURCE}.checksum`, 'upper case', `write "${SHA256}"`],
  ['a checksum that is too short', checksum(SHA256.slice(0, -1)), `${SOURCE}.checksum`, 'it has 63 digits', 'copy the whole checksum'],
  ['a checksum that is too long', checksum(`${SHA256}0`), `${SOURCE}.checksum`, 'it has 65 digits', 'copy the whole checksum'],
  [
    'a SHA-512 that says it is a SHA-256',
    checksum(`sha256:${SHA512.slice(7)}`),
    `${SOURCE}.checksum`,
    'it has 128 digits',
    'copy the whole checksum',
  ],
  ['a SHA-256 that says it is a SHA-512', checksum(`sha512:${HEX}`), `${SOURCE}.checksum`, 'it has 64 digits', 'copy the whole checksum'],
  [
    'a checksum of an algorithm that was broken',
    checksum(`md5:${'0'.repeat(32)}`),
    `${SOURCE}.checksum`,
    '"md5" is no algorithm',
    'SHA-256',
  ],
  ['an algorithm that every object has', checksum(`constructor:${HEX}`), `${SOURCE}.checksum`, '"constructor" is no algorithm', 'SHA-256'],
  ['a checksum with other letters', checksum(`sha256:${'g'.repeat(64)}`), `${SOURCE}.checksum`, 'a checksum is hexadecimal', 'sha256sum'],
  ['a checksum with a line break', checksum(`${SHA256}\n`), `${SOURCE}.checksum`, 'a checksum is hexadecimal', 'sha256sum'],
  ['an empty checksum', checksum(''), `${SOURCE}.checksum`, 'it has 0 digits', 'copy the whole checksum'],
  ['an address without scheme', url('openresty.org/x.tar.gz'), `${SOURCE}.url`, 'it has no scheme', '"https://"'],
  ['an address of another scheme', url('ftp://example.com/x.tar.gz'), `${SOURCE}.url`, 'it has no scheme', '"https://"'],
  ['an address with a space', url('https://example.com/a b.tar.gz'), `${SOURCE}.url`, 'no plain web address', 'percent-encode'],
  ['an address with a variable', url('https://example.com/$V.tar.gz'), `${SOURCE}.url`, 'no plain web address', 'percent-encode'],
  ['an address that ends its line', url('https://example.com/x.tar.gz\nRUN id'), `${SOURCE}.url`, 'no plain web address', 'percent-encode'],
  ['a git repository', url('https://github.com/openresty/openresty.git'), `${SOURCE}.url`, 'a git repository', '.tar.gz'],
  ['an archive of another kind', url('https://example.com/x.zip'), `${SOURCE}.url`, '.tar.gz only', '.tar.gz'],
  ['an archive of another compression', url('https://example.com/x.tar.xz'), `${SOURCE}.url`, '.tar.gz only', '.tar.gz'],
  ['a signature', url('https://example.com/x.tar.gz.asc'), `${SOURCE}.url`, 'not the archive', '.tar.gz'],
];

const contents: readonly BadConfig[] = [
  [
    'a flag without a letter',
    openresty({ luajitFlags: ['-=x'] }),
    'openresty.luajitFlags[0]',
    'no plain compiler flag',
    '-DLUAJIT_NUMMODE=2',
  ],
  [
    'an unknown feature',
    features({ http_dab_module: 'off' }),
    'openresty.features.http_dab_module',
    'neither nginx nor OpenResty',
    'use "http_dav_module"',
  ],
  [
    'a whole flag',
    features({ '--with-http_dav_module': 'off' }),
    'openresty.features["--with-http_dav_module"]',
    'neither nginx',
    'use "http_dav_module"',
  ],
  [
    'a feature with its mode',
    features({ 'stream=dynamic': 'on' }),
    'openresty.features["stream=dynamic"]',
    'neither nginx',
    'use "stream"',
  ],
  ['a feature that every object has', features({ constructor: 'off' }), 'openresty.features.constructor', 'neither nginx', 'use "'],
  ['a feature called __proto__', features(JSON.parse('{ "__proto__": "off" }')), 'openresty.features.__proto__', 'neither nginx', 'use "'],
  ['a mode that is none', features({ http_dav_module: 'on' }), 'openresty.features.http_dav_module', 'one of three ways', 'use "off"'],
  [
    'a mode in the wrong case',
    features({ http_dav_module: 'Off' }),
    'openresty.features.http_dav_module',
    'one of three ways',
    'use "off"',
  ],
  [
    'dynamic where it cannot be',
    features({ http_dav_module: 'dynamic' }),
    'openresty.features.http_dav_module',
    'cannot be loaded at run time',
    'use "static"',
  ],
  ['no TLS', features({ http_ssl_module: 'off' }), 'openresty.features.http_ssl_module', 'it cannot be left out', 'remove this line'],
  ['no Lua', features({ http_lua_module: 'off' }), 'openresty.features.http_lua_module', 'it cannot be left out', 'remove this line'],
  [
    'a stream that does not look ahead',
    features({ stream_ssl_preread_module: 'off' }),
    'openresty.features.stream_ssl_preread_module',
    "OpenResty's configure adds it",
    'remove this line',
  ],
  [
    'a part of what is off',
    features({ stream: 'off', stream_ssl_module: 'static' }),
    'openresty.features.stream_ssl_module',
    'it needs "stream"',
    'switch "stream"',
  ],
  [
    'gRPC without HTTP/2',
    features({ http_v2_module: 'off', http_grpc_module: 'static' }),
    'openresty.features.http_grpc_module',
    'it needs "http_v2_module"',
    'switch "http_v2_module"',
  ],
  [
    'a shell without signals',
    features({ lua_resty_signal: 'off', lua_resty_shell: 'static' }),
    'openresty.features.lua_resty_shell',
    'it needs "lua_resty_signal"',
    'remove this line',
  ],
  [
    'a stream to load, with Lua in it',
    features({ stream: 'dynamic' }),
    'openresty.features.stream',
    'stream_lua_module is linked',
    '"stream_lua_module" to "off"',
  ],
  [
    'a feature of later releases',
    features({ http_upstream_sticky_module: 'off' }, '1.27.1.2'),
    'openresty.features.http_upstream_sticky_module',
    'OpenResty 1.27.1.2 does not know it',
    'remove this line',
  ],

  [
    'a module with its suffix',
    modules({ name: 'ngx_http_x_module.so' }),
    `${MODULE}.name`,
    'an identifier of C',
    'write "ngx_http_x_module"',
  ],
  ['a module with a dash', modules({ name: 'ngx-x' }), `${MODULE}.name`, 'an identifier of C', 'ngx_module_name'],
  ['a module with a path', modules({ name: '../x' }), `${MODULE}.name`, 'an identifier of C', 'ngx_module_name'],
  ['a module with a name that is too long', modules({ name: 'x'.repeat(101) }), `${MODULE}.name`, 'an identifier of C', 'ngx_module_name'],
  ['a module twice', modules({}, {}), 'openresty.modules[1].name', 'taken already', 'remove one'],
  [
    'a module that is built in',
    modules({ name: 'ngx_http_headers_more_module' }),
    `${MODULE}.name`,
    'the feature "http_headers_more_module"',
    'switch openresty.features.http_headers_more_module',
  ],
  [
    'a module that is built to be loaded',
    modules({ name: 'ngx_http_xslt_filter_module' }),
    `${MODULE}.name`,
    'the feature "http_xslt_module"',
    'to "off"',
  ],
  [
    'a module that must be built in',
    modules({ name: 'ngx_http_lua_module' }),
    `${MODULE}.name`,
    'the feature "http_lua_module"',
    'remove this one',
  ],
  ['a folder on the way out', modules({ path: 'a/../../b' }), `${MODULE}.path`, 'no plain folder', 'without ".."'],
  ['a folder with a command', modules({ path: 'a;id' }), `${MODULE}.path`, 'no plain folder', '"modules/ngx_example_module"'],
  ['a folder that is an option', modules({ path: '-rf' }), `${MODULE}.path`, 'no plain folder', '"modules/ngx_example_module"'],
  ['a folder that is too long', modules({ path: 'x'.repeat(201) }), `${MODULE}.path`, 'no plain folder', '"modules/ngx_example_module"'],
  ['a module from git', modules({ url: 'https://github.com/a/b.git' }), `${MODULE}.url`, 'a git repository', '.tar.gz'],
  ['a bad checksum of a module', modules({ checksum: 'sha1:0' }), `${MODULE}.checksum`, '"sha1" is no algorithm', 'SHA-256'],

  ['a library with a space', libraries({ name: 'a b' }), `${LIBRARY}.name`, 'no name of a library', 'take out'],
  ['a library twice', libraries({}, {}), 'openresty.luaLibraries[1].name', 'taken already', 'remove one'],
  ['a library outside of its archive', libraries({ path: '..' }), `${LIBRARY}.path`, 'no plain folder', 'without ".."'],
  ['a library without scheme', libraries({ url: 'x' }), `${LIBRARY}.url`, 'no scheme', '"https://"'],

  ['a flag with a space', openresty({ luajitFlags: ['-D A'] }), 'openresty.luajitFlags[0]', 'no plain compiler flag', '-DLUAJIT_NUMMODE=2'],
  [
    'a flag with a quote',
    openresty({ luajitFlags: ["-DA='x'"] }),
    'openresty.luajitFlags[0]',
    'no plain compiler flag',
    '-DLUAJIT_NUMMODE=2',
  ],
  [
    'a flag that is a file',
    openresty({ luajitFlags: ['x.c'] }),
    'openresty.luajitFlags[0]',
    'no plain compiler flag',
    '-DLUAJIT_NUMMODE=2',
  ],
  [
    'a flag that is too long',
    openresty({ luajitFlags: [`-D${'X'.repeat(199)}`] }),
    'openresty.luajitFlags[0]',
    'no plain compiler flag',
    '-DLUAJIT_NUMMODE=2',
  ],
  [
    'code for the machine that builds',
    openresty({ luajitFlags: ['-march=native'] }),
    'openresty.luajitFlags[0]',
    'for the machine that builds',
    'name a processor',
  ],
  ['a flag twice', openresty({ luajitFlags: ['-DA', '-DA'] }), 'openresty.luajitFlags[1]', 'listed twice', 'keep one'],

  [
    'a package with its version',
    packages('alpine', 'curl=8.0'),
    'openresty.packages[0]',
    'no name of a package of alpine',
    'leave the version out',
  ],
  ['a package with a command', packages('alpine', 'curl; id'), 'openresty.packages[0]', 'no name of a package of alpine', 'the bare name'],
  [
    'a package that is an option',
    packages('alpine', '--allow-untrusted'),
    'openresty.packages[0]',
    'no name of a package',
    'the bare name',
  ],
  ['a capital in Debian', packages('debian', 'Curl'), 'openresty.packages[0]', 'no name of a package of debian', 'the bare name'],
  ['an underscore in Debian', packages('debian', 'a_b'), 'openresty.packages[0]', 'no name of a package of debian', 'the bare name'],
  ['one letter in Debian', packages('debian', 'r'), 'openresty.packages[0]', 'no name of a package of debian', 'the bare name'],
  ['a package that is removed', packages('debian', 'perl-'), 'openresty.packages[0]', 'tells apt to remove', 'write "perl"'],
  ['a name that is too long', packages('alpine', 'x'.repeat(101)), 'openresty.packages[0]', 'no name of a package', 'the bare name'],
  ['a package twice', packages('alpine', 'curl', 'curl'), 'openresty.packages[1]', 'listed twice', 'keep one'],
  [
    "Debian's name in Alpine",
    packages('alpine', 'lua-sec'),
    'openresty.packages[0]',
    'in alpine the library for LuaJIT has another name',
    'use "lua5.1-sec"',
  ],
  [
    "Alpine's name in Debian",
    packages('debian', 'lua5.1-socket'),
    'openresty.packages[0]',
    'in debian the library for LuaJIT has another name',
    'use "lua-socket"',
  ],
];

describe('bad releases', () => {
  testBadConfigs(releases);
});

describe('bad downloads', () => {
  testBadConfigs(downloads);
});

describe('bad contents', () => {
  testBadConfigs(contents);
});

describe('unusual ones that are fine', () => {
  testGoodConfigs([
    ['a release that the user vouches for', openresty({ version: '1.29.2.5', source: ARCHIVE })],
    ['a release that is yet to come', openresty({ version: '2.0.0.10', source: { ...ARCHIVE, checksum: SHA512 } })],
    ['an OpenSSL of a new series with a patch', openresty({ openssl: { version: '4.0.1', source: ARCHIVE, patch: ARCHIVE } })],
    ['the patch under the name of another release that has the same', openresty({ openssl: { version: '3.5.4', patchVersion: '3.4.1' } })],
    ['parts of what is off, switched off', features({ stream: 'off', stream_ssl_module: 'off', stream_lua_module: 'off' })],
    ['a stream to load, without Lua', features({ stream: 'dynamic', stream_lua_module: 'off' })],
    [
      'a module in place of a feature',
      openresty({ features: { http_headers_more_module: 'off' }, modules: [{ name: 'ngx_http_headers_more_module', ...ARCHIVE }] }),
    ],
    ['a module in the top folder, in a hidden way', modules({ path: './' }, { name: 'b', path: '/src/' })],
    ['an archive in a folder that looks like another kind', url('https://example.com/a.git/b.zip/c.asc/x.tar.gz')],
    ['the first PCRE2', openresty({ pcre2: { version: '10.0', source: ARCHIVE } })],
    [
      'a feature in the first release that has it',
      openresty({ version: '1.31.0.0', source: ARCHIVE, features: { http_upstream_sticky_module: 'off' } }),
    ],
    [
      'the longest names',
      openresty({
        luajitFlags: [`-D${'X'.repeat(198)}`],
        packages: ['x'.repeat(100)],
        modules: [{ name: 'x'.repeat(100), path: 'x'.repeat(200), ...ARCHIVE }],
      }),
    ],
    ['no flags for LuaJIT', openresty({ luajitFlags: [] })],
    ['names with signs', packages('debian', 'g++', 'libstdc++6', 'imagemagick-6.q16')],
    ['names with capitals in Alpine', packages('alpine', 'R', 'py3-pip', 'lua5.1-sec')],
  ]);

  test('a version without a number is told once, not once per part that follows from it', () => {
    const faults = faultsOf({
      name: 'openresty',
      owner: 'dianplus',
      base: { version: ALPINE },
      openresty: { version: 'x', openssl: { version: 'y', patchVersion: '3.5.5' } },
    });
    expect(faults.map(({ path }) => path)).toEqual(['openresty.version', 'openresty.openssl.version']);
  });
});
