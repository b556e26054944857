import { describe, expect, test } from 'vitest';
import { resolveImageConfig } from '../../../src/core/resolve';
import { ARCHIVE, type BadConfig, faultsOf, testBadConfigs } from './cases';

const cyclic: Record<string, unknown> = {};
cyclic.itself = cyclic;

const cases: readonly BadConfig[] = [
  ['a number for a text', { title: 5 }, 'title', 'it is a number', 'a text in quotes, or leave the option away'],
  ['true for a text', { registry: true }, 'registry', 'it is true', 'a text in quotes'],
  ['null for a text', { vendor: null }, 'vendor', 'it is null', 'leave the option away'],
  ['a list for a text', { description: ['x'] }, 'description', 'it is a list', 'a text in quotes'],
  ['an object for a text', { source: cyclic }, 'source', 'it is an object', 'a text in quotes'],
  ['a function for a text', { license: () => 'MIT' }, 'license', 'it is a function', 'a text in quotes'],
  ['a symbol for a text', { title: Symbol('x') }, 'title', 'it is a symbol', 'a text in quotes'],
  ['a big integer for a number', { layout: { uid: 101n } }, 'layout.uid', 'it is a bigint', 'a number, without quotes'],
  ['an object without prototype for a text', { title: Object.create(null) }, 'title', 'it is an object', 'a text in quotes'],
  ['a text for a number', { layout: { uid: '101' } }, 'layout.uid', 'it is a text', 'a number, without quotes'],
  ['a text for a switch', { pipeline: { triggers: 'true' } }, 'pipeline.triggers', 'it is a text', 'true or false, without quotes'],
  ['a number for a switch', { pipeline: { cache: 0 } }, 'pipeline.cache', 'it is a number', 'true or false'],
  ['a text for a list', { openresty: { packages: 'curl' } }, 'openresty.packages', 'it is a text', 'a list in brackets'],
  ['an object for a list', { architectures: { name: 'amd64' } }, 'architectures', 'it is an object', 'a list in brackets'],
  ['a text for a struct', { openresty: '1.31.1.1' }, 'openresty', 'it is a text', 'in braces'],
  ['a list for a struct', { layout: [] }, 'layout', 'it is a list', 'in braces'],
  ['a text for a row', { architectures: ['amd64'] }, 'architectures[0]', 'it is a text', 'in braces'],
  ['nothing in a row', { architectures: [undefined] }, 'architectures[0]', 'it must be given', 'in braces'],
  [
    'a hole in a list',
    { openresty: { packages: Object.assign(['curl'], { 2: 'tzdata' }) } },
    'openresty.packages[1]',
    'it must be given',
    'a text',
  ],
  [
    'a number in a list of texts',
    { architectures: [{ name: 'amd64', spot: { families: [7] } }] },
    'architectures[0].spot.families[0]',
    'it is a number',
    'a text',
  ],
  ['a list for a table', { mirrors: [] }, 'mirrors', 'it is a list', 'names and texts in braces'],
  ['a map for a table', { mirrors: new Map() }, 'mirrors', 'it is an object', 'names and texts in braces'],
  [
    'true in a table',
    { openresty: { features: { http_dav_module: false } } },
    'openresty.features.http_dav_module',
    'it is false',
    'a text in quotes',
  ],
  ['a date for a text', { openresty: { version: new Date(0) } }, 'openresty.version', 'it is an object', 'a text'],
  [
    'a text that is longer than any',
    { title: 'x'.repeat(2001) },
    'title',
    'it is 2001 characters long; no option takes more than 2000',
    'shorten it',
  ],
  ['an architecture without a name', { architectures: [{}] }, 'architectures[0].name', 'it must be given', 'a text'],
  [
    'a name that is a number',
    { architectures: [{ name: 386, platform: 'linux/386', hosted: { runner: 'mine' } }] },
    'architectures[0].name',
    'it is a number',
    'a text',
  ],
  [
    'a host that is missing',
    { architectures: [{ name: 'amd64' }, { name: 's390x', emulated: {} }] },
    'architectures[1].emulated.on',
    'it must be given',
    'a text',
  ],
  [
    'a module without checksum',
    { openresty: { modules: [{ name: 'ngx_x_module', url: ARCHIVE.url }] } },
    'openresty.modules[0].checksum',
    'it must be given',
    'a text',
  ],
  [
    'an archive without address',
    { openresty: { source: { checksum: ARCHIVE.checksum } } },
    'openresty.source.url',
    'it must be given',
    'a text',
  ],
  ['a mistyped option', { architecture: [] }, 'architecture', 'there is no such option', 'use "architectures"'],
  ['a mistyped option of a part', { pipeline: { trigger: true } }, 'pipeline.trigger', 'there is no such option', 'use "triggers"'],
  [
    'a mistyped option of a row',
    { architectures: [{ name: 'amd64', plattform: 'linux/amd64' }] },
    'architectures[0].plattform',
    'no such option',
    'use "platform"',
  ],
  [
    'a mistyped option far inside',
    { openresty: { openssl: { source: { ...ARCHIVE, sha: '' } } } },
    'openresty.openssl.source.sha',
    'no such option',
    'use "',
  ],
  ['an option in the wrong case', { Registry: 'ghcr.io' }, 'Registry', 'there is no such option', 'use "registry"'],
  ['an option that resembles none', { zzzzzzzzzzzz: 1 }, 'zzzzzzzzzzzz', 'there is no such option', 'use "name", "owner"'],
  ['an option that every object has', { constructor: 1 }, 'constructor', 'there is no such option', 'use "'],
  ['an option called __proto__', JSON.parse('{ "__proto__": { "registry": "evil" } }'), '__proto__', 'there is no such option', 'use "'],
  ['an option with a line break', { 'a\nb': 1 }, '["a\\nb"]', 'there is no such option', 'use "'],
  [
    'families beside the name',
    { architectures: [{ name: 'amd64', families: ['c7i'] }] },
    'architectures[0].families',
    'at this place',
    'spot: { families: […] }',
  ],
  [
    'a size beside the name',
    { architectures: [{ name: 'amd64', size: 'large' }] },
    'architectures[0].size',
    'at this place',
    'spot: { size',
  ],
  [
    'a runner beside the name',
    { architectures: [{ name: 'amd64', runner: 'x' }] },
    'architectures[0].runner',
    'at this place',
    'hosted: { runner',
  ],
  ['a host beside the name', { architectures: [{ name: 'amd64', on: 'x' }] }, 'architectures[0].on', 'at this place', 'emulated: { on'],
  ['a single region', { pipeline: { region: 'us-east-1' } }, 'pipeline.region', 'at this place', 'regions: [{ name'],
  ['a version outside of openresty', { version: '1.31.1.1' }, 'version', 'at this place', 'inside of openresty: { … }'],
];

