import { describe, expect, it } from 'vitest';
import { renderSmokeChecks, renderSmokeConf, renderSmokeScript } from '../../../src/synth/image/smoke';
import { openRestyConfig } from '../../support/config';

describe('smoke test', () => {
  it('loads every module that can be loaded', () => {
    const modules = [{ name: 'ngx_own_module', url: 'https://example.com/m.tar.gz', checksum: `sha256:${'cd'.repeat(32)}` }];
    const config = openRestyConfig({
      layout: { preset: 'dianplus' },
      openresty: { modules, features: { stream: 'dynamic', stream_lua_module: 'off' } },
    });
    const loaded = renderSmokeConf(config).match(/^load_module .*;$/gm);
    expect(loaded).toEqual(config.openresty.dynamicModules.map((name) => `load_module /usr/lib/openresty/modules/${name}.so;`));
    expect(loaded).toContain('load_module /usr/lib/openresty/modules/ngx_own_module.so;');
    expect(loaded).toContain('load_module /usr/lib/openresty/modules/ngx_stream_module.so;');
  });

  it('needs no port', () => {
    const listens = renderSmokeConf(openRestyConfig()).match(/^ *listen .*$/gm) ?? [];
    expect(listens.every((line) => /^ *listen unix:/.test(line))).toBe(true);
  });

  it('asks for the versions and the user of the config', () => {
    const config = openRestyConfig({ layout: { uid: 1234, gid: 4321 }, openresty: { version: '1.27.1.2' } });
    const script = renderSmokeScript(config);
    expect(script).toContain('= 1234:4321 ]');
    expect(script).toContain('*openresty*1.27.1.2*)');
    expect(script).toContain(`*'built with OpenSSL ${config.openresty.openssl.version} '*)`);
    expect(renderSmokeChecks(config)).toContain(`'${config.openresty.pcre2.version}')`);
  });

  it('loads the Lua libraries that are installed as packages', () => {
    const checks = (options: object) => renderSmokeChecks(openRestyConfig(options));
    expect(checks({ openresty: { packages: ['tzdata', 'lua5.1-sec', 'lua5.1-socket'] } })).toContain("ipairs { 'ssl', 'socket' }");
    expect(checks({ base: { family: 'debian' }, openresty: { packages: ['lua-socket'] } })).toContain("ipairs { 'socket' }");
    expect(checks({ openresty: { packages: ['tzdata'] } })).not.toContain('Lua packages');
  });

  it('leaves out what is not built', () => {
    const features = { lua_cjson: 'off', 'pcre-jit': 'off' };
    const [all, less] = [renderSmokeChecks(openRestyConfig()), renderSmokeChecks(openRestyConfig({ openresty: { features } }))];
    expect(all).toMatch(/'cjson'[\s\S]*'PCRE JIT'/);
    expect(less).not.toMatch(/'cjson'|'PCRE JIT'/);
  });
});
