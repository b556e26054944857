/** Configs that the documents have to hold for, and any other one. */
import fc from 'fast-check';
import type { ImageConfig } from '../../../src/core/config';
import type { OpenRestyImageProjectOptions } from '../../../src/core/options';
import { resolveImageConfig, resolveOpenRestyConfig } from '../../../src/core/resolve';
import { validImageOptions, validOpenRestyOptions } from '../../support/arbitrary-config';
import { imageConfig, openRestyConfig } from '../../support/config';

/** An OpenResty image as DianPlus writes it. */
export const DIANPLUS: Partial<OpenRestyImageProjectOptions> = {
  title: 'OpenResty for DianPlus',
  openresty: {
    modules: [
      {
        name: 'ngx_http_upstream_dyups_module',
        url: 'https://example.com/tengine-3.1.0.tar.gz',
        checksum: `sha256:${'0'.repeat(64)}`,
        dynamic: false,
      },
    ],
    packages: ['lua5.1-sec'],
  },
  layout: { preset: 'dianplus' },
};

/** By what is special of them. */
export const CONFIGS: Readonly<Record<string, ImageConfig>> = {
  DianPlus: openRestyConfig(DIANPLUS),
  'upstream layout on Debian': openRestyConfig({ base: { family: 'debian' } }),
  'an older release': openRestyConfig({ openresty: { version: '1.27.1.1' } }),
  'a custom release': openRestyConfig({
    openresty: { version: '1.33.1.1', source: { url: 'https://example.com/o.tar.gz', checksum: `sha512:${'0'.repeat(128)}` } },
  }),
  'hosted only': openRestyConfig({
    architectures: [
      { name: 'amd64', hosted: {} },
      { name: 'arm64', hosted: {} },
    ],
  }),
  'emulated on Spot': openRestyConfig({
    architectures: [{ name: 'amd64' }, { name: 'arm64' }, { name: 's390x', emulated: { on: 'arm64' } }],
  }),
  'every kind, in China': openRestyConfig({
    architectures: [{ name: 'amd64' }, { name: 'arm64', hosted: { runner: 'my-arm' } }, { name: 's390x', emulated: { on: 'amd64' } }],
    pipeline: { regions: [{ name: 'cn-north-1' }, { name: 'cn-northwest-1' }], triggers: true, cache: false },
  }),
  Tomcat: imageConfig({ title: 'Tomcat', description: 'Tomcat as we run it' }),
  'ZooKeeper for one architecture, elsewhere': imageConfig({
    name: 'zookeeper',
    registry: 'registry.cn-hangzhou.aliyuncs.com',
    additionalRegistries: [{ registry: 'ghcr.io' }],
    architectures: [{ name: 'arm64', hosted: {} }],
    pipeline: { branchTags: { main: 'stable' }, hostedRunner: 'my-runner', sbom: true, sign: true },
  }),
  'an architecture called end': imageConfig({
    architectures: [
      { name: 'end', platform: 'linux/amd64' },
      { name: 'graph', platform: 'linux/arm64' },
    ],
  }),
  'English only': imageConfig({ documents: { languages: ['en'] } }),
  'Chinese only': openRestyConfig({ documents: { languages: ['zh'] } }),
};

/** Any valid config. */
export const arbitraryConfig: fc.Arbitrary<ImageConfig> = fc.oneof(
  validImageOptions().map(resolveImageConfig),
  validOpenRestyOptions().map(resolveOpenRestyConfig),
);
