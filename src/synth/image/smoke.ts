/**
 * What the smoke stage runs: a script, an nginx configuration and the checks,
 * which are Lua inside of nginx. So they need no client in the image, use Unix
 * sockets instead of ports, and ask the running process what it is made of.
 */
import type { OpenRestyConfig } from '../../core/config';
import { opensslDir, pcre2Dir } from './paths';
import { luaText, nginxWord, shellWord } from './quote';

/** Where the files lie in the smoke stage. */
export const SMOKE_DIR = '/smoke';

/** Seconds that an emulated machine may take for all checks. */
const PATIENCE_SECONDS = 300;

/** Name in the throw-away certificate. */
const HOST = 'smoke.invalid';

/** The script: what can be seen from outside, then the run of the checks. */
export function renderSmokeScript({ openresty, layout }: OpenRestyConfig): string {
  const { binary, runDir, uid, gid, confDir } = layout;
  return `#!/bin/sh
# Proves the image. Runs in it, as its user.
set -eu

nginx=${shellWord(binary)}
run=${shellWord(runDir)}
log=$run/smoke.log

fail() {
  echo "smoke: FAILED: $*" >&2
  if [ -f "$log" ]; then cat "$log" >&2; fi
  exit 1
}

echo 'smoke: user'
[ "$(id -u):$(id -g)" = ${uid}:${gid} ] || fail "the image runs as $(id -u):$(id -g), not as ${uid}:${gid}"

echo 'smoke: versions'
version=$("$nginx" -V 2>&1) || fail "$version"
case $version in
  *openresty*${shellWord(openresty.version)}*) ;;
  *) fail ${shellWord(`this is not OpenResty ${openresty.version}:`)} "$version" ;;
esac
case $version in
  *'running with OpenSSL'*) fail 'not built with the OpenSSL that it runs with:' "$version" ;;
  *${shellWord(`built with OpenSSL ${openresty.openssl.version} `)}*) ;;
  *) fail ${shellWord(`not built with OpenSSL ${openresty.openssl.version}:`)} "$version" ;;
esac

echo 'smoke: configuration'
# Ports are the last thing that the test of a configuration tries. Where this build's network keeps those below
# 1024 for root, that is as far as it gets.
"$nginx" -t > "$log" 2>&1 || grep 'bind() to .* failed (13: Permission denied)' "$log" || fail ${shellWord(`${confDir}/nginx.conf does not work`)}

echo 'smoke: certificate'
${SMOKE_DIR}/openssl req -x509 -config ${opensslDir(layout)}/ssl/openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \\
  -subj /CN=${HOST} -addext subjectAltName=DNS:${HOST} -days 2 -keyout "$run/smoke.key" -out "$run/smoke.crt" > "$log" 2>&1 || fail 'no certificate'

echo 'smoke: service'
rm -f "$log"
code=0
timeout ${PATIENCE_SECONDS} "$nginx" -c ${SMOKE_DIR}/nginx.conf -g 'daemon off;' || code=$?
[ -f "$run/smoke.verdict" ] || fail "nginx ended with code $code before the checks were done"
[ "$(cat "$run/smoke.verdict")" = passed ] || fail "$(cat "$run/smoke.verdict")"
[ "$code" = 0 ] || fail "nginx ended with code $code after SIGQUIT, not with 0"
if grep -E '\\[(warn|error|crit|alert|emerg)\\]' "$log"; then fail 'nginx complained'; fi
echo 'smoke: passed'
`;
}

/** The configuration that the checks run under: every dynamic module, HTTP and TLS, no port. */
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

