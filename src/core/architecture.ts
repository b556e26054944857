/**
 * Architectures: checks the rows a user wrote and gives each its defaults.
 */
import type { Architecture, EmulatedBuilder, HostedBuilder, SpotBuilder } from './config';
import { type Faults, suggest } from './fault';
import { checkWord } from './grammar';
import type { ArchitectureOptions, EmulatedBuilderOptions, HostedBuilderOptions, SpotBuilderOptions } from './options';
import { familyCpu, HOSTED_LABELS, isPlatform, normalisePlatform, PLATFORMS } from './platform';

/** The seed's two architectures. */
export const DEFAULT_ARCHITECTURES: readonly ArchitectureOptions[] = [{ name: 'amd64' }, { name: 'arm64' }];

/** EC2 sizes of 2 to 16 vCPU: below there is too little memory for a compile, above a build cannot use it. */
const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge'];
const DEFAULT_SIZE = 'large';

/** The machine that does the work: the architecture's own builder, or its host's where it is emulated. */
export function hostBuilder(architecture: Architecture): SpotBuilder | HostedBuilder {
  const { builder } = architecture;
  return builder.kind === 'emulated' ? builder.host : builder;
}

function resolveSpot(faults: Faults, path: string, platform: string, options: SpotBuilderOptions): SpotBuilder {
  const facts = PLATFORMS[platform];
  const cpu = facts?.ec2Cpu;
  if (!cpu) {
    const native = Object.keys(PLATFORMS).filter((p) => PLATFORMS[p].ec2Cpu);
    faults.add(
      path,
      platform,
      `EC2 has no instance that runs this platform natively (it has ${native.join(', ')})`,
      'build it under emulation: emulated: { on: "<another architecture>" }, or on a runner of your own: hosted: { runner: "<label>" }',
    );
  }
  const families = options.families ?? facts?.families ?? [];
  if (options.families?.length === 0) {
    faults.add(`${path}.families`, [], 'without a family there is no candidate', 'name at least one, or leave the option away');
  }
  families.forEach((family, i) => {
    const at = `${path}.families[${i}]`;
    const its = familyCpu(family);
    if (its === undefined) {
      faults.add(at, family, 'it is no EC2 instance family', `write a family without size, such as "${facts?.families[0] ?? 'c7i'}"`);
    } else if (cpu && its !== cpu) {
      faults.add(at, family, `this family is ${its}, the platform ${platform} needs ${cpu}`, suggest(family, facts.families));
    }
    if (families.indexOf(family) !== i) faults.add(at, family, 'it is listed twice', 'keep one of them');
  });
  const size = options.size ?? DEFAULT_SIZE;
  if (!SIZES.includes(size)) {
    faults.add(`${path}.size`, size, 'sizes below have too little memory to compile, sizes above cost more than a build can use', suggest(size, SIZES));
  }
  return { kind: 'spot', cpu: cpu ?? 'x86_64', families, size, instanceTypes: families.map((f) => `${f}.${size}`) };
}

function resolveHosted(faults: Faults, path: string, platform: string, options: HostedBuilderOptions): HostedBuilder {
  const runner = options.runner ?? PLATFORMS[platform]?.hostedRunner;
  if (runner === undefined) {
    faults.add(
      path,
      platform,
      'GitHub has no hosted runner of this platform',
      'name a runner of your own: hosted: { runner: "<label>" }, or emulate: emulated: { on: "<another architecture>" }',
    );
    return { kind: 'hosted', runner: 'unknown' };
  }
  checkWord(faults, `${path}.runner`, runner, 'runner label');
  const its = HOSTED_LABELS[runner];
  if (its && its !== platform) {
    faults.add(
      `${path}.runner`,
      runner,
      `this runner is ${its}; it cannot run ${platform} natively`,
      PLATFORMS[platform]?.hostedRunner ? `use "${PLATFORMS[platform].hostedRunner}"` : 'emulate instead: emulated: { on: "<another architecture>" }',
    );
  }
  return { kind: 'hosted', runner };
}

function resolveEmulated(faults: Faults, path: string, options: EmulatedBuilderOptions, native: readonly Architecture[], name: string): EmulatedBuilder {
  const host = native.find((a) => a.name === options.on);
  if (!host) {
    faults.add(
      `${path}.on`,
      options.on,
      options.on === name ? 'an architecture cannot be emulated on itself' : 'no native architecture of this name is in the list',
      native.length > 0
        ? suggest(
            options.on,
            native.map((a) => a.name),
          )
        : 'add a native architecture first',
    );
  }
  const builder = host?.builder as SpotBuilder | HostedBuilder | undefined;
  return { kind: 'emulated', on: options.on, host: builder ?? { kind: 'hosted', runner: 'unknown' } };
}

