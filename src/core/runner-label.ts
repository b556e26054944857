/**
 * Labels of runners that are kept ready, GitHub's own and others'.
 */
import type { Faults } from './fault';
import { checkWord } from './grammar';
import { HOSTED_LABELS } from './platform';
import { suggest } from './suggest';

/** Labels that a runner may have by default, so that a job with one of them could land anywhere. */
const SHARED = ['self-hosted', 'linux', 'x64', 'x86', 'arm', 'arm64'];

/** Pinned with its version, so that the machine does not change under a workflow. */
export const DEFAULT_HOSTED_RUNNER = 'ubuntu-24.04';

/** Checks the label of a runner that runs Linux, has Docker and may run for an hour. */
export function checkRunnerLabel(faults: Faults, path: string, label: string): void {
  const names = Object.keys(HOSTED_LABELS);
  const lower = label.toLowerCase();
  if (/^(?:windows|macos)-/.test(lower)) {
    faults.add(path, label, 'this runner does not run Linux', `use "${DEFAULT_HOSTED_RUNNER}"`);
  } else if (lower === 'ubuntu-slim') {
    faults.add(path, label, 'this runner has no Docker and ends every job after 15 minutes', `use "${DEFAULT_HOSTED_RUNNER}"`);
  } else if (SHARED.includes(lower)) {
    faults.add(
      path,
      label,
      'runners of every kind may have this label, also those that were launched for another job',
      'give your runner a label of its own',
    );
  } else if (lower.startsWith('ubuntu-') && !names.includes(label)) {
    faults.add(path, label, 'GitHub has no runner of this label', suggest(label, names));
  } else {
    checkWord(faults, path, label, 'runner label');
  }
}
