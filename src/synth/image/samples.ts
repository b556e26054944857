/** The first configuration of an image. Written once, then the user's own. */
import type { OpenRestyConfig } from '../../core/config';
import { nginxWord } from './quote';

/** `nginx.conf`: what is the same for every site. */
export function renderNginxConf({ layout, openresty }: OpenRestyConfig): string {
  const jit = openresty.configureFlags.includes('--with-pcre-jit') ? 'pcre_jit on;\n' : '';
  const modules = openresty.dynamicModules.map((name) => `# load_module ${nginxWord(`${layout.modulesDir}/${name}.so`)};\n`).join('');
  const loadable = modules === '' ? '' : `# Built, but not loaded unless needed:\n${modules}\n`;
  return `${loadable}worker_processes auto;
${jit}
# Both are links to the container's stderr and stdout.
error_log ${nginxWord(`${layout.logDir}/error.log`)} warn;
pid ${nginxWord(`${layout.runDir}/nginx.pid`)};

# How long a stopped container may go on with the requests it has.
worker_shutdown_timeout 30s;

events {
  worker_connections 4096;
}

http {
  include mime.types;
  default_type application/octet-stream;

  # One JSON object per request; escape=json keeps it one, whatever a client sends.
  log_format json escape=json
    '{'
      '"time":"$time_iso8601",'
      '"remote_addr":"$remote_addr",'
      '"x_forwarded_for":"$http_x_forwarded_for",'
      '"request_id":"$request_id",'
      '"method":"$request_method",'
      '"scheme":"$scheme",'
      '"host":"$host",'
      '"uri":"$request_uri",'
      '"protocol":"$server_protocol",'
      '"status":"$status",'
      '"bytes_sent":"$bytes_sent",'
      '"request_time":"$request_time",'
      '"upstream_addr":"$upstream_addr",'
      '"upstream_status":"$upstream_status",'
      '"upstream_response_time":"$upstream_response_time",'
      '"referer":"$http_referer",'
      '"user_agent":"$http_user_agent"'
    '}';

  # Health checks that succeed would fill the log.
  map "$uri $status" $worth_logging {
    "/healthz 200" 0;
    default 1;
  }
  access_log ${nginxWord(`${layout.logDir}/access.log`)} json if=$worth_logging;

  # Do not tell the version.
  server_tokens off;

  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65s;

  include conf.d/*.conf;
}
`;
}

/** `conf.d/default.conf`: a health check and a page. */
export function renderDefaultConf(config: OpenRestyConfig): string {
  return `server {
  listen 80 default_server;
  server_name _;

  location = /healthz {
    default_type text/plain;
    return 200 "ok\\n";
  }

  location / {
    default_type text/plain;
    content_by_lua_block {
      ngx.say(${JSON.stringify(config.image.title)}, ' serves Lua: ', jit.version)
    }
  }
}
`;
}
