/** Present, absent or unknown: what looks at EC2 say of a run's machines. */

/** States of an instance that costs money, or may again. */
const LIVING = ['pending', 'running', 'stopping', 'stopped'];

/** Does an instance of this state have to be told to end? */
export function isLiving(state: string): boolean {
  return LIVING.includes(state);
}

/** What is known of a run's machines or registrations. */
export type Fate =
  /** There were some, and their end was seen. */
  | 'ended'
  /** Looked long enough, and there was none. */
  | 'absent'
  /** There are some that have not ended yet, or there may be more. */
  | 'present'
  /** It could not be seen. Never success. */
  | 'unknown';

/**
 * Seconds for which a stop looks before it believes that it has seen all machines there
 * are: tags of a new one are not seen everywhere at once, and the request of a launch
 * that was killed may still be on its way. A machine takes as long to shut down.
 */
export const SETTLE_SECONDS = 30;

/**
 * @param seen states of all machines that any look has shown
 * @param lookedSeconds time since the stop began to look
 * @param answered whether the last look was answered
 */
export function fateOf(seen: readonly string[], lookedSeconds: number, answered: boolean): Fate {
  if (!answered) return 'unknown';
  const settled = lookedSeconds >= SETTLE_SECONDS;
  if (seen.some((state) => state !== 'terminated')) return 'present';
  if (!settled) return seen.length > 0 ? 'present' : 'unknown';
  return seen.length > 0 ? 'ended' : 'absent';
}
