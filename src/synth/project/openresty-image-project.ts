import type { OpenRestyConfig } from '../../core/config';
import type { OpenRestyImageProjectOptions, SpotImageProjectOptions } from '../../core/options';
import { resolveOpenRestyConfig } from '../../core/resolve';
import { OpenRestyDockerfile, SampleConfiguration } from '../image/components';
import { SpotImageProject } from './spot-image-project';

/**
 * An OpenResty image: a `SpotImageProject` whose Dockerfile is generated too.
 *
 * @pjid openresty-image
 */
export class OpenRestyImageProject extends SpotImageProject {
  /**
   * Resolves OpenResty's options with all the others.
   * @internal
   */
  public static _resolve(options: SpotImageProjectOptions): OpenRestyConfig {
    return resolveOpenRestyConfig(options as OpenRestyImageProjectOptions);
  }

  constructor(options: OpenRestyImageProjectOptions) {
    super(options);
    const config = this._config as OpenRestyConfig;
    new OpenRestyDockerfile(this, config);
    new SampleConfiguration(this, config);
  }
}
