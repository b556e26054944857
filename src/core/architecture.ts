/**
 * Architectures: checks the rows a user wrote and gives each its defaults.
 */
import { resolveEmulated, resolveHosted, resolveSpot } from './builder';
import type { Architecture, HostedBuilder, SpotBuilder } from './config';
import type { Faults } from './fault';
import { lookup } from './lookup';
import type { ArchitectureOptions } from './options';
import { normalisePlatform, PLATFORMS } from './platform';
import { suggest } from './suggest';

/** The seed's two architectures. */
const DEFAULT_ARCHITECTURES: readonly ArchitectureOptions[] = [{ name: 'amd64' }, { name: 'arm64' }];

/** The machine that does the work: the architecture's own builder, or its host's where it is emulated. */
export function hostBuilder(architecture: Architecture): SpotBuilder | HostedBuilder {
  const { builder } = architecture;
  return builder.kind === 'emulated' ? builder.host : builder;
}

/**
 * Is this a name? It becomes a tag's suffix, a file name, a bake target and a job
 * id, so it keeps to what all of these allow. Without a dash in it, the suffix
 * of a tag is exactly what follows its last dash.
 */
function isName(name: string): boolean {
  return /^[a-z][a-z0-9]{0,15}$/.test(name);
}

/** The row's normalised platform, or undefined for an unknown one, which is noted unless it only follows from a bad name. */
function resolvePlatform(faults: Faults, path: string, row: ArchitectureOptions): string | undefined {
  const platform = normalisePlatform(row.platform ?? `linux/${row.name}`);
  if (Object.hasOwn(PLATFORMS, platform)) return platform;
  if (row.platform !== undefined || isName(row.name)) {
    const why =
      row.platform === undefined
        ? `"${platform}", which follows from the name, is no platform that is known here`
        : 'it is no platform that is known here';
    faults.add(`${path}.platform`, row.platform, why, suggest(platform, Object.keys(PLATFORMS)));
  }
  return undefined;
}

function resolveRow(faults: Faults, path: string, row: ArchitectureOptions, native: readonly Architecture[]): Architecture {
  if (!isName(row.name)) {
    const why = 'it is no architecture name: a lower-case letter, then up to 15 lower-case letters or digits';
    faults.add(`${path}.name`, row.name, why, 'write a short name like "arm64" or "armv7"');
  }
  const platform = resolvePlatform(faults, path, row);
  const ways = (['spot', 'hosted', 'emulated'] as const).filter((way) => row[way] !== undefined);
  if (ways.length > 1) faults.add(path, ways, 'its builder is had in more than one way', `keep one of ${ways.join(', ')}`);
  const builder = row.emulated
    ? resolveEmulated(faults, `${path}.emulated`, row.name, row.emulated, native)
    : row.hosted
      ? resolveHosted(faults, `${path}.hosted`, platform, row.hosted)
      : resolveSpot(faults, `${path}.spot`, platform, row.spot);
  const host = native.find((other) => builder.kind === 'emulated' && other.name === builder.on);
  const machine = host ? host.machine : lookup(PLATFORMS, platform ?? '')?.machine;
  return { name: row.name, label: row.name.toUpperCase(), platform: platform ?? '', machine, builder };
}

/** What no two rows may share. */
function checkTwins(faults: Faults, resolved: readonly Architecture[]): void {
  resolved.forEach(({ name, platform }, i) => {
    const path = `architectures[${i}]`;
    const namesake = resolved.findIndex((other) => other.name === name);
    const twin = resolved.findIndex((other) => other.platform === platform);
    if (namesake !== i) {
      faults.add(
        `${path}.name`,
        name,
        `architectures[${namesake}] has this name already`,
        'give it another name, or remove one of the two',
      );
    } else if (platform !== '' && twin !== i) {
      const why = `architectures[${twin}] has the same platform; an index can hold one image per platform`;
      faults.add(`${path}.platform`, platform, why, 'remove one of the two');
    }
  });
}

/**
 * Resolves the rows. The order is kept.
 *
 * @param needsLuaJit whether the image contains LuaJIT, which does not run everywhere
 */
export function resolveArchitectures(
  faults: Faults,
  rows: readonly ArchitectureOptions[] = DEFAULT_ARCHITECTURES,
  needsLuaJit: boolean,
): Architecture[] {
  if (rows.length === 0) faults.add('architectures', rows, 'an image needs at least one', 'add one: { name: "amd64" }');
  // Emulated rows refer to native ones, wherever these stand in the list.
  const native = rows.map((row, i) => (row.emulated ? undefined : resolveRow(faults, `architectures[${i}]`, row, [])));
  const hosts = native.filter((architecture) => architecture !== undefined);
  const resolved = rows.map((row, i) => native[i] ?? resolveRow(faults, `architectures[${i}]`, row, hosts));
  checkTwins(faults, resolved);
  resolved.forEach(({ platform }, i) => {
    if (!needsLuaJit || platform === '' || PLATFORMS[platform].luajit) return;
    const fine = Object.keys(PLATFORMS).filter((name) => PLATFORMS[name].luajit);
    faults.add(
      `architectures[${i}].platform`,
      platform,
      "OpenResty's LuaJIT does not run on this platform",
      `remove it, or use one of ${fine.join(', ')}`,
    );
  });
  return resolved;
}
