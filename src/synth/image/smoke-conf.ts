/** The nginx configuration that the smoke stage's checks run under: every dynamic module, HTTP and TLS, no port. */
import type { OpenRestyConfig } from '../../core/config';
import { SMOKE_DIR } from './paths';
import { nginxWord } from './quote';

/** The configuration's text. */
export function renderSmokeConf({ openresty, layout }: OpenRestyConfig): string {
  const run = (name: string) => nginxWord(`${layout.runDir}/smoke.${name}`);
  const modules = openresty.dynamicModules.map((name) => `load_module ${nginxWord(`${layout.modulesDir}/${name}.so`)};\n`);
  return `# Every check of the image runs under this configuration.
${modules.join('')}worker_processes 1;
pid ${run('pid')};
error_log ${run('log')} notice;
pcre_jit on;

events {
  worker_connections 64;
}

http {
  access_log off;
  lua_ssl_trusted_certificate ${run('crt')};
  init_worker_by_lua_file ${SMOKE_DIR}/checks.lua;

  server {
    listen unix:${layout.runDir}/smoke.http;

    location = /lua {
      content_by_lua_block {
        ngx.print('Lua over ', ngx.var.scheme)
      }
    }

    # Answers, and goes on answering until nginx has been told to stop.
    location = /slow {
      lua_http10_buffering off;
      content_by_lua_block {
        ngx.print('begun ')
        ngx.flush(true)
        while not ngx.worker.exiting() do
          ngx.sleep(0.05)
        end
        ngx.print('ended')
      }
    }
  }

  server {
    listen unix:${layout.runDir}/smoke.https ssl;
    ssl_certificate ${run('crt')};
    ssl_certificate_key ${run('key')};

    location ~ ^/l(u)a$ {
      content_by_lua_block {
        ngx.print('Lua over ', ngx.var.scheme, ' ', ngx.var.ssl_protocol)
      }
    }
  }
}
`;
}
