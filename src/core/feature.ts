/**
 * Features: from what the user switched to `./configure` flags and packages.
 */
import { BASE_PACKAGES, DEBIAN_RENAMES, FEATURES } from './catalogue/features';
import type { Base, FeatureMode } from './config';
import { type Faults, suggest } from './fault';

const MODES: readonly FeatureMode[] = ['static', 'dynamic', 'off'];

/** What the features amount to. */
export interface FeatureSet {
  /** Flags in the table's order. */
  readonly flags: readonly string[];
  /** Base names of the `.so` files. */
  readonly dynamicModules: readonly string[];
  readonly packages: { readonly build: readonly string[]; readonly run: readonly string[] };
}

function isMode(text: string): text is FeatureMode {
  return (MODES as readonly string[]).includes(text);
}

function checkSwitch(faults: Faults, path: string, name: string, mode: string): boolean {
  const feature = Object.hasOwn(FEATURES, name) ? FEATURES[name] : undefined;
  if (!feature) {
    const bare = name.replace(/^--(with|without)-/, '');
    faults.add(path, mode, `nginx and OpenResty have no feature "${name}"`, suggest(bare, Object.keys(FEATURES)));
    return false;
  }
  if (!isMode(mode)) {
    faults.add(path, mode, 'a feature is built in one of three ways', suggest(mode, MODES));
    return false;
  }
  if (mode === 'dynamic' && feature.dynamic === undefined) {
    faults.add(path, mode, 'this feature cannot be loaded at run time', 'use "static"');
    return false;
  }
  if (mode === 'off' && feature.essential !== undefined) {
    faults.add(path, mode, `it cannot be left out: ${feature.essential}`, 'remove this line');
    return false;
  }
  return true;
}

/** The mode of every feature. A child of a feature that is off is off, unless the user asked for it, which is a fault. */
function resolveModes(faults: Faults, switches: Readonly<Record<string, string>>): Record<string, FeatureMode> {
  const chosen: Record<string, FeatureMode> = {};
  for (const [name, mode] of Object.entries(switches)) {
    if (checkSwitch(faults, `openresty.features.${name}`, name, mode)) chosen[name] = mode as FeatureMode;
  }
  const modes: Record<string, FeatureMode> = {};
  for (const [name, feature] of Object.entries(FEATURES)) modes[name] = chosen[name] ?? feature.upstream;
  for (const [name, feature] of Object.entries(FEATURES)) {
    if (feature.parent === undefined || modes[feature.parent] !== 'off' || modes[name] === 'off') continue;
    if (chosen[name] !== undefined) {
      faults.add(
        `openresty.features.${name}`,
        chosen[name],
        `it is part of "${feature.parent}", which is off`,
        `switch "${feature.parent}" to "static", or remove this line`,
      );
    }
    modes[name] = 'off';
  }
  return modes;
}

function flagOf(name: string, mode: FeatureMode): string[] {
  const { flag } = FEATURES[name];
  if (flag === 'without') return mode === 'off' ? [`--without-${name}`] : [];
  if (mode === 'off') return [];
  return [mode === 'dynamic' ? `--with-${name}=dynamic` : `--with-${name}`];
}

/**
 * Resolves the switches.
 * @param base which decides the packages' names
 */
export function resolveFeatures(faults: Faults, switches: Readonly<Record<string, string>> | undefined, base: Base): FeatureSet {
  const modes = resolveModes(faults, switches ?? {});
  const on = Object.keys(FEATURES).filter((name) => modes[name] !== 'off');
  const renames = base.family === 'debian' ? (DEBIAN_RENAMES[base.version] ?? {}) : {};
  const packages = (when: 'build' | 'run') => {
    const names = [...BASE_PACKAGES[base.family][when], ...on.flatMap((name) => FEATURES[name].packages?.[base.family][when] ?? [])];
    return [...new Set(names.map((n) => renames[n] ?? n))].sort();
  };
  return {
    flags: Object.keys(FEATURES).flatMap((name) => flagOf(name, modes[name])),
    dynamicModules: on.filter((name) => modes[name] === 'dynamic').map((name) => FEATURES[name].dynamic as string),
    packages: { build: packages('build'), run: packages('run') },
  };
}