/** Names become file names, tag suffixes, bake targets and job ids, so they keep to what all of these allow. */
function checkName(faults: Faults, path: string, name: string): void {
  if (!/^[a-z][a-z0-9]{0,15}$/.test(name)) {
    faults.add(path, name, 'it is no architecture name: a lower-case letter, then up to 15 letters or digits', 'write a short name like "arm64" or "armv7"');
  }
}

function resolveRow(faults: Faults, path: string, row: ArchitectureOptions, native: readonly Architecture[]): Architecture {
  checkName(faults, `${path}.name`, row.name);
  const written = row.platform ?? `linux/${row.name}`;
  const platform = normalisePlatform(written);
  if (!isPlatform(platform)) {
    faults.add(`${path}.platform`, row.platform, 'it is no OCI platform of Linux', 'write it like "linux/arm64" or "linux/arm/v7"');
  } else if (row.platform === undefined && !PLATFORMS[platform]) {
    faults.add(`${path}.platform`, undefined, `"${platform}", taken from the name, is no platform that is known here`, suggest(platform, Object.keys(PLATFORMS)));
  }
  const given = (['spot', 'hosted', 'emulated'] as const).filter((k) => row[k] !== undefined);
  if (given.length > 1) {
    faults.add(path, given, 'its builder is had in more than one way', `keep one of ${given.join(', ')}`);
  }
  const builder = row.emulated
    ? resolveEmulated(faults, `${path}.emulated`, row.emulated, native, row.name)
    : row.hosted
      ? resolveHosted(faults, `${path}.hosted`, platform, row.hosted)
      : resolveSpot(faults, `${path}.spot`, platform, row.spot ?? {});
  const host = builder.kind === 'emulated' ? native.find((a) => a.name === builder.on) : undefined;
  return {
    name: row.name,
    label: row.name.toUpperCase(),
    platform,
    machine: host ? host.machine : PLATFORMS[platform]?.machine,
    builder,
  };
}

/**
 * Resolves the rows. The order is kept.
 *
 * @param needsLuaJit whether the image contains LuaJIT, which does not run everywhere
 */
export function resolveArchitectures(faults: Faults, rows: readonly ArchitectureOptions[] | undefined, needsLuaJit: boolean): Architecture[] {
  const list = rows ?? DEFAULT_ARCHITECTURES;
  if (list.length === 0) {
    faults.add('architectures', [], 'an image needs at least one', 'add one: { name: "amd64" }');
  }
  // Emulated rows refer to native ones, wherever these stand in the list.
  const native = list.flatMap((row, i) => (row.emulated ? [] : [resolveRow(faults, `architectures[${i}]`, row, [])]));
  const all = list.map((row, i) => (row.emulated ? resolveRow(faults, `architectures[${i}]`, row, native) : native.find((a) => a.name === row.name)));
  const resolved = all.filter((a) => a !== undefined);

  list.forEach((row, i) => {
    const path = `architectures[${i}]`;
    const first = list.findIndex((other) => other.name === row.name);
    if (first !== i) {
      faults.add(`${path}.name`, row.name, `architectures[${first}] has this name already`, 'give it another name, or remove one of the two');
      return;
    }
    const platform = normalisePlatform(row.platform ?? `linux/${row.name}`);
    const twin = list.findIndex((other) => normalisePlatform(other.platform ?? `linux/${other.name}`) === platform);
    if (twin !== i) {
      faults.add(
        `${path}.platform`,
        row.platform ?? platform,
        `architectures[${twin}] has the same platform (${platform}); an index can hold one image per platform`,
        'remove one of the two',
      );
    }
    if (needsLuaJit && isPlatform(platform) && !PLATFORMS[platform]?.luajit) {
      faults.add(
        `${path}.platform`,
        row.platform ?? platform,
        "OpenResty's LuaJIT does not run on this platform",
        `remove it, or use one of ${Object.keys(PLATFORMS)
          .filter((p) => PLATFORMS[p].luajit)
          .join(', ')}`,
      );
    }
  });
  return resolved;
}
