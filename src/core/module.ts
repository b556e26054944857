/**
 * Modules and Lua libraries from elsewhere.
 */
import { FEATURES } from './catalogue/features';
import type { LuaLibrary, Module } from './config';
import { type Mirrors, resolveArchive } from './download';
import type { Faults } from './fault';
import { checkWord } from './grammar';
import type { LuaLibraryOptions, ModuleOptions } from './options';

/** Checks a folder inside an archive and takes slashes at its ends away. */
function resolveFolder(faults: Faults, path: string, value: string): string {
  const trimmed = value.replace(/^(?:\.?\/)+|\/+$/g, '');
  if (trimmed === '' || trimmed === '.') return '';
  if (!trimmed.split('/').every((part) => /^[A-Za-z0-9_+][A-Za-z0-9._+-]*$/.test(part)) || trimmed.length > 200) {
    const why = 'it is no plain folder inside the archive: names of letters, digits and . _ + - with slashes between';
    faults.add(path, value, why, 'write it like "modules/ngx_example_module", below the archive\'s top-level folder and without ".."');
  }
  return trimmed;
}

function checkUnique(faults: Faults, path: string, list: readonly { readonly name: string }[]): void {
  list.forEach(({ name }, i) => {
    if (list.findIndex((other) => other.name === name) !== i)
      faults.add(`${path}[${i}].name`, name, 'this name is taken already', 'remove one of the two');
  });
}

/** The `.so` is named after the module's variable in C, and so is what `load_module` loads. */
function checkModuleName(faults: Faults, path: string, name: string, on: readonly string[]): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.length > 100) {
    const why = 'it is no name of a module, which is an identifier of C: letters, digits and _';
    const mend = name.endsWith('.so')
      ? `write "${name.slice(0, -3)}"`
      : 'write the first ngx_module_name of the module\'s config file, such as "ngx_http_example_module"';
    faults.add(path, name, why, mend);
  }
  const brought = on.find((feature) => name === `ngx_${feature}` || name === FEATURES[feature].dynamic);
  if (brought !== undefined) {
    const mend =
      FEATURES[brought].essential === undefined ? `remove this one, or switch openresty.features.${brought} to "off"` : 'remove this one';
    faults.add(path, name, `OpenResty brings this module itself, as the feature "${brought}"`, mend);
  }
}

/**
 * Resolves third-party modules.
 * @param on features that are built, whose modules must not be built twice
 */
export function resolveModules(faults: Faults, list: readonly ModuleOptions[] = [], mirrors: Mirrors, on: readonly string[]): Module[] {
  const path = 'openresty.modules';
  checkUnique(faults, path, list);
  return list.map((module, i) => {
    const at = `${path}[${i}]`;
    checkModuleName(faults, `${at}.name`, module.name, on);
    return {
      name: module.name,
      ...resolveArchive(faults, at, module, mirrors),
      path: resolveFolder(faults, `${at}.path`, module.path ?? ''),
      dynamic: module.dynamic ?? true,
    };
  });
}

/** Resolves Lua libraries. */
export function resolveLuaLibraries(faults: Faults, list: readonly LuaLibraryOptions[] = [], mirrors: Mirrors): LuaLibrary[] {
  const path = 'openresty.luaLibraries';
  checkUnique(faults, path, list);
  return list.map((library, i) => {
    const at = `${path}[${i}]`;
    checkWord(faults, `${at}.name`, library.name, 'name of a library');
    return {
      name: library.name,
      ...resolveArchive(faults, at, library, mirrors),
      path: resolveFolder(faults, `${at}.path`, library.path ?? 'lib'),
    };
  });
}
