/**
 * The Dockerfile that a `SpotImageProject` starts with: written once, then the user's own.
 */

import type { ImageConfig } from '../../core/config';
import { Component, type Project, SampleFile } from '../projen';
import { CONTEXT_DIR } from './bake';
import { IMAGE_TARGET, SMOKE_TARGET } from './dockerfile';

/** Renders it. It builds as it is, so that a fork's first workflow run is green. */
export function renderSampleDockerfile({ image }: ImageConfig): string {
  // The title is not in the first line, where `# syntax=…` would be an instruction to BuildKit.
  return `# Written once: this file is yours.
# What it makes: ${image.title}
#
# docker-bake.json asks for two stages:
#   ${IMAGE_TARGET}   what is shipped
#   ${SMOKE_TARGET}   proves it: nothing is pushed before this stage has been built

FROM debian:trixie-slim AS ${IMAGE_TARGET}
# Install and configure here. Download with ADD --checksum=sha256:…, so that what
# is built today is what is built tomorrow.
USER 65534:65534
CMD ["/bin/sh"]

FROM ${IMAGE_TARGET} AS ${SMOKE_TARGET}
# Start it, ask it something, stop it; a command that fails stops the push.
RUN test -x /bin/sh
`;
}

/** Writes `docker/Dockerfile`, unless there is one. */
export class SampleDockerfile extends Component {
  constructor(project: Project, config: ImageConfig) {
    super(project);
    new SampleFile(project, `${CONTEXT_DIR}/Dockerfile`, { contents: renderSampleDockerfile(config) });
  }
}
