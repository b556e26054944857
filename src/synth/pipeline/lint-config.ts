/** What actionlint has to be told about a project. */
import { hostBuilder } from '../../core/architecture';
import type { ImageConfig } from '../../core/config';
import { HOSTED_LABELS } from '../../core/platform';

/** Where actionlint looks for its configuration. */
export const LINT_CONFIG_FILE = '.github/actionlint.yaml';

/**
 * actionlint's configuration, or undefined where the project has nothing to
 * tell: it takes a runner label that is not GitHub's for a typing error.
 */
export function renderLintConfig(config: ImageConfig): string | undefined {
  const builders = config.architectures.map(hostBuilder).flatMap((host) => (host.kind === 'hosted' ? [host.runner] : []));
  const labels = new Set([config.pipeline.hostedRunner, ...builders].filter((label) => !Object.hasOwn(HOSTED_LABELS, label)));
  if (labels.size === 0) return undefined;
  return [
    "# Labels of runners that are not GitHub's own: to actionlint they would look like typing errors.",
    'self-hosted-runner:',
    '  labels:',
    ...[...labels].map((label) => `    - '${label}'`),
    '',
  ].join('\n');
}
