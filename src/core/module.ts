/**
 * Modules and Lua libraries from elsewhere.
 */
import type { LuaLibrary, Module } from './config';
import { type Mirrors, resolveArchive } from './download';
import type { Faults } from './fault';
import { checkWord } from './grammar';
import type { LuaLibraryOptions, ModuleOptions } from './options';

/** Checks a folder inside an archive and takes slashes at its ends away. */
function resolvePath(faults: Faults, path: string, value: string): string {
  const trimmed = value.replace(/^\.?\/+|\/+$/g, '');
  if (trimmed !== '' && (!/^[A-Za-z0-9._+-]+(?:\/[A-Za-z0-9._+-]+)*$/.test(trimmed) || trimmed.split('/').includes('..'))) {
    faults.add(path, value, 'it is no plain folder inside the archive', 'write it like "modules/ngx_example_module", without ".."');
  }
  return trimmed;
}

function checkUnique(faults: Faults, path: (i: number) => string, names: readonly string[]): void {
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i) faults.add(path(i), name, 'this name is taken already', 'remove one of the two');
  });
}

/** Resolves third-party modules. */
export function resolveModules(faults: Faults, list: readonly ModuleOptions[] = [], mirrors: Mirrors): Module[] {
  checkUnique(
    faults,
    (i) => `openresty.modules[${i}].name`,
    list.map((m) => m.name),
  );
  return list.map((module, i) => {
    const path = `openresty.modules[${i}]`;
    checkWord(faults, `${path}.name`, module.name, 'module name');
    return {
      name: module.name,
      ...resolveArchive(faults, path, module, mirrors),
      path: resolvePath(faults, `${path}.path`, module.path ?? ''),
      dynamic: module.dynamic ?? true,
    };
  });
}

/** Resolves Lua libraries. */
export function resolveLuaLibraries(faults: Faults, list: readonly LuaLibraryOptions[] = [], mirrors: Mirrors): LuaLibrary[] {
  checkUnique(
    faults,
    (i) => `openresty.luaLibraries[${i}].name`,
    list.map((l) => l.name),
  );
  return list.map((library, i) => {
    const path = `openresty.luaLibraries[${i}]`;
    checkWord(faults, `${path}.name`, library.name, 'library name');
    return {
      name: library.name,
      ...resolveArchive(faults, path, library, mirrors),
      path: resolvePath(faults, `${path}.path`, library.path ?? 'lib'),
    };
  });
}
