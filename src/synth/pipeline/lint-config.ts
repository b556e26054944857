/** What actionlint has to be told about a project. */
import { hostBuilder } from '../../core/architecture';
import type { ImageConfig } from '../../core/config';
import { HOSTED_LABELS } from '../../core/platform';

/** Where actionlint looks for its configuration. */
export const LINT_CONFIG_FILE = '.github/actionlint.yaml';

/** Labels of GitHub's that are younger than actionlint 1.7.12. */
const YOUNGER = ['ubuntu-26.04', 'ubuntu-26.04-arm'];

function isKnown(label: string): boolean {
  return Object.hasOwn(HOSTED_LABELS, label) && !YOUNGER.includes(label);
}

/**
 * actionlint's configuration, or undefined where the project has nothing to
 * tell: it takes a runner label that is not GitHub's for a typing error.
 */
export function renderLintConfig(config: ImageConfig): string | undefined {
  const builders = config.architectures.map(hostBuilder).flatMap((host) => (host.kind === 'hosted' ? [host.runner] : []));
  const labels = new Set([config.pipeline.hostedRunner, ...builders].filter((label) => !isKnown(label)));
  if (labels.size === 0) return undefined;
  return [
    '# Labels that actionlint does not know, and would take for typing errors.',
    'self-hosted-runner:',
    '  labels:',
    ...[...labels].map((label) => `    - '${label}'`),
    '',
  ].join('\n');
}
