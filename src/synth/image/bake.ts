/**
 * The bake file: the one definition of targets, platforms, arguments, labels,
 * caches and attestations, for a laptop and for CI alike.
 *
 * HCL's JSON syntax: `${…}` in a string is evaluated, and what evaluates to
 * null is left away.
 */
import { type Architecture, type ImageConfig, type ImageIdentity, isOpenResty } from '../../core/config';
import { archTag } from '../../core/tags';
import { IMAGE_TARGET, SMOKE_TARGET } from './dockerfile';
import { identityLabels, type Labels, RUN_LABELS } from './labels';
import { bakeText } from './quote';

/** Folder of everything that a build reads, relative to the project. */
export const CONTEXT_DIR = 'docker';

/** Variables, set by the environment of the same name. */
const VARIABLES = {
  TAG: { default: 'dev', description: 'Base tag, without the suffix of an architecture' },
  REVISION: { default: '', description: 'Commit that is built' },
  CREATED: { default: '', description: 'Time of that commit, RFC 3339' },
  SOURCE_DATE_EPOCH: { default: '', description: 'Time of that commit in seconds since 1970: no file in the image is younger' },
} as const;

/**
 * The bake file as an object. Its targets: `image` and `smoke` for the machine at hand, and
 * `image-<arch>`, `smoke-<arch>` and `push-<arch>` for each architecture.
 *
 * They build two stages, whoever wrote the Dockerfile: `image` is what is shipped,
 * `smoke` proves it. Where there is no smoke stage the build fails and says so,
 * since an image that nobody tried must not be pushed.
 */
export function bakeFile(config: ImageConfig): object {
  const perArchitecture = config.architectures.flatMap((architecture) => Object.entries(targetsOf(config, architecture)));
  return {
    variable: VARIABLES,
    group: { default: { description: 'The image for this machine, and the proof that it works', targets: ['smoke', 'image'] } },
    target: {
      common: commonTarget(config),
      image: { inherits: ['common'], tags: [`${config.image.reference}:\${TAG}`], output: ['type=docker'] },
      smoke: { inherits: ['common'], target: SMOKE_TARGET, output: ['type=cacheonly'] },
      ...Object.fromEntries(perArchitecture),
    },
  };
}

/** Renders the bake file. */
export function renderBake(config: ImageConfig): string {
  return `${JSON.stringify(bakeFile(config), undefined, 2)}\n`;
}

function commonTarget(config: ImageConfig): object {
  // A generated Dockerfile says itself what does not change from build to build.
  const identity = isOpenResty(config) ? {} : identityLabels(config.image);
  return {
    context: CONTEXT_DIR,
    target: IMAGE_TARGET,
    args: { SOURCE_DATE_EPOCH: ifSet('SOURCE_DATE_EPOCH') },
    labels: { ...mapValues(identity, bakeText), ...runLabels() },
  };
}

function targetsOf({ image, pipeline }: ImageConfig, { name, platform }: Architecture): Record<string, object> {
  const cache = `type=registry,ref=${image.cacheReference}:${name}`;
  return {
    [`image-${name}`]: {
      inherits: ['common'],
      platforms: [platform],
    },
    [`smoke-${name}`]: {
      inherits: [`image-${name}`],
      target: SMOKE_TARGET,
      output: ['type=cacheonly'],
      // Here alone: a push that looked into the registry again could take another run's layers, which this run has not tested.
      ...(pipeline.cache ? { 'cache-from': [cache] } : {}),
    },
    [`push-${name}`]: {
      inherits: [`image-${name}`],
      tags: [`${image.reference}:${archTag('${TAG}', name)}`],
      annotations: annotations(image),
      attest: ['type=provenance,mode=max', ...(pipeline.sbom ? ['type=sbom'] : [])],
      output: ['type=image,push=true,oci-mediatypes=true,rewrite-timestamp=true'],
      // A cache that cannot be written costs time, not the image.
      ...(pipeline.cache ? { 'cache-to': [`${cache},mode=max,oci-mediatypes=true,image-manifest=true,ignore-error=true`] } : {}),
    },
  };
}

/**
 * GHCR shows the description of what a tag points to, and with provenance that
 * is an index, also for a single architecture.
 */
function annotations(image: ImageIdentity): string[] {
  return Object.entries(identityLabels(image)).map(([key, value]) => `index,manifest:${key}=${bakeText(value)}`);
}

function runLabels(): Record<string, string> {
  return Object.fromEntries(RUN_LABELS.map(({ key, variable }) => [key, ifSet(variable)]));
}

/** The variable's value, or nothing at all where it is empty. */
function ifSet(variable: keyof typeof VARIABLES): string {
  return `\${${variable} != "" ? ${variable} : null}`;
}

function mapValues(labels: Labels, change: (value: string) => string): Labels {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, change(value)]));
}
