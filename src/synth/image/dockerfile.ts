/** The Dockerfile of an OpenResty image. */
import type { OpenRestyConfig } from '../../core/config';
import { imageStage } from './image-stage';
import { comment, type Lines } from './instruction';
import { opensslStage, pcre2Stage } from './libraries';
import { modulesStage } from './module-sources';
import { openrestyStage } from './openresty-stage';
import { installPackages } from './packages';
import { smokeStage } from './smoke-stage';

/** Name of the stage that is shipped. */
export const IMAGE_TARGET = 'image';

/** Name of the stage that proves it. */
export const SMOKE_TARGET = 'smoke';

/**
 * Renders the Dockerfile. Its stages:
 *
 *     base ─ toolchain ┬ openssl ┐
 *       │              ├ pcre2 ──┼ openresty ┐
 *       ├ modules ─────┴─────────┘           │
 *       └────────────────────────────────────┴ image ─ smoke
 *
 * `openssl` and `pcre2` may be replaced from outside, by named contexts that
 * hold the same folders. Without a target the image is built.
 */
export function renderDockerfile(config: OpenRestyConfig): string {
  const { base, openresty } = config;
  const stages: Lines[] = [
    [`FROM ${base.reference} AS base`],
    [
      ...comment('What compiles. Nothing of it reaches the image.'),
      'FROM base AS toolchain',
      ...installPackages(base, openresty.packages.build),
    ],
    opensslStage(config),
    pcre2Stage(config),
    modulesStage(config),
    openrestyStage(config),
    imageStage(config),
    smokeStage(config),
    [...comment('Last, so that this is what a build without a target gives.'), `FROM ${IMAGE_TARGET}`],
  ];
  const text = stages.map((stage) => stage.join('\n').trim());
  return `${text.filter((stage) => stage !== '').join('\n\n')}\n`;
}
