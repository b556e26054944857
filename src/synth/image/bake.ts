/**
 * The bake file: the one definition of targets, platforms, arguments, labels,
 * caches and attestations, for a laptop and for CI alike.
 *
 * HCL's JSON syntax: `${…}` in a string is evaluated, and what evaluates to
 * null is left away.
 */
import type { Architecture, ImageConfig, ImageIdentity, OpenRestyConfig } from '../../core/config';
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

/** Stages of the Dockerfile that a bake file builds. */
export interface BakeStages {
  /** The stage that is shipped; undefined for the last one. */
  readonly image?: string;
  /** The stage that proves it; undefined where there is none, and then the image itself is built in its place. */
  readonly smoke?: string;
}

/** The stages of a generated Dockerfile, or of one that only has its last stage. */
export function bakeStages(config: ImageConfig | OpenRestyConfig): BakeStages {
  return 'openresty' in config ? { image: IMAGE_TARGET, smoke: SMOKE_TARGET } : {};
}

/**
 * The bake file as an object. Its targets: `image` for the machine at hand, and
 * `image-<arch>`, `smoke-<arch>` and `push-<arch>` for each architecture.
 */
export function bakeFile(config: ImageConfig | OpenRestyConfig, stages: BakeStages = bakeStages(config)): object {
  const perArchitecture = config.architectures.flatMap((architecture) => Object.entries(targetsOf(config, architecture, stages)));
  return {
    variable: VARIABLES,
    group: { default: { description: 'The image for this machine', targets: ['image'] } },
    target: {
      common: commonTarget(config, stages),
      image: { inherits: ['common'], tags: [`${config.image.reference}:\${TAG}`], output: ['type=docker'] },
      ...Object.fromEntries(perArchitecture),
    },
  };
}

/** Renders the bake file. */
export function renderBake(config: ImageConfig | OpenRestyConfig, stages?: BakeStages): string {
  return `${JSON.stringify(bakeFile(config, stages), undefined, 2)}\n`;
}

function commonTarget(config: ImageConfig | OpenRestyConfig, stages: BakeStages): object {
  // A generated Dockerfile says itself what does not change from build to build.
  const identity = 'openresty' in config ? {} : identityLabels(config.image);
  return {
    context: CONTEXT_DIR,
    ...(stages.image === undefined ? {} : { target: stages.image }),
    args: { SOURCE_DATE_EPOCH: ifSet('SOURCE_DATE_EPOCH') },
    labels: { ...mapValues(identity, bakeText), ...runLabels() },
  };
}

function targetsOf({ image, pipeline }: ImageConfig, { name, platform }: Architecture, { smoke }: BakeStages): Record<string, object> {
  const cache = `type=registry,ref=${image.cacheReference}:${name}`;
  return {
    [`image-${name}`]: {
      inherits: ['common'],
      platforms: [platform],
      ...(pipeline.cache ? { 'cache-from': [cache] } : {}),
    },
    [`smoke-${name}`]: {
      inherits: [`image-${name}`],
      ...(smoke === undefined ? {} : { target: smoke }),
      output: ['type=cacheonly'],
    },
    [`push-${name}`]: {
      inherits: [`image-${name}`],
      tags: [`${image.reference}:${archTag('${TAG}', name)}`],
      annotations: annotations(image),
      attest: ['type=provenance,mode=max'],
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