describe('values of the wrong kind and unknown names', () => {
  testBadConfigs(cases);
});

test.each([undefined, null, 'openresty', 5, []])('options that are %j', (options) => {
  const faults = faultsOf(options);
  expect(faults.map(({ path }) => path)).toEqual(['options']);
  expect(faults[0].mend).toContain('{ name: "…", owner: "…" }');
});

test('what is required is asked for', () => {
  expect(faultsOf({}).map(({ path, why }) => `${path}: ${why}`)).toEqual(['name: it must be given', 'owner: it must be given']);
});

test.each(['openresty', 'layout', 'base'])('%s is for an OpenResty image only', (key) => {
  const [fault, ...others] = faultsOf({ name: 'tomcat', owner: 'dianplus', [key]: {} }, resolveImageConfig);
  expect(others).toEqual([]);
  expect(fault.mend).toContain('make it an OpenRestyImageProject');
});

test('an option that is undefined is as good as absent, whatever it is called', () => {
  expect(faultsOf({ name: 'openresty', owner: 'dianplus', title: undefined, whatever: undefined })).toEqual([]);
});

test('the mark that projen new puts on the options is no fault, but only there', () => {
  const mark = { __new__: { fqn: 'x' } };
  expect(faultsOf({ name: 'openresty', owner: 'dianplus', ...mark })).toEqual([]);
  expect(faultsOf({ name: 'openresty', owner: 'dianplus', layout: mark }).map(({ path }) => path)).toEqual(['layout.__new__']);
});

test('options from another realm, as projen new makes them, are read', async () => {
  const { runInNewContext } = await import('node:vm');
  const options = runInNewContext(
    "({ name: 'openresty', owner: 'dianplus', architectures: [{ name: 'amd64', spot: { families: ['c7i'] } }] })",
  );
  expect(faultsOf(options)).toEqual([]);
});
