/** How a step names an action: at one commit, with the version for people and for Renovate. */
import type { ActionPin } from '../../core/config';
import { suggest } from '../../core/suggest';

/**
 * What stands behind `uses:`: `owner/repository@<40 hex> # <version>`. The
 * renderer makes the part behind ` # ` a comment.
 *
 * @throws Error if the table has no pin for this action
 */
export function usePinned(pins: Readonly<Record<string, ActionPin>>, action: string): string {
  const pin = pins[action];
  if (pin === undefined) {
    throw new Error(
      `No commit is pinned for the action "${action}": ${suggest(action, Object.keys(pins))}, or add a row ` +
        '{ action, commit, version } to pipeline.actionPins in .projenrc.ts.',
    );
  }
  return `${pin.action}@${pin.commit} # ${pin.version}`;
}
