/**
 * From options to config: the one place where everything is checked.
 */
import { resolveArchitectures } from './architecture';
import { checkPublished } from './base';
import type { ImageConfig, OpenRestyConfig } from './config';
import { resolveDocuments } from './documents';
import { checkMirrors } from './download';
import { Faults } from './fault';
import { resolveImage } from './image';
import { resolveLayout } from './layout';
import { resolveOpenResty } from './openresty';
import { IMAGE_OPTIONS, OPENRESTY_OPTIONS } from './option-shapes';
import type { OpenRestyImageProjectOptions, SpotImageProjectOptions } from './options';
import { checkImages, resolvePipeline } from './pipeline';
import { checkProject } from './project';
import { readOptions } from './read-options';
import type { Struct } from './shape';

/** Freezes a value and all it holds. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

function resolve<Options, Config>(shape: Struct<Options>, options: Options, rules: (faults: Faults, options: Options) => Config): Config {
  const faults = new Faults(Object.keys(shape.fields));
  const config = rules(faults, readOptions(faults, shape, options));
  faults.throwIfAny();
  return deepFreeze(config);
}

function resolveAny(faults: Faults, options: SpotImageProjectOptions, needsLuaJit: boolean): ImageConfig {
  const image = resolveImage(faults, options);
  const architectures = resolveArchitectures(faults, options.architectures, needsLuaJit);
  const names = architectures.map(({ name }) => name);
  const pipeline = resolvePipeline(faults, options.pipeline, names);
  checkImages(faults, architectures, pipeline);
  const documents = resolveDocuments(faults, options.documents);
  const mirrors = options.mirrors ?? {};
  checkMirrors(faults, mirrors);
  checkProject(faults, options);
  return { image, architectures, pipeline, documents, mirrors: { ...mirrors } };
}

/**
 * Resolves the config of any image. The options are neither changed nor frozen.
 * @throws ConfigError listing every fault
 */
export function resolveImageConfig(options: SpotImageProjectOptions): ImageConfig {
  return resolve(IMAGE_OPTIONS, options, (faults, read) => resolveAny(faults, read, false));
}

/**
 * Resolves the config of an OpenResty image. The options are neither changed nor frozen.
 * @throws ConfigError listing every fault
 */
export function resolveOpenRestyConfig(options: OpenRestyImageProjectOptions): OpenRestyConfig {
  return resolve(OPENRESTY_OPTIONS, options, (faults, read) => {
    const any = resolveAny(faults, read, true);
    const { openresty, base } = resolveOpenResty(faults, read);
    checkPublished(faults, base, any.architectures);
    return { ...any, openresty, layout: resolveLayout(faults, read.layout, base.family), base };
  });
}
