/**
 * What is known of OCI platforms. Data: a further platform is a further row.
 *
 * Listed is what BuildKit can emulate. LuaJIT: the platforms of OpenResty's own
 * LuaJIT fork (openresty/luajit2), in which s390x is present and riscv64,
 * loong64 and ppc64le are not.
 */
import type { Base, Ec2Cpu } from './config';
import { lookup } from './lookup';

/** Facts of one platform. */
export interface PlatformFacts {
  /** What `uname -m` prints there. */
  readonly machine: string;
  /** EC2's name of the CPU kind, or undefined where EC2 has no such instance. */
  readonly ec2Cpu?: Ec2Cpu;
  /** GitHub's own runner, or undefined where there is none. Labels with a version, since `-latest` moves. */
  readonly hostedRunner?: string;
  /** Current compute families of EC2, newest last: 2 vCPU and 4 GiB in size `large`. */
  readonly families: readonly string[];
  /** Does OpenResty's LuaJIT run there? */
  readonly luajit: boolean;
  /** Base families whose official image is published for it. */
  readonly bases: readonly Base['family'][];
}

/** GitHub's own runner of each CPU kind that EC2 has: what a Spot builder can be replaced by. */
export const HOSTED_RUNNERS: Readonly<Record<Ec2Cpu, string>> = { x86_64: 'ubuntu-24.04', arm64: 'ubuntu-24.04-arm' };

/** Known platforms by normalised name. */
export const PLATFORMS: Readonly<Record<string, PlatformFacts>> = {
  'linux/amd64': {
    machine: 'x86_64',
    ec2Cpu: 'x86_64',
    hostedRunner: HOSTED_RUNNERS.x86_64,
    families: ['c6i', 'c6a', 'c7i', 'c7a', 'c8i', 'c8a', 'm6i', 'm6a', 'm7i', 'm7a'],
    luajit: true,
    bases: ['alpine', 'debian'],
  },
  'linux/arm64': {
    machine: 'aarch64',
    ec2Cpu: 'arm64',
    hostedRunner: HOSTED_RUNNERS.arm64,
    families: ['c6g', 'c7g', 'c8g', 'c6gd', 'c7gd', 'm6g', 'm7g', 'm8g'],
    luajit: true,
    bases: ['alpine', 'debian'],
  },
  'linux/386': { machine: 'i686', families: [], luajit: true, bases: ['alpine', 'debian'] },
  'linux/arm/v5': { machine: 'armv5tel', families: [], luajit: true, bases: ['debian'] },
  'linux/arm/v6': { machine: 'armv6l', families: [], luajit: true, bases: ['alpine'] },
  'linux/arm/v7': { machine: 'armv7l', families: [], luajit: true, bases: ['alpine', 'debian'] },
  'linux/s390x': { machine: 's390x', families: [], luajit: true, bases: ['alpine', 'debian'] },
  'linux/mips64': { machine: 'mips64', families: [], luajit: true, bases: [] },
  'linux/mips64le': { machine: 'mips64', families: [], luajit: true, bases: [] },
  'linux/ppc64le': { machine: 'ppc64le', families: [], luajit: false, bases: ['alpine', 'debian'] },
  'linux/riscv64': { machine: 'riscv64', families: [], luajit: false, bases: ['alpine', 'debian'] },
  'linux/loong64': { machine: 'loongarch64', families: [], luajit: false, bases: [] },
};

/** Variants that name the same platform as no variant does (OCI image index specification, "Platform Variants"). */
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1' };

/** Other names of an architecture that people write; containerd's platforms package normalises the same. */
const ALIASES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm/v7',
  armel: 'arm/v6',
  i386: '386',
};

/**
 * The platform's one normalised name: `linux/arm64/v8` and `linux/aarch64` are
 * `linux/arm64`. Text that is no platform is returned as it is.
 */
export function normalisePlatform(platform: string): string {
  const [os, cpu, variant, ...more] = platform.split('/');
  if (!cpu || more.length > 0) return platform;
  const [name, aliasVariant] = (lookup(ALIASES, cpu) ?? cpu).split('/');
  const v = variant ?? aliasVariant ?? (name === 'arm' ? 'v7' : undefined);
  return v === undefined || v === lookup(DEFAULT_VARIANTS, name) ? `${os}/${name}` : `${os}/${name}/${v}`;
}

/** GitHub's own runner labels and the platform each runs natively. */
export const HOSTED_LABELS: Readonly<Record<string, string>> = {
  'ubuntu-latest': 'linux/amd64',
  'ubuntu-26.04': 'linux/amd64',
  'ubuntu-24.04': 'linux/amd64',
  'ubuntu-22.04': 'linux/amd64',
  'ubuntu-26.04-arm': 'linux/arm64',
  'ubuntu-24.04-arm': 'linux/arm64',
  'ubuntu-22.04-arm': 'linux/arm64',
};
