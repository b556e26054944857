/**
 * What of OpenResty is built, and on which base.
 */
import { resolveBase } from './base';
import { openCves } from './catalogue/cves';
import { RELEASES } from './catalogue/releases';
import type { Base, OpenRestyBuild, OpenRestyConfig } from './config';
import type { Faults } from './fault';
import { resolveFeatures } from './feature';
import { resolveLuaLibraries, resolveModules } from './module';
import type { OpenRestyImageProjectOptions } from './options';
import { checkPackages } from './packages';
import { resolveRelease } from './release';

const DEFAULT_LUAJIT_FLAGS = ['-DLUAJIT_NUMMODE=2', '-DLUAJIT_ENABLE_LUA52COMPAT'];

function checkLuajitFlags(faults: Faults, flags: readonly string[]): void {
  flags.forEach((flag, i) => {
    const path = `openresty.luajitFlags[${i}]`;
    if (!/^-[A-Za-z][A-Za-z0-9_=.,+-]*$/.test(flag) || flag.length > 200) {
      faults.add(path, flag, 'it is no plain compiler flag', 'write it like "-DLUAJIT_NUMMODE=2"');
    } else if (/^-m(?:arch|cpu|tune)=native$/.test(flag)) {
      faults.add(
        path,
        flag,
        'it makes code for the machine that builds, which is not the one that runs it',
        'name a processor, or remove this flag',
      );
    }
    if (flags.indexOf(flag) !== i) faults.add(path, flag, 'it is listed twice', 'keep one of them');
  });
}

/** Vulnerabilities the release still has, or undefined for one that the catalogue does not know. */
function openCvesOf(version: string): OpenRestyBuild['openCves'] {
  if (!RELEASES.some((release) => release.version === version)) return undefined;
  return openCves(version).map(({ id, what, severity, fixedIn }) => ({ id, what, severity, fixedIn }));
}

/** Resolves what is built, and the base, whose default version goes with the release. */
export function resolveOpenResty(faults: Faults, options: OpenRestyImageProjectOptions): Pick<OpenRestyConfig, 'openresty' | 'base'> {
  const { openresty = {}, mirrors = {} } = options;
  const { paired, ...release } = resolveRelease(faults, openresty, mirrors);
  const base: Base = resolveBase(faults, options.base, paired.alpine);
  const features = resolveFeatures(faults, openresty.features, release.version, base);
  const modules = resolveModules(faults, openresty.modules, mirrors, features.on);
  const luaLibraries = resolveLuaLibraries(faults, openresty.luaLibraries, mirrors);
  const { luajitFlags = DEFAULT_LUAJIT_FLAGS, packages = [] } = openresty;
  checkLuajitFlags(faults, luajitFlags);
  checkPackages(faults, packages, base.family);
  return {
    base,
    openresty: {
      ...release,
      configureFlags: features.flags,
      modules,
      luaLibraries,
      dynamicModules: [...features.dynamicModules, ...modules.filter(({ dynamic }) => dynamic).map(({ name }) => name)],
      luajitFlags: [...luajitFlags],
      packages: { build: features.packages.build, run: [...new Set([...features.packages.run, ...packages])].sort() },
      openCves: openCvesOf(release.version),
    },
  };
}
