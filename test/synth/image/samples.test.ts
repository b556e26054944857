import { describe, expect, it } from 'vitest';
import { renderDefaultConf, renderNginxConf } from '../../../src/synth/image/samples';
import { openRestyConfig } from '../../support/config';

describe('nginx.conf', () => {
  it('writes one JSON object per request', () => {
    const format = /log_format json escape=json\n((?:\s+'.*'\n?)+)/.exec(renderNginxConf(openRestyConfig()))?.[1] ?? '';
    const pieces = [...format.matchAll(/'(.*)'/g)].map((match) => match[1]);
    const logged = JSON.parse(pieces.join('').replace(/\$(\w+)/g, 'value of $1')) as Record<string, string>;
    expect(logged.status).toBe('value of status');
    expect(Object.keys(logged)).toContain('request_time');
  });

  it('lies where the layout says', () => {
    const text = renderNginxConf(openRestyConfig({ layout: { preset: 'dianplus' } }));
    expect(text).toContain('error_log /var/log/openresty/error.log warn;');
    expect(text).toContain('pid /var/run/openresty/nginx.pid;');
    expect(text).toContain('# load_module /usr/lib/openresty/modules/ngx_http_geoip_module.so;');
  });

  it('loads no module that nobody asked to load', () => {
    expect(renderNginxConf(openRestyConfig())).not.toMatch(/^load_module/m);
  });

  it('asks for no just-in-time compiler where there is none', () => {
    expect(renderNginxConf(openRestyConfig())).toContain('pcre_jit on;');
    expect(renderNginxConf(openRestyConfig({ openresty: { features: { 'pcre-jit': 'off' } } }))).not.toContain('pcre_jit');
  });
});

it('default.conf answers health checks', () => {
  expect(renderDefaultConf(openRestyConfig())).toMatch(/location = \/healthz \{[^}]*return 200/);
});
