/**
 * Configs for tests: the shortest options that are valid, with what a test changes.
 */
import type { ImageConfig, OpenRestyConfig } from '../../src/core/config';
import type { OpenRestyImageProjectOptions, SpotImageProjectOptions } from '../../src/core/options';
import { resolveImageConfig, resolveOpenRestyConfig } from '../../src/core/resolve';

/** Any image, `ghcr.io/dianplus/tomcat`. */
export function imageConfig(overrides: Partial<SpotImageProjectOptions> = {}): ImageConfig {
  return resolveImageConfig({ name: 'tomcat', owner: 'dianplus', ...overrides });
}

/** An OpenResty image, `ghcr.io/dianplus/openresty`. */
export function openRestyConfig(overrides: Partial<OpenRestyImageProjectOptions> = {}): OpenRestyConfig {
  return resolveOpenRestyConfig({ name: 'openresty', owner: 'dianplus', ...overrides });
}
