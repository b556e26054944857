import { HomeOfTheType } from './.projen/home';
import { OpenRestyImageProject } from './src';

const project = new OpenRestyImageProject({
  name: 'openresty',
  owner: 'dianplus', // ghcr.io/dianplus/openresty
  title: 'OpenResty for DianPlus',
  description: 'OpenResty with upstream_dyups, for amd64 and arm64',
  vendor: 'DianPlus',
  license: 'BSD-2-Clause',

  openresty: {
    version: '1.31.1.1', // its parts and their checksums come from the catalogue
    openssl: { version: '3.5.8' }, // fixes ten CVEs that the release's own 3.5.7 still has
    features: {
      // Unused here, and their libraries are where scanners find most.
      http_geoip_module: 'off',
      http_image_filter_module: 'off',
      http_xslt_module: 'off',
    },
    modules: [
      {
        name: 'ngx_http_upstream_dyups_module',
        url: 'https://github.com/alibaba/tengine/archive/refs/tags/3.1.0.tar.gz',
        checksum: 'sha256:64ed7155c0c904ce0fe7199c21b8eb6c2abfc267278fa8af832c0cb781e864dc',
        path: 'modules/ngx_http_upstream_dyups_module',
        dynamic: false, // its Lua API wants ngx_lua in the same binary
      },
    ],
    packages: ['lua5.1-sec', 'lua5.1-socket'],
  },
  layout: { preset: 'dianplus' },
  base: {
    version: '3.23.6',
    digest: 'sha256:85fe1e81d6758c208f3e1eed4338a1997e19d4be002d4dd32d3100c9a8c010a0',
    packageMirror: 'https://mirrors.aliyun.com/alpine',
  },

  architectures: [
    { name: 'amd64', spot: { families: ['c6i', 'c6a', 'c7i', 'c7a', 'c8i', 'c8a', 'm6i', 'm6a', 'm7i', 'm7a'] } },
    { name: 'arm64', spot: { families: ['c6g', 'c7g', 'c8g', 'c6gd', 'c7gd', 'm6g', 'm7g', 'm8g'] } },
  ],
});

new HomeOfTheType(project);
project.synth();
