/** Pieces of `.projenrc.ts` that the documents show. Each is valid in the project whose documents show it. */

import { openrestyUrl } from '../../core/catalogue/archives';
import { RELEASES } from '../../core/catalogue/releases';
import { PLATFORMS } from '../../core/platform';
import { compareVersions } from '../../core/version';
import type { Facts } from './facts';

/** An architecture's row, and what it is an example of. */
export interface ArchitectureExample {
  readonly name: string;
  /** The row as TypeScript. */
  readonly row: string;
}

/** Rows that few projects have yet. */
const CANDIDATES: readonly { readonly name: string; readonly platform: string }[] = [
  { name: 's390x', platform: 'linux/s390x' },
  { name: 'armv7', platform: 'linux/arm/v7' },
  { name: 'i386', platform: 'linux/386' },
];

/** An architecture that this project could add under emulation; undefined if it has all of the candidates. */
export function newArchitecture({ config, nativeBuilds }: Facts): ArchitectureExample | undefined {
  const taken = config.architectures.flatMap(({ name, platform }) => [name, platform]);
  const free = CANDIDATES.find(({ name, platform }) => !taken.includes(name) && !taken.includes(platform));
  const [host] = nativeBuilds;
  if (free === undefined || host === undefined) return undefined;
  const platform = Object.hasOwn(PLATFORMS, `linux/${free.name}`) ? '' : ` platform: '${free.platform}',`;
  return { name: free.name, row: `{ name: '${free.name}',${platform} emulated: { on: '${host.architecture.name}' } },` };
}

/** Name of another image, for the example of a fork. */
export function otherImage({ config }: Facts): string {
  return config.image.name === 'zookeeper' ? 'tomcat' : 'zookeeper';
}

/** Releases of the catalogue that can be verified, newest first. */
export function verifiableReleases(): string[] {
  return RELEASES.filter(({ checksum }) => checksum !== undefined)
    .map(({ version }) => version)
    .sort((a, b) => compareVersions(b, a));
}

/** A release that the catalogue lacks: the next one of this version's series, as if it were out. */
export function customRelease(version: string): { readonly version: string; readonly lines: readonly string[] } {
  const parts = version.split('.').map(Number);
  const next = [...parts.slice(0, -1), (parts[parts.length - 1] ?? 0) + 1].join('.');
  return {
    version: next,
    lines: [
      'openresty: {',
      `  version: '${next}',`,
      '  source: {',
      `    url: '${openrestyUrl(next)}',`,
      "    checksum: 'sha256:<64 hexadecimal digits>',",
      '  },',
      '},',
    ],
  };
}
