import { describe } from 'vitest';
import { type BadConfig, testBadConfigs, testGoodConfigs } from './cases';

const SOURCE = 'https://example.com/x';

const cases: readonly BadConfig[] = [
  ['upper case in the name', { name: 'OpenResty' }, 'name', 'it is no part of an image name', 'write "openresty"'],
  ['a space in the name', { name: 'open resty' }, 'name', 'it is no part of an image name', 'take out'],
  ['a look-alike letter in the name', { name: 'оpenresty' }, 'name', 'it is no part of an image name', 'take out'],
  ['two dots in the name', { name: 'a..b' }, 'name', 'with single . _ -', 'take out'],
  ['a name that begins with a dash', { name: '-rf' }, 'name', 'it is no part of an image name', 'take out'],
  ['a line break in the name', { name: 'openresty\n' }, 'name', 'it is no part of an image name', 'take out'],
  ['an empty name', { name: '' }, 'name', 'it is no part of an image name', 'take out'],
  ['a name that is too long', { name: 'x'.repeat(129) }, 'name', 'it is 129 characters long', 'shorten it to 128'],
  ['a name with an owner in it', { name: 'dianplus/openresty' }, 'name', 'the name is one part', 'write name: "openresty"'],
  ["a layer cache's name", { name: 'openresty-cache' }, 'name', 'layer caches', 'another name'],
  ['a name that npm refuses', { name: 'node_modules' }, 'name', 'no npm package', 'another name'],
  ['upper case in the owner', { owner: 'DianPlus' }, 'owner', 'it is no part of an image name', 'write "dianplus"'],
  ['an owner with $', { owner: '$OWNER' }, 'owner', 'it is no part of an image name', 'take out'],
  ['an owner of two parts without a source', { owner: 'group/team' }, 'source', 'has no repository on GitHub', 'give the web address'],
  ['a reference that is too long', { owner: 'x'.repeat(128), name: 'y'.repeat(128), source: SOURCE }, 'name', '271 characters', 'shorten'],

  ['a registry with a scheme', { registry: 'https://ghcr.io/v2/' }, 'registry', 'no scheme', 'write "ghcr.io"'],
  ['a registry without a dot', { registry: 'ghcr' }, 'registry', 'it is no registry host', '"localhost:5000"'],
  ['a registry with a path', { registry: 'ghcr.io/dianplus' }, 'registry', 'it is no registry host', '"ghcr.io"'],
  ['an upper-case registry', { registry: 'GHCR.io' }, 'registry', 'it is no registry host', 'lower-case'],
  ['a registry that ends with a dot', { registry: 'ghcr.io.' }, 'registry', 'it is no registry host', '"ghcr.io"'],
  ['a label of the registry that begins with a dash', { registry: '-:5000' }, 'registry', 'it is no registry host', '"ghcr.io"'],
  ['a port that cannot be', { registry: 'localhost:65536' }, 'registry', 'it is no registry host', 'optional port'],
  ['a port that is none', { registry: 'localhost:http' }, 'registry', 'it is no registry host', 'optional port'],
  ['two ports', { registry: 'localhost:1:2' }, 'registry', 'it is no registry host', 'optional port'],

  ['an empty title', { title: '  ' }, 'title', 'it is empty', 'leave the option away'],
  ['a title with a space at its end', { title: 'OpenResty ' }, 'title', 'begins or ends with a space', 'write "OpenResty"'],
  ['a title of two lines', { title: 'Open\nResty' }, 'title', 'a line break', 'in one line'],
  ['a title with a line separator', { title: 'Open\u2028Resty' }, 'title', 'a line break', 'in one line'],
  ['a title with an escape', { title: 'Open\u001b[31mResty' }, 'title', 'a control character', 'in one line'],
  ['a title that turns the direction of writing', { title: 'Open\u202eResty' }, 'title', 'an invisible one', 'visible characters'],
  ['a title with half a character', { title: 'Open\ud800Resty' }, 'title', 'an invisible one', 'visible characters'],
  ['a title that is too long', { title: 'x'.repeat(81) }, 'title', 'it is 81 characters long', 'shorten it to 80'],
  ['a table cell that ends', { title: 'a | b' }, 'title', 'Markdown table', 'leave these characters out'],
  ['a code span', { description: 'a `b`' }, 'description', 'Markdown table', 'leave these characters out'],
  ['markup', { description: '<img src=x>' }, 'description', 'Markdown table', 'leave these characters out'],
  ['a variable of a Dockerfile', { description: '$HOME' }, 'description', 'Dockerfile', 'leave these characters out'],
  ['an expression of GitHub', { description: '${{ github.token }}' }, 'description', 'Dockerfile', 'leave these characters out'],
  ['a quote', { vendor: 'a "b"' }, 'vendor', 'Dockerfile', 'leave these characters out'],
  ['a backslash', { vendor: 'a \\ b' }, 'vendor', 'Dockerfile', 'leave these characters out'],
  ['a description that is too long', { description: 'x'.repeat(301) }, 'description', 'it is 301 characters long', 'shorten it to 300'],
  ['a vendor that is too long', { vendor: 'x'.repeat(81) }, 'vendor', 'it is 81 characters long', 'shorten it to 80'],

  ['a licence in words', { license: 'Apache 2.0' }, 'license', 'no SPDX licence expression', '"Apache-2.0"'],
  ['a licence that ends with AND', { license: 'MIT AND' }, 'license', 'no SPDX licence expression', '"Apache-2.0"'],
  ['a parenthesis that stays open', { license: '(MIT' }, 'license', 'no SPDX licence expression', '"Apache-2.0"'],
  ['a parenthesis that was not opened', { license: 'MIT)' }, 'license', 'no SPDX licence expression', '"Apache-2.0"'],
  ['an empty licence', { license: '' }, 'license', 'no SPDX licence expression', '"Apache-2.0"'],
  ['a licence that is too long', { license: `MIT${' OR MIT'.repeat(40)}` }, 'license', 'no SPDX licence expression', '"Apache-2.0"'],

  ['a source without scheme', { source: 'github.com/a/b' }, 'source', 'it has no scheme', '"https://"'],
  ['a source by SSH', { source: 'git@github.com:a/b.git' }, 'source', 'it has no scheme', '"https://"'],
  ['a source with a query', { source: `${SOURCE}?a=b` }, 'source', 'no plain web address', 'percent-encode'],
  ['a source with a password', { source: 'https://u:p@example.com/' }, 'source', 'no plain web address', 'host and path only'],
  ['a source with a bracket', { source: 'https://example.com/a)b' }, 'source', 'no plain web address', 'percent-encode'],
  ['a source with half an escape', { source: 'https://example.com/%2' }, 'source', 'no plain web address', 'percent-encode'],
  ['a source without host', { source: 'https:///x' }, 'source', 'no plain web address', 'host'],
  ['a source with a port that cannot be', { source: 'https://example.com:99999/' }, 'source', 'no plain web address', 'host'],
  ['a source with a look-alike host', { source: 'https://gіthub.com/a' }, 'source', 'no plain web address', 'host'],

  ['the same place twice', { additionalRegistries: [{ registry: 'ghcr.io' }] }, 'additionalRegistries[0]', 'named already', 'remove it'],
  [
    'two further places that are one',
    { additionalRegistries: [{ registry: 'quay.io' }, { registry: 'quay.io', owner: 'dianplus' }] },
    'additionalRegistries[1]',
    'named already',
    'remove it',
  ],
  [
    'a further place in the layer cache',
    { additionalRegistries: [{ registry: 'ghcr.io', name: 'openresty-cache' }] },
    'additionalRegistries[0]',
    'home of the layer cache',
    'another name',
  ],
  [
    'a further registry with a scheme',
    { additionalRegistries: [{ registry: 'http://quay.io' }] },
    'additionalRegistries[0].registry',
    'no scheme',
    'write "quay.io"',
  ],
  [
    'a bad further owner',
    { additionalRegistries: [{ registry: 'quay.io', owner: 'A' }] },
    'additionalRegistries[0].owner',
    'no part',
    'write "a"',
  ],
  [
    'a bad further name',
    { additionalRegistries: [{ registry: 'quay.io', name: 'a b' }] },
    'additionalRegistries[0].name',
    'no part',
    'take out',
  ],

  ['no language', { documents: { languages: [] } }, 'documents.languages', 'needs a README', '"en", "zh" or both'],
  ['an unknown language', { documents: { languages: ['en', 'fr'] } }, 'documents.languages[1]', 'not written in this language', '"en"'],
  ['a language twice', { documents: { languages: ['en', 'en'] } }, 'documents.languages[1]', 'listed twice', 'keep one'],

  [
    'a mirror without scheme',
    { mirrors: { 'https://openresty.org/': 'mirror.example/' } },
    'mirrors["https://openresty.org/"]',
    'it has no scheme',
    '"https://"',
  ],
  [
    'a mirrored address without scheme',
    { mirrors: { 'openresty.org': 'https://m.example' } },
    'mirrors["openresty.org"]',
    'it has no scheme',
    '"https://"',
  ],
  [
    'a mirror without the slash',
    { mirrors: { 'https://a.example/': 'https://b.example' } },
    'mirrors["https://a.example/"]',
    'slash',
    'end both with a slash',
  ],
  [
    'a mirror with a command',
    { mirrors: { 'https://a.example/': 'https://b.example/$(id)/' } },
    'mirrors["https://a.example/"]',
    'no plain web address',
    'percent-encode',
  ],

  ['a folder that is nothing', { outdir: ' ' }, 'outdir', 'it is no path', 'leave the option away'],
  ['a folder with a line break', { outdir: 'a\nb' }, 'outdir', 'it is no path', 'leave the option away'],
  ['a dependency with a space', { devDeps: ['a b'] }, 'devDeps[0]', 'no npm package', '"typescript@^5.9.3"'],
  ['a dependency that is an option of npm', { devDeps: ['--global'] }, 'devDeps[0]', 'no npm package', '"typescript@^5.9.3"'],
  ['a dependency twice', { devDeps: ['a@1', 'a@1'] }, 'devDeps[1]', 'listed twice', 'keep one'],
];

describe('bad identity, mirrors and documents', () => {
  testBadConfigs(cases);
});

describe('unusual ones that are fine', () => {
  testGoodConfigs([
    ['a Chinese title', { title: '点加的 OpenResty', description: '用于 amd64 与 arm64，每日构建。' }],
    ['an apostrophe and an ampersand', { vendor: "People's & Co." }],
    ['a registry with a port', { registry: 'registry.example:5000' }],
    ['an owner of two parts with a source', { owner: 'group/team', source: 'https://gitlab.example/group/team/openresty' }],
    ['a licence with parentheses', { license: '(MIT OR Apache-2.0) AND BSD-2-Clause' }],
    ['a mirror of one file', { mirrors: { 'https://a.example/x.tar.gz': 'http://b.example/y.tar.gz' } }],
    ['dependencies', { devDeps: ['@dianplus/spot-image', 'typescript@~5.9.3', 'a@file:../a.tgz', 'b@>=1'] }],
  ]);
});
