import { describe, expect, test } from 'vitest';
import { OPENRESTY_OPTIONS } from '../../../src/core/option-shapes';
import type { OpenRestyImageProjectOptions } from '../../../src/core/options';
import type { AnyShape } from '../../../src/core/shape';
import { ARCHIVE, faultsOf, SHA256 } from './cases';

/** Every option that there is, with a value that is fine. */
const EVERYTHING: OpenRestyImageProjectOptions = {
  name: 'openresty',
  owner: 'dianplus',
  registry: 'registry.example:5000',
  title: 'OpenResty',
  description: 'OpenResty for all',
  license: 'Apache-2.0',
  vendor: 'DianPlus',
  source: 'https://git.example/dianplus/openresty',
  additionalRegistries: [{ registry: 'quay.io', owner: 'other', name: 'resty' }],
  architectures: [
    { name: 'amd64', platform: 'linux/amd64', spot: { families: ['c7i', 'm7i-flex'], size: 'large', ami: 'ami-0123456789abcdef0' } },
    { name: 'arm64', hosted: { runner: 'my-runner' } },
    { name: 's390x', emulated: { on: 'amd64' } },
  ],
  pipeline: {
    triggers: true,
    aliases: true,
    onDemandFallback: true,
    hostedFallback: true,
    maxBuildPrice: 0.5,
    proxy: 'http://proxy.example.com:3128',
    branchTags: { 'release/1.x': 'latest' },
    buildTimeoutMinutes: 30,
    cache: true,
    sbom: true,
    sign: true,
    hostedRunner: 'small-runner',
    regions: [{ name: 'us-east-1', subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] }],
    environment: 'builders',
    endBySchedule: true,
    runnerGroup: 'openresty-builders',
    runnerToken: 'app',
    actionPins: [{ action: 'some-body/an.action', commit: '0123456789'.repeat(4), version: 'v1.2.3' }],
  },
  documents: { languages: ['en'] },
  mirrors: { 'https://openresty.org/': 'https://mirror.example/openresty/' },
  outdir: '../openresty',
  devDeps: ['typescript@5.9.3'],
  openresty: {
    version: '1.99.0.1',
    source: ARCHIVE,
    openssl: { version: '4.0.1', source: ARCHIVE, patchVersion: '4.0.0', patch: ARCHIVE },
    pcre2: { version: '10.99', source: ARCHIVE },
    features: { http_dav_module: 'off' },
    modules: [
      {
        name: 'ngx_http_example_module',
        url: 'https://[::1]:8080/m%20x.tar.gz',
        checksum: `sha512:${'0'.repeat(128)}`,
        path: 'src/module',
        dynamic: true,
      },
    ],
    luaLibraries: [{ name: 'lua-resty-example', ...ARCHIVE, path: 'lib/resty' }],
    luajitFlags: ['-DLUAJIT_NUMMODE=2'],
    packages: ['libstdc++6'],
  },
  layout: {
    preset: 'dianplus',
    prefix: '/opt/openresty',
    confDir: '/etc/openresty',
    modulesDir: '/usr/lib/openresty/modules',
    logDir: '/var/log/openresty',
    runDir: '/var/run/openresty',
    binary: '/usr/sbin/nginx',
    user: 'openresty',
    group: 'openresty',
    uid: 101,
    gid: 101,
  },
  base: {
    family: 'debian',
    version: 'trixie',
    digest: SHA256,
    repository: 'mirror.example/debian',
    packageMirror: 'https://mirror.example/debian',
  },
};

/** A place in the options, as a list of keys. */
type Place = readonly string[];

/** Places of options that have no value. */
function missing(shape: AnyShape, value: unknown, at: Place = []): Place[] {
  if (value === undefined) return [at];
  if (shape.kind === 'list') return (value as unknown[]).flatMap((part, i) => missing(shape.of, part, [...at, String(i)]));
  if (shape.kind !== 'struct') return [];
  return Object.entries(shape.fields).flatMap(([key, field]) =>
    missing('optional' in field ? field.optional : field, (value as Record<string, unknown>)[key], [...at, key]),
  );
}

/** A copy of the options with another text at one place: the value there, or the last key itself. */
function changed(place: Place, text: string, isKey: boolean): unknown {
  const copy = structuredClone(EVERYTHING) as unknown as Record<string, unknown>;
  const holder = place.slice(0, -1).reduce((part, key) => part[key] as Record<string, unknown>, copy);
  const key = place[place.length - 1];
  if (isKey) {
    holder[text] = holder[key];
    delete holder[key];
  } else holder[key] = text;
  return copy;
}

const TABLES = ['branchTags', 'mirrors', 'features'];

/** Every text of the options: where it is, whether it is a key of a table, and what it says. */
function texts(value: unknown, place: Place = []): { place: Place; isKey: boolean; text: string }[] {
  if (typeof value === 'string') return [{ place, isKey: false, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  const isTable = TABLES.includes(place[place.length - 1]);
  return Object.entries(value).flatMap(([key, part]) => {
    const at = [...place, key];
    return [...(isTable ? [{ place: at, isKey: true, text: key }] : []), ...texts(part, at)];
  });
}

/** Ends a line, a word or a cell, or begins something else. */
const NOWHERE = ['\n', '\u202e', '\ud800', '`', '|', '"', '\\', '$'];

/** Fine in prose, and nowhere else. */
const PROSE_ONLY = [' ', "'", '*', 'а'];
const PROSE = ['title', 'description', 'vendor'];

/** npm's ranges, and a path on this machine: neither gets into a generated file but package.json. */
const LENIENT: Readonly<Record<string, readonly string[]>> = {
  outdir: [...NOWHERE, ...PROSE_ONLY].filter((character) => character !== '\n'),
  devDeps: ['*', '|'],
};

function mayHave(place: Place, text: string): boolean {
  const isProse = PROSE.includes(place[0]);
  return (isProse && PROSE_ONLY.includes(text)) || (LENIENT[place[0]]?.includes(text) ?? false);
}

describe('a character that has no business there', () => {
  test('is looked for in every option that there is', () => {
    const oneOf = ['hosted', 'emulated', 'spot', 'platform'];
    const absent = missing(OPENRESTY_OPTIONS as unknown as AnyShape, EVERYTHING).filter((place) => place[0] !== 'architectures');
    expect(absent).toEqual([]);
    for (const key of oneOf) expect(EVERYTHING.architectures?.some((row) => key in row)).toBe(true);
    expect(faultsOf(EVERYTHING)).toEqual([]);
  });

  test.each(texts(EVERYTHING).map((found) => ({ ...found, at: `${found.place.join('.')}${found.isKey ? ' (key)' : ''}` })))(
    'is refused in $at, wherever it stands',
    ({ place, isKey, text }) => {
      const middle = Math.ceil(text.length / 2);
      for (const bad of [...NOWHERE, ...PROSE_ONLY].filter((one) => !mayHave(place, one))) {
        for (const broken of [bad + text, text.slice(0, middle) + bad + text.slice(middle), text + bad]) {
          expect(faultsOf(changed(place, broken, isKey)), JSON.stringify(broken)).not.toEqual([]);
        }
      }
    },
  );
});
