/**
 * Builders: the three ways in which an architecture's machine is had.
 */
import type { Architecture, Ec2Cpu, EmulatedBuilder, HostedBuilder, SpotBuilder } from './config';
import type { Faults } from './fault';
import { familyCpu } from './instance-family';
import { lookup } from './lookup';
import type { EmulatedBuilderOptions, HostedBuilderOptions, SpotBuilderOptions } from './options';
import { HOSTED_LABELS, PLATFORMS } from './platform';
import { checkRunnerLabel } from './runner-label';
import { suggest } from './suggest';

/** Stands for a runner where there is none; the fault is noted. */
const NOBODY: HostedBuilder = { kind: 'hosted', runner: 'unknown' };

/** EC2 sizes of 2 to 16 vCPU: below there is too little memory for a compile, above a build cannot use it. */
const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge'];
const DEFAULT_SIZE = 'large';

const EMULATE = 'emulated: { on: "<another architecture>" }';

function checkFamilies(faults: Faults, path: string, platform: string | undefined, families: readonly string[]): void {
  if (families.length === 0)
    faults.add(path, families, 'without a family there is no candidate', 'name at least one, or leave the option away');
  const facts = lookup(PLATFORMS, platform ?? '');
  families.forEach((family, i) => {
    const at = `${path}[${i}]`;
    const cpu = familyCpu(family);
    if (cpu === undefined) {
      const bare = family.replace(/\..*$/, '');
      const why = 'it is no EC2 instance family of general machines';
      const example = facts?.families[0] ?? 'c7i';
      faults.add(
        at,
        family,
        why,
        familyCpu(bare) ? `write "${bare}"; the size is an option of its own` : `write a family without size, such as "${example}"`,
      );
    } else if (facts?.ec2Cpu !== undefined && cpu !== facts.ec2Cpu) {
      faults.add(at, family, `this family is ${cpu}, the platform ${platform} needs ${facts.ec2Cpu}`, suggest(family, facts.families));
    }
    if (families.indexOf(family) !== i) faults.add(at, family, 'it is listed twice', 'keep one of them');
  });
}

/**
 * A Spot instance of the platform's own kind.
 * @param platform normalised name, or undefined where it is unknown, which is noted already
 */
export function resolveSpot(
  faults: Faults,
  path: string,
  platform: string | undefined,
  options: SpotBuilderOptions | undefined,
): SpotBuilder {
  const facts = lookup(PLATFORMS, platform ?? '');
  if (facts && !facts.ec2Cpu) {
    const native = Object.keys(PLATFORMS).filter((name) => PLATFORMS[name].ec2Cpu);
    const why = `a builder is a Spot instance unless it says otherwise, and EC2 has none that runs ${platform} natively (it has ${native.join(', ')})`;
    faults.add(path, options, why, `build it under emulation: ${EMULATE}, or on a runner of your own: hosted: { runner: "<label>" }`);
  }
  if (options?.families) checkFamilies(faults, `${path}.families`, platform, options.families);
  const families = options?.families ?? facts?.families ?? [];
  const size = options?.size ?? DEFAULT_SIZE;
  if (!SIZES.includes(size)) {
    const why = 'it is no size to build on: smaller ones have too little memory to compile, larger ones cost more than a build can use';
    faults.add(`${path}.size`, size, why, suggest(size, SIZES));
  }
  const ami = options?.ami;
  if (ami !== undefined && !/^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(ami)) {
    faults.add(`${path}.ami`, ami, 'it is no id of a machine image', 'write it like "ami-0123456789abcdef0"');
  }
  const cpu: Ec2Cpu = facts?.ec2Cpu ?? 'x86_64';
  return {
    kind: 'spot',
    cpu,
    families,
    size,
    instanceTypes: families.map((family) => `${family}.${size}`),
    ...(ami === undefined ? {} : { ami }),
  };
}

/** A runner that is kept ready. */
export function resolveHosted(faults: Faults, path: string, platform: string | undefined, options: HostedBuilderOptions): HostedBuilder {
  const own = lookup(PLATFORMS, platform ?? '')?.hostedRunner;
  const runner = options.runner ?? own;
  if (runner === undefined) {
    if (platform !== undefined) {
      const why = `GitHub has no hosted runner for ${platform}`;
      faults.add(path, options, why, `name a runner of your own: hosted: { runner: "<label>" }, or emulate: ${EMULATE}`);
    }
    return NOBODY;
  }
  checkRunnerLabel(faults, `${path}.runner`, runner);
  const its = lookup(HOSTED_LABELS, runner);
  if (its !== undefined && platform !== undefined && its !== platform) {
    const why = `this runner is ${its}; it cannot run ${platform} natively`;
    faults.add(`${path}.runner`, runner, why, own === undefined ? `emulate instead: ${EMULATE}` : `use "${own}"`);
  }
  return { kind: 'hosted', runner };
}

/**
 * QEMU on another architecture's builder.
 * @param native the architectures that are not emulated
 */
export function resolveEmulated(
  faults: Faults,
  path: string,
  name: string,
  options: EmulatedBuilderOptions,
  native: readonly Architecture[],
): EmulatedBuilder {
  const host = native.find((architecture) => architecture.name === options.on);
  if (!host) {
    const why = options.on === name ? 'an architecture cannot be emulated on itself' : 'no native architecture of this name is in the list';
    const names = native.map((architecture) => architecture.name);
    faults.add(`${path}.on`, options.on, why, names.length > 0 ? suggest(options.on, names) : 'add a native architecture first');
  }
  const builder = host?.builder ?? NOBODY;
  return { kind: 'emulated', on: options.on, host: builder.kind === 'emulated' ? NOBODY : builder };
}
