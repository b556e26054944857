/** Packages of the base distribution that a user adds. */
import type { Base } from './config';
import type { Faults } from './fault';

/** Package names: Debian's after its policy manual; Alpine's also have capitals and underscores. Versions are not named. */
const NAMES: Readonly<Record<Base['family'], RegExp>> = {
  alpine: /^[A-Za-z0-9][A-Za-z0-9._+-]*$/,
  debian: /^[a-z0-9][a-z0-9.+-]+$/,
};

/** A Lua library: its package in each family, and the module that `require` finds in it. */
type LuaLibrary = Readonly<Record<Base['family'], string>> & { readonly module: string };

/**
 * Lua libraries that the families name otherwise. Alpine has the other family's
 * names too, but behind them is nothing that LuaJIT could load.
 */
const LUA_LIBRARIES: readonly LuaLibrary[] = [
  { alpine: 'lua5.1-sec', debian: 'lua-sec', module: 'ssl' },
  { alpine: 'lua5.1-socket', debian: 'lua-socket', module: 'socket' },
  { alpine: 'lua5.1-cjson', debian: 'lua-cjson', module: 'cjson' },
];

/** The Lua modules that these packages are known to bring, in their order. */
export function luaModules(packages: readonly string[], family: Base['family']): string[] {
  return packages.flatMap((name) => LUA_LIBRARIES.find((row) => row[family] === name)?.module ?? []);
}

/** Checks the names of packages. */
export function checkPackages(faults: Faults, packages: readonly string[], family: Base['family']): void {
  packages.forEach((name, i) => {
    const path = `openresty.packages[${i}]`;
    const renamed = LUA_LIBRARIES.find((row) => row[family] !== name && (row.alpine === name || row.debian === name));
    if (!NAMES[family].test(name) || name.length > 100) {
      const why = `it is no name of a package of ${family}`;
      faults.add(
        path,
        name,
        why,
        /[=<>~]/.test(name) ? 'leave the version out: distributions remove old ones' : 'write the bare name, such as "tzdata"',
      );
    } else if (name.endsWith('-')) {
      faults.add(path, name, 'a dash at the end tells apt to remove the package', `write "${name.replace(/-+$/, '')}"`);
    } else if (renamed) {
      faults.add(path, name, `in ${family} the library for LuaJIT has another name`, `use "${renamed[family]}"`);
    }
    if (packages.indexOf(name) !== i) faults.add(path, name, 'it is listed twice', 'keep one of them');
  });
}
