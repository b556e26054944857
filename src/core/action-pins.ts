/**
 * GitHub actions that the workflows use, each at one commit: a tag can be moved
 * to other code, a commit cannot.
 */
import type { ActionPin } from './config';

/** The built-in table. A project replaces or adds rows by `pipeline.actionPins`. */
export const DEFAULT_ACTION_PINS: readonly ActionPin[] = [
  { action: 'actions/checkout', commit: '3d3c42e5aac5ba805825da76410c181273ba90b1', version: 'v7.0.1' },
  { action: 'actions/create-github-app-token', commit: 'bcd2ba49218906704ab6c1aa796996da409d3eb1', version: 'v3.2.0' },
  { action: 'actions/setup-node', commit: '949feb2413d6458794dcd2491c4babbbce0c15c1', version: 'v7.1.0' },
  { action: 'aws-actions/configure-aws-credentials', commit: 'e1253824e5c10ff9df46874f81ed3ec929e19cfd', version: 'v6.3.0' },
  { action: 'docker/setup-buildx-action', commit: 'f87e5991a6d7451dcb8d9637bfbc97413f497069', version: 'v4.4.1' },
];
