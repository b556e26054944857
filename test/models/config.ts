import type { SpotImageProjectOptions } from '../../src/core/options';
import { resolveImageConfig } from '../../src/core/resolve';
import { type RuntimeConfig, runtimeConfig } from '../../src/core/runtime-config';

/** A config as the script reads it, of a plain image. */
export function testConfig(options: Partial<SpotImageProjectOptions> = {}): RuntimeConfig {
  return runtimeConfig(resolveImageConfig({ name: 'tomcat', owner: 'dianplus', ...options }));
}
