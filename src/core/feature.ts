/**
 * Features: from what the user switched to `./configure` flags and packages.
 */
import { BASE_PACKAGES, DEBIAN_RENAMES, FEATURES, type Feature } from './catalogue/features';
import type { Base, FeatureMode } from './config';
import { type Faults, join } from './fault';
import { lookup } from './lookup';
import { suggest } from './suggest';
import { compareVersions } from './version';

const MODES: readonly FeatureMode[] = ['static', 'dynamic', 'off'];

const PATH = 'openresty.features';

/** What the features amount to. */
export interface FeatureSet {
  /** Flags in the table's order. */
  readonly flags: readonly string[];
  /** Base names of the `.so` files. */
  readonly dynamicModules: readonly string[];
  readonly packages: { readonly build: readonly string[]; readonly run: readonly string[] };
  /** Features that are built, in either way. */
  readonly on: readonly string[];
}

/** Features by name, and how each is built. */
type Modes = Readonly<Record<string, FeatureMode>>;

/** Is it too new for this version, so that `./configure` would refuse its very name? */
function isTooNew({ since }: Feature, version: string): boolean {
  return since !== undefined && compareVersions(version, since) < 0;
}

/** The mode that a user chose for a feature, or undefined if it cannot be had. */
function checkSwitch(faults: Faults, name: string, text: string, version: string): FeatureMode | undefined {
  const path = join(PATH, name);
  const feature = lookup(FEATURES, name);
  if (!feature) {
    const bare = name.replace(/^--(?:with|without)-|=dynamic$/g, '');
    faults.add(path, text, 'neither nginx nor OpenResty has a feature of this name', suggest(bare, Object.keys(FEATURES)));
    return undefined;
  }
  const mode = MODES.find((known) => known === text);
  if (!mode) faults.add(path, text, 'a feature is built in one of three ways', suggest(text, MODES));
  else if (isTooNew(feature, version)) {
    faults.add(path, text, `OpenResty ${version} does not know it; ${feature.since} is the first that does`, 'remove this line');
  } else if (mode === 'dynamic' && feature.dynamic === undefined) {
    faults.add(path, text, 'this feature cannot be loaded at run time', 'use "static"');
  } else if (mode === 'off' && feature.essential !== undefined) {
    faults.add(path, text, `it cannot be left out: ${feature.essential}`, 'remove this line');
  } else return mode;
  return undefined;
}

/** The mode of every feature. What needs a feature that is off is off too, unless the user asked for it, which is a fault. */
function resolveModes(faults: Faults, switches: Readonly<Record<string, string>>, version: string): Modes {
  const chosen = new Map<string, FeatureMode>();
  for (const [name, text] of Object.entries(switches)) {
    const mode = checkSwitch(faults, name, text, version);
    if (mode) chosen.set(name, mode);
  }
  const initial = ([name, feature]: [string, Feature]): [string, FeatureMode] => {
    return [name, chosen.get(name) ?? (isTooNew(feature, version) ? 'off' : feature.upstream)];
  };
  const modes = Object.fromEntries(Object.entries(FEATURES).map(initial));
  for (const [name, { needs }] of Object.entries(FEATURES)) {
    const missing = needs.find((need) => modes[need] === 'off');
    if (missing === undefined || modes[name] === 'off') continue;
    if (chosen.has(name)) {
      faults.add(
        join(PATH, name),
        modes[name],
        `it needs "${missing}", which is off`,
        `switch "${missing}" to "static", or remove this line`,
      );
    }
    modes[name] = 'off';
  }
  if (modes.stream === 'dynamic' && modes.stream_lua_module !== 'off') {
    const why = 'stream_lua_module is linked into the binary, and with it all of stream';
    faults.add(join(PATH, 'stream'), 'dynamic', why, 'switch "stream_lua_module" to "off", or "stream" to "static"');
  }
  return modes;
}

function flagOf(name: string, mode: FeatureMode, version: string): string[] {
  const { flag } = FEATURES[name];
  if (isTooNew(FEATURES[name], version)) return [];
  if (mode === 'off') return flag === 'with' ? [] : [`--without-${name}`];
  if (flag === 'without') return [];
  return [mode === 'dynamic' ? `--with-${name}=dynamic` : `--with-${name}`];
}

/**
 * Resolves the switches.
 * @param version of OpenResty, which decides what there is to switch
 * @param base which decides the packages' names
 */
export function resolveFeatures(faults: Faults, switches: Readonly<Record<string, string>> = {}, version: string, base: Base): FeatureSet {
  const modes = resolveModes(faults, switches, version);
  const names = Object.keys(FEATURES);
  const on = names.filter((name) => modes[name] !== 'off');
  const renames = (base.family === 'debian' && lookup(DEBIAN_RENAMES, base.version)) || {};
  const packages = (when: 'build' | 'run') => {
    const all = [...BASE_PACKAGES[base.family][when], ...on.flatMap((name) => FEATURES[name].packages?.[base.family][when] ?? [])];
    return [...new Set(all.map((name) => renames[name] ?? name))].sort();
  };
  return {
    flags: names.flatMap((name) => flagOf(name, modes[name], version)),
    dynamicModules: on.flatMap((name) => (modes[name] === 'dynamic' ? (FEATURES[name].dynamic ?? []) : [])),
    packages: { build: packages('build'), run: packages('run') },
    on,
  };
}