/** The checks. */
export function renderSmokeChecks({ openresty, layout }: OpenRestyConfig): string {
  const cjson = !openresty.configureFlags.includes('--without-lua_cjson');
  const pcreJit = openresty.configureFlags.includes('--with-pcre-jit');
  return `-- Checks the nginx that it runs in, writes the verdict, and stops nginx.
local ffi = require 'ffi'

ffi.cdef [[
int getppid(void);
int kill(int pid, int signal);
int pcre2_config_8(uint32_t what, void *where);
void *pcre2_compile_8(const char *pattern, size_t length, uint32_t options, int *code, size_t *offset, void *context);
int pcre2_jit_compile_8(void *pattern, uint32_t options);
void pcre2_code_free_8(void *pattern);
]]

local SIGQUIT, SIGTERM = 3, 15
local PCRE2_CONFIG_JIT, PCRE2_CONFIG_VERSION, PCRE2_JIT_COMPLETE = 1, 11, 1

local function signal(number)
  assert(ffi.C.kill(ffi.C.getppid(), number) == 0, 'the master cannot be signalled')
end

local function expect(what, got, wanted)
  if got ~= wanted then
    error(what .. ': got ' .. tostring(got) .. ', wanted ' .. tostring(wanted), 0)
  end
end

local function connect(path)
  local socket = ngx.socket.tcp()
  socket:settimeout(60000)
  assert(socket:connect('unix:' .. path))
  return socket
end

local function get(socket, path)
  assert(socket:send('GET ' .. path .. ' HTTP/1.0\\r\\nHost: ${HOST}\\r\\n\\r\\n'))
end

-- Status and body of an answer that ends with the connection.
local function answer(socket)
  local text = assert(socket:receive('*a'))
  return text:match '^HTTP/1%.%d (%d+)', text:match '\\r\\n\\r\\n(.*)$'
end

local function mapped(folder)
  for line in io.lines '/proc/self/maps' do
    if line:find(folder, 1, true) then return true end
  end
  return false
end

local checks = {}

local function check(name, run)
  checks[#checks + 1] = { name = name, run = run }
end

check('resty.core', function()
  assert(require('resty.core').version, 'it has no version')
  expect('ngx.re', ngx.re.match('openresty', '^open(.*)$', 'jo')[1], 'resty')
end)
${
  cjson
    ? `
check('Lua library in C', function()
  expect('cjson', require('cjson').encode { 1, 2 }, '[1,2]')
end)
`
    : ''
}
check('libraries', function()
  for _, folder in ipairs { ${[opensslDir(layout), pcre2Dir(layout)].map((folder) => luaText(`${folder}/lib/`)).join(', ')} } do
    assert(mapped(folder), 'nothing is loaded from ' .. folder)
  end
end)

check('PCRE2', function()
  local version = ffi.new 'char[64]'
  assert(ffi.C.pcre2_config_8(PCRE2_CONFIG_VERSION, version) > 0)
  expect('version', ffi.string(version):match '^%S+', ${luaText(openresty.pcre2.version)})
end)
${
  pcreJit
    ? `
check('PCRE JIT', function()
  local jit = ffi.new 'uint32_t[1]'
  ffi.C.pcre2_config_8(PCRE2_CONFIG_JIT, jit)
  expect('support', jit[0], 1)
  local pattern = '^l(u)a$'
  local compiled = ffi.C.pcre2_compile_8(pattern, #pattern, 0, ffi.new 'int[1]', ffi.new 'size_t[1]', nil)
  assert(compiled ~= nil, 'a pattern does not compile')
  expect('result', ffi.C.pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE), 0)
  ffi.C.pcre2_code_free_8(compiled)
end)
`
    : ''
}
check('Lua over HTTP', function()
  local socket = connect ${luaText(`${layout.runDir}/smoke.http`)}
  get(socket, '/lua')
  local status, body = answer(socket)
  expect('status', status, '200')
  expect('body', body, 'Lua over http')
end)

check('Lua over TLS', function()
  local socket = connect ${luaText(`${layout.runDir}/smoke.https`)}
  assert(socket:sslhandshake(nil, '${HOST}', true))
  get(socket, '/lua')
  local status, body = answer(socket)
  expect('status', status, '200')
  expect('body', body, 'Lua over https TLSv1.3')
end)

-- The last one: it ends nginx.
check('graceful stop', function()
  local socket = connect ${luaText(`${layout.runDir}/smoke.http`)}
  get(socket, '/slow')
  assert(socket:receiveuntil 'begun '())
  signal(SIGQUIT)
  expect('answer that was under way', socket:receive '*a', 'ended')
end)

local function verdict(text)
  local file = assert(io.open(${luaText(`${layout.runDir}/smoke.verdict`)}, 'w'))
  file:write(text)
  file:close()
end

assert(ngx.timer.at(0, function()
  for _, one in ipairs(checks) do
    ngx.log(ngx.NOTICE, 'check: ', one.name)
    local ok, reason = pcall(one.run)
    if not ok then
      verdict(one.name .. ': ' .. tostring(reason))
      return signal(SIGTERM)
    end
  end
  verdict 'passed'
end))
`;
}
