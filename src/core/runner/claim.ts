/**
 * Whose machine is it? Two launchers may work for the same job: a run that was run
 * again, or one command that was started twice. One machine has to remain.
 */
import { RUNNER_TAGS, type RunFacts } from '../identity';

/** A launcher, and what it has registered. */
export interface Claim extends RunFacts {
  readonly attempt: string;
  /** Ids of this launcher's registrations at GitHub, newest last. GitHub counts upwards. */
  readonly registrations: readonly number[];
}

/** What a machine is to a launcher. */
export type Ownership =
  /** It made it. */
  | 'mine'
  /** Another job's. */
  | 'other'
  /** Of an attempt that is over: no job can be running on it. */
  | 'past'
  /** A twin's, with an older registration: removed if no job runs on it. */
  | 'superseded'
  /** A twin's, with a newer registration, or a later attempt's: this launcher has to yield. */
  | 'newer';

/** Judges a machine by its tags. */
export function ownership(tags: Readonly<Record<string, string>>, claim: Claim): Ownership {
  const { repository, runId, architecture, attempt, registration } = RUNNER_TAGS;
  if (tags[repository] !== claim.repository || tags[runId] !== claim.runId || tags[architecture] !== claim.architecture) return 'other';
  if (tags[attempt] !== claim.attempt) return Number(tags[attempt]) > Number(claim.attempt) ? 'newer' : 'past';
  const id = Number(tags[registration]);
  if (claim.registrations.includes(id)) return 'mine';
  const newest = claim.registrations[claim.registrations.length - 1] ?? Number.POSITIVE_INFINITY;
  return id > newest ? 'newer' : 'superseded';
}
