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
  /** Looked often enough, and there was none. */
  | 'absent'
  /** There are some that have not ended yet. */
  | 'present'
  /** It could not be seen. Never success. */
  | 'unknown';

/** Tags of a new instance are not seen everywhere at once: one empty look proves nothing. */
export const LOOKS_FOR_ABSENT = 2;

/**
 * @param seen states of all machines that any look has shown
 * @param emptyLooks looks so far that showed none
 * @param answered whether the last look was answered
 */
export function fateOf(seen: readonly string[], emptyLooks: number, answered: boolean): Fate {
  if (!answered) return 'unknown';
  if (seen.length === 0) return emptyLooks >= LOOKS_FOR_ABSENT ? 'absent' : 'unknown';
  return seen.every((state) => state === 'terminated') ? 'ended' : 'present';
}
