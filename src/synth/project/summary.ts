/**
 * The last lines of `npx projen`: what the config means, and what changed.
 */
import { hostBuilder } from '../../core/architecture';
import { type Architecture, type ImageConfig, isOpenResty, type OpenRestyConfig } from '../../core/config';
import { RUNNER_RELEASE } from '../../core/guest-tools';
import { runnerAge } from '../../core/runner-age';
import { warnings } from '../../core/warnings';

/** How an architecture's builder is had, in a few words. */
function describeBuilder(architecture: Architecture): string {
  const { builder } = architecture;
  const host = hostBuilder(architecture);
  const machine = host.kind === 'spot' ? `on Spot, ${host.families.join(' ')} in size ${host.size}` : `on hosted runner ${host.runner}`;
  return builder.kind === 'emulated' ? `emulated on ${builder.on}'s builder (${machine})` : machine;
}

function describeRelease(config: OpenRestyConfig): string[] {
  const { openresty, base } = config;
  const { version, released, openssl, pcre2 } = openresty;
  const parts = `OpenSSL ${openssl.version} (patch ${openssl.patch.version}), PCRE2 ${pcre2.version}, ${base.reference}`;
  return [
    `  release  OpenResty ${version}${released ? ` of ${released}` : ' (custom)'}, ${parts}`,
    ...warnings(config).map((warning) => `  warning  ${warning}`),
  ];
}

/** The runner that guests download ages by itself. When it was superseded nobody asks here: a synth needs no network. */
function describeRunner({ architectures }: ImageConfig, now: number): string[] {
  const { verdict, why } = runnerAge(RUNNER_RELEASE, undefined, now);
  const used = architectures.some((architecture) => hostBuilder(architecture).kind === 'spot');
  return used && verdict !== 'fine' ? [`  warning  ${why}`] : [];
}

/**
 * The lines. None has a time or anything else that differs between two runs on
 * the same config, but for what changed, and for a warning that comes with age.
 * @param changed paths of the files that this run wrote anew
 * @param now milliseconds since 1970
 */
export function summarise(config: ImageConfig, changed: readonly string[], now: number): string[] {
  const { image, architectures, pipeline } = config;
  const width = Math.max(...architectures.map((a) => a.name.length));
  return [
    `${image.reference}`,
    ...(isOpenResty(config) ? describeRelease(config) : []),
    ...architectures.map((a) => `  builds   ${a.name.padEnd(width)}  ${a.platform} ${describeBuilder(a)}`),
    ...describeRunner(config, now),
    `  runs     ${pipeline.triggers ? 'on pushes, version tags and by hand' : 'by hand only (pipeline.triggers: true turns on pushes and tags)'}`,
    `  changed  ${changed.length === 0 ? 'nothing' : [...changed].sort().join(', ')}`,
  ];
}
