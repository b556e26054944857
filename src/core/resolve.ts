/**
 * From options to config: the one place where everything is checked.
 */
import { resolveArchitectures } from './architecture';
import { resolveBase } from './base';
import { openCves } from './catalogue/cves';
import { RELEASES } from './catalogue/releases';
import type { ImageConfig, Language, OpenRestyBuild, OpenRestyConfig } from './config';
import { checkMirrors } from './download';
import { Faults, suggest } from './fault';
import { resolveFeatures } from './feature';
import { checkWord } from './grammar';
import { resolveImage } from './image';
import { resolveLayout } from './layout';
import { resolveLuaLibraries, resolveModules } from './module';
import type { DocumentsOptions, OpenRestyImageProjectOptions, OpenRestyOptions, SpotImageProjectOptions } from './options';
import { resolvePipeline } from './pipeline';
import { resolveRelease } from './release';

const LANGUAGES: readonly Language[] = ['en', 'zh'];

/** Freezes a value and all it holds. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

function resolveDocuments(faults: Faults, options: DocumentsOptions = {}): { languages: readonly Language[] } {
  const asked: readonly string[] = options.languages ?? LANGUAGES;
  if (asked.length === 0) faults.add('documents.languages', [], 'a project needs a README', 'name "en", "zh" or both');
  asked.forEach((language, i) => {
    if (!(LANGUAGES as readonly string[]).includes(language)) {
      faults.add(`documents.languages[${i}]`, language, 'documents are written in these languages only', suggest(language, LANGUAGES));
    }
    if (asked.indexOf(language) !== i) faults.add(`documents.languages[${i}]`, language, 'it is listed twice', 'keep one of them');
  });
  return { languages: LANGUAGES.filter((l) => asked.includes(l)) };
}

function resolveAny(faults: Faults, options: SpotImageProjectOptions, needsLuaJit: boolean): ImageConfig {
  checkMirrors(faults, options.mirrors);
  const architectures = resolveArchitectures(faults, options.architectures, needsLuaJit);
  return {
    image: resolveImage(faults, options),
    architectures,
    pipeline: resolvePipeline(
      faults,
      options.pipeline,
      architectures.map((a) => a.name),
    ),
    documents: resolveDocuments(faults, options.documents),
  };
}

const DEFAULT_LUAJIT_FLAGS = ['-DLUAJIT_NUMMODE=2', '-DLUAJIT_ENABLE_LUA52COMPAT'];

function resolveLuajitFlags(faults: Faults, flags: readonly string[]): readonly string[] {
  flags.forEach((flag, i) => {
    if (!/^-[A-Za-z][A-Za-z0-9_=.,+-]*$/.test(flag)) {
      faults.add(`openresty.luajitFlags[${i}]`, flag, 'it is no plain compiler flag', 'write it like "-DLUAJIT_NUMMODE=2"');
    }
  });
  return flags;
}

function resolveOpenRestyBuild(faults: Faults, options: OpenRestyImageProjectOptions): Pick<OpenRestyConfig, 'openresty' | 'base'> {
  const openresty: OpenRestyOptions = options.openresty ?? {};
  const mirrors = options.mirrors ?? {};
  const { paired, ...release } = resolveRelease(faults, openresty, mirrors);
  const base = resolveBase(faults, options.base, paired.alpine);
  const features = resolveFeatures(faults, openresty.features, base);
  const modules = resolveModules(faults, openresty.modules, mirrors);
  openresty.packages?.forEach((name, i) => {
    checkWord(faults, `openresty.packages[${i}]`, name, 'package name');
  });
  const known = RELEASES.some((r) => r.version === release.version);
  const build: OpenRestyBuild = {
    ...release,
    configureFlags: features.flags,
    modules,
    luaLibraries: resolveLuaLibraries(faults, openresty.luaLibraries, mirrors),
    dynamicModules: [...features.dynamicModules, ...modules.filter((m) => m.dynamic).map((m) => m.name)],
    luajitFlags: resolveLuajitFlags(faults, openresty.luajitFlags ?? DEFAULT_LUAJIT_FLAGS),
    packages: { build: features.packages.build, run: [...new Set([...features.packages.run, ...(openresty.packages ?? [])])].sort() },
    openCves: known ? openCves(release.version).map(({ id, what, severity }) => ({ id, what, severity })) : undefined,
  };
  return { openresty: build, base };
}

/**
 * Resolves the config of any image.
 * @throws ConfigError listing every fault
 */
export function resolveImageConfig(options: SpotImageProjectOptions): ImageConfig {
  const faults = new Faults();
  const config = resolveAny(faults, options, false);
  faults.throwIfAny();
  return deepFreeze(config);
}

/**
 * Resolves the config of an OpenResty image.
 * @throws ConfigError listing every fault
 */
export function resolveOpenRestyConfig(options: OpenRestyImageProjectOptions): OpenRestyConfig {
  const faults = new Faults();
  const config = {
    ...resolveAny(faults, options, true),
    ...resolveOpenRestyBuild(faults, options),
    layout: resolveLayout(faults, options.layout),
  };
  faults.throwIfAny();
  return deepFreeze(config);
}
