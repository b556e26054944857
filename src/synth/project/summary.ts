/**
 * The last lines of `npx projen`: what the config means, and what changed.
 */
import { hostBuilder } from '../../core/architecture';
import { type Architecture, type ImageConfig, isOpenResty, type OpenRestyConfig } from '../../core/config';

/** How an architecture's builder is had, in a few words. */
function describeBuilder(architecture: Architecture): string {
  const { builder } = architecture;
  const host = hostBuilder(architecture);
  const machine = host.kind === 'spot' ? `Spot, ${host.families.join(' ')} in size ${host.size}` : `hosted runner ${host.runner}`;
  return builder.kind === 'emulated' ? `emulated on ${builder.on}'s builder (${machine})` : machine;
}

function describeRelease({ openresty, base }: OpenRestyConfig): string[] {
  const { version, released, openssl, pcre2, openCves } = openresty;
  const parts = `OpenSSL ${openssl.version} (patch ${openssl.patch.version}), PCRE2 ${pcre2.version}, ${base.reference}`;
  const lines = [`  release  OpenResty ${version}${released ? ` of ${released}` : ' (custom)'}, ${parts}`];
  if (openCves === undefined) lines.push('  CVEs     unknown: the catalogue does not have this release');
  else if (openCves.length > 0) lines.push(`  CVEs     open: ${openCves.map((c) => `${c.id} (${c.severity})`).join(', ')}`);
  return lines;
}

/**
 * The lines. None has a time or anything else that differs between two runs on
 * the same config, but for what changed.
 * @param changed paths of the files that this run wrote anew
 */
export function summarise(config: ImageConfig, changed: readonly string[]): string[] {
  const { image, architectures, pipeline } = config;
  const width = Math.max(...architectures.map((a) => a.name.length));
  return [
    `${image.reference}`,
    ...(isOpenResty(config) ? describeRelease(config) : []),
    ...architectures.map((a) => `  builds   ${a.name.padEnd(width)}  ${a.platform} on ${describeBuilder(a)}`),
    `  runs     ${pipeline.triggers ? 'on pushes, version tags and by hand' : 'by hand only (pipeline.triggers: true turns on pushes and tags)'}`,
    `  changed  ${changed.length === 0 ? 'nothing' : [...changed].sort().join(', ')}`,
  ];
}
