/**
 * GitHub actions that the workflows use, each at one commit: a tag can be moved
 * to other code, a commit cannot.
 */
import type { ActionPin } from './config';
import type { Faults } from './fault';
import { checkWord } from './grammar';
import type { ActionPinOptions } from './options';

/** The built-in table. A project replaces or adds rows by `pipeline.actionPins`. */
export const DEFAULT_ACTION_PINS: readonly ActionPin[] = [
  { action: 'actions/checkout', commit: '3d3c42e5aac5ba805825da76410c181273ba90b1', version: 'v7.0.1' },
  { action: 'actions/create-github-app-token', commit: 'bcd2ba49218906704ab6c1aa796996da409d3eb1', version: 'v3.2.0' },
  { action: 'actions/setup-node', commit: '949feb2413d6458794dcd2491c4babbbce0c15c1', version: 'v7.1.0' },
  { action: 'aws-actions/configure-aws-credentials', commit: 'e1253824e5c10ff9df46874f81ed3ec929e19cfd', version: 'v6.3.0' },
  { action: 'docker/setup-buildx-action', commit: 'f87e5991a6d7451dcb8d9637bfbc97413f497069', version: 'v4.4.1' },
  { action: 'sigstore/cosign-installer', commit: 'cad07c2e89fa2edd6e2d7bab4c1aa38e53f76003', version: 'v4.1.1' },
];

function checkAction(faults: Faults, path: string, action: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9._-]+)+$/.test(action) || /\/\.{1,2}(?:\/|$)/.test(action)) {
    faults.add(path, action, 'it is no action', 'write it like "actions/checkout", without "@"');
    return;
  }
  const known = DEFAULT_ACTION_PINS.find((pin) => pin.action !== action && pin.action === action.toLowerCase());
  if (known)
    faults.add(path, action, 'the workflows write this action in lower case, so the pin would not be used', `write "${known.action}"`);
}

/** Resolves the pins: the built-in table, with what the user replaced and added. */
export function resolveActionPins(faults: Faults, list: readonly ActionPinOptions[] = []): Readonly<Record<string, ActionPin>> {
  list.forEach(({ action, commit, version }, i) => {
    const path = `pipeline.actionPins[${i}]`;
    checkAction(faults, `${path}.action`, action);
    if (list.findIndex((other) => other.action === action) !== i)
      faults.add(`${path}.action`, action, 'it is listed twice', 'keep one of them');
    if (!/^[0-9a-f]{40}$/.test(commit)) {
      const why = 'a pin is a full commit, 40 lower-case hexadecimal digits; a tag can be moved';
      faults.add(`${path}.commit`, commit, why, `look it up: git ls-remote https://github.com/<owner>/<repository>`);
    }
    checkWord(faults, `${path}.version`, version, 'version');
  });
  return Object.fromEntries([...DEFAULT_ACTION_PINS, ...list].map((pin) => [pin.action, pin]));
}
