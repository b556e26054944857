/** The smoke stage's checks, which are Lua inside of nginx. */
import type { OpenRestyConfig } from '../../core/config';
import { luaModules } from '../../core/packages';
import { opensslDir, pcre2Dir, SMOKE_HOST } from './paths';
import { luaText } from './quote';

/** A check that not every image can pass, with a line before it. */
function optional(wanted: boolean, check: string): string {
  return wanted ? `\n${check}\n` : '';
}

/** The checks' text. */
export function renderSmokeChecks({ openresty, layout, base }: OpenRestyConfig): string {
  const modules = luaModules(openresty.packages.run, base.family).map(luaText);
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
  assert(socket:send('GET ' .. path .. ' HTTP/1.0\\r\\nHost: ${SMOKE_HOST}\\r\\n\\r\\n'))
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
${optional(
  cjson,
  `check('Lua library in C', function()
  expect('cjson', require('cjson').encode { 1, 2 }, '[1,2]')
end)`,
)}${optional(
  modules.length > 0,
  `check('Lua packages', function()
  for _, name in ipairs { ${modules.join(', ')} } do
    require(name)
  end
end)`,
)}
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
${optional(
  pcreJit,
  `check('PCRE JIT', function()
  local jit = ffi.new 'uint32_t[1]'
  ffi.C.pcre2_config_8(PCRE2_CONFIG_JIT, jit)
  expect('support', jit[0], 1)
  local pattern = '^l(u)a$'
  local compiled = ffi.C.pcre2_compile_8(pattern, #pattern, 0, ffi.new 'int[1]', ffi.new 'size_t[1]', nil)
  assert(compiled ~= nil, 'a pattern does not compile')
  expect('result', ffi.C.pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE), 0)
  ffi.C.pcre2_code_free_8(compiled)
end)`,
)}
check('Lua over HTTP', function()
  local socket = connect ${luaText(`${layout.runDir}/smoke.http`)}
  get(socket, '/lua')
  local status, body = answer(socket)
  expect('status', status, '200')
  expect('body', body, 'Lua over http')
end)

check('Lua over TLS', function()
  local socket = connect ${luaText(`${layout.runDir}/smoke.https`)}
  assert(socket:sslhandshake(nil, '${SMOKE_HOST}', true))
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
