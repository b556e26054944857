/** The stage that fetches what comes neither from nginx nor from OpenResty. */
import type { LuaLibrary, Module, OpenRestyConfig } from '../../core/config';
import { comment, download, type Lines, runScript } from './instruction';

/** Folder that collects the modules' sources, one folder each. */
export const MODULES_DIR = '/modules';

/** Folder that collects the Lua libraries. */
export const LUA_LIBRARIES_DIR = '/lualib';

/** Folder of a module's own source, which holds nginx's `config` script for it. */
export function moduleDir({ name, path }: Module): string {
  return path === '' ? `${MODULES_DIR}/${name}` : `${MODULES_DIR}/${name}/${path}`;
}

/** Sources of modules, and Lua libraries; empty when there are none. */
export function modulesStage({ openresty: { modules, luaLibraries } }: OpenRestyConfig): Lines {
  if (modules.length + luaLibraries.length === 0) return [];
  return [
    ...comment('Sources of modules, and Lua libraries, that OpenResty does not bring.'),
    'FROM base AS modules',
    ...modules.flatMap(fetchModule),
    ...luaLibraries.flatMap(fetchLibrary),
  ];
}

function fetchModule(module: Module): Lines {
  const file = `/archives/modules/${module.name}.tar.gz`;
  const folder = `${MODULES_DIR}/${module.name}`;
  const archive = download(module, file);
  return [
    archive.add,
    ...runScript([
      ...archive.verify,
      `mkdir -p ${folder}`,
      `tar -xzf ${file} -C ${folder} --strip-components=1`,
      `test -f ${moduleDir(module)}/config`,
    ]),
  ];
}

function fetchLibrary(library: LuaLibrary): Lines {
  const file = `/archives/lualib/${library.name}.tar.gz`;
  const archive = download(library, file);
  return [
    archive.add,
    ...runScript([
      ...archive.verify,
      `mkdir -p /unpacked ${LUA_LIBRARIES_DIR}`,
      `tar -xzf ${file} -C /unpacked --strip-components=1`,
      `cp -R /unpacked/${library.path === '' ? '' : `${library.path}/`}. ${LUA_LIBRARIES_DIR}/`,
      'rm -r /unpacked',
    ]),
  ];
}
