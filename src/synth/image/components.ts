/** Components that put the renderings of this folder into files of a project. */

import type { ImageConfig, OpenRestyConfig } from '../../core/config';
import { Component, JsonFile, type Project, SampleFile } from '../projen';
import { bakeFile, CONTEXT_DIR } from './bake';
import { renderDockerfile } from './dockerfile';
import { GeneratedFile } from './generated-file';
import { renderDefaultConf, renderNginxConf } from './samples';
import { renderSmokeChecks, renderSmokeConf, renderSmokeScript } from './smoke';

/** `docker/Dockerfile`, and what its smoke stage runs. */
export class OpenRestyDockerfile extends Component {
  constructor(project: Project, config: OpenRestyConfig) {
    super(project);
    new GeneratedFile(project, `${CONTEXT_DIR}/Dockerfile`, renderDockerfile(config), { comment: '#' });
    new GeneratedFile(project, `${CONTEXT_DIR}/smoke/run.sh`, renderSmokeScript(config), { comment: '#', executable: true });
    new GeneratedFile(project, `${CONTEXT_DIR}/smoke/nginx.conf`, renderSmokeConf(config), { comment: '#' });
    new GeneratedFile(project, `${CONTEXT_DIR}/smoke/checks.lua`, renderSmokeChecks(config), { comment: '--' });
  }
}

/** `docker/docker-bake.json`, for any image. */
export class BakeFile extends Component {
  constructor(project: Project, config: ImageConfig | OpenRestyConfig) {
    super(project);
    new JsonFile(project, `${CONTEXT_DIR}/docker-bake.json`, { obj: bakeFile(config), marker: true });
  }
}

/** `docker/nginx.conf` and `docker/conf.d/default.conf`: written once, then the user's own. */
export class SampleConfiguration extends Component {
  constructor(project: Project, config: OpenRestyConfig) {
    super(project);
    new SampleFile(project, `${CONTEXT_DIR}/nginx.conf`, { contents: renderNginxConf(config) });
    new SampleFile(project, `${CONTEXT_DIR}/conf.d/default.conf`, { contents: renderDefaultConf(config) });
  }
}
