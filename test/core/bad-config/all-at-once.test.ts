import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/core/fault';
import { resolveOpenRestyConfig } from '../../../src/core/resolve';
import { faultsOf } from './cases';

const BAD = {
  ower: 'dianplus',
  base: { family: 'debian', version: 'sid' },
  layout: { uid: 0, runDir: '/etc/openresty/run', confDir: '/etc/openresty' },
  openresty: { version: '1.31.1.9', openssl: { version: '3.5.9' }, features: { http_dab_module: 'off', stream: 'on' }, packages: 'curl' },
  mirrors: { 'https://openresty.org/': 'mirror.example/' },
  documents: { languages: ['fr'] },
  pipeline: { triggers: 'yes', branchTags: { master: 'latest-amd64' }, buildTimeoutMinutes: 1000 },
  architectures: [{ name: 'amd64', spot: { families: ['c7g', 5] } }, { name: 'amd64' }, { name: 'riscv64', emulated: { on: 'arm64' } }],
  title: 'a | b',
  name: 'Open Resty',
};

/** In the order of the options, whatever the order they were written in. */
const PATHS = [
  'name',
  'owner',
  'title',
  'architectures[0].spot.families[1]',
  'architectures[0].spot.families[0]',
  'architectures[2].emulated.on',
  'architectures[1].name',
  'architectures[2].platform',
  'pipeline.triggers',
  'pipeline.branchTags.master',
  'pipeline.buildTimeoutMinutes',
  'documents.languages[0]',
  'mirrors["https://openresty.org/"]',
  'openresty.packages',
  'openresty.version',
  'openresty.openssl.version',
  'openresty.features.http_dab_module',
  'openresty.features.stream',
  'layout.runDir',
  'layout.uid',
  'base.version',
  'ower',
];

test('all faults are told at once, in the order of the options', () => {
  expect(faultsOf(BAD).map(({ path }) => path)).toEqual(PATHS);
});

test('the message tells each: where, what, why and how to mend it', () => {
  const error = (() => {
    try {
      return resolveOpenRestyConfig(BAD as never);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ConfigError);
  const { message } = error as ConfigError;
  expect(message).toContain(`The config has ${PATHS.length} faults; nothing was written.`);
  expect(message).toContain(
    '  layout.uid = 0\n    0 is root, and the image must not run as root.\n    Mend it: use 101, as upstream does.\n',
  );
  for (const path of PATHS) expect(message).toContain(`\n  ${path} = `);
});
