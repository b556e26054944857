/**
 * The age of the pinned runner release. GitHub refuses a release about 90 days after it
 * was superseded (actions/runner #4392): jobs then wait for a runner that cannot come.
 */
import { compareVersions } from './version';

/** A release of GitHub's runner. */
export interface RunnerRelease {
  /** Without `v`. */
  readonly version: string;
  /** ISO 8601 day or moment. */
  readonly released: string;
}

/** The verdict. */
export interface RunnerAge {
  readonly verdict: 'fine' | 'warn' | 'refuse';
  /** One sentence; empty where it is fine. */
  readonly why: string;
}

const DAY_MS = 86_400_000;

/** Days after it was superseded at which GitHub refuses a release. */
const LIMIT_DAYS = 90;
/** Days before that at which a warning begins: time for a bump. */
const NOTICE_DAYS = 30;
/** Days that a release stays the newest one at most: there has been one about every month. */
const LONGEST_REIGN_DAYS = 90;

const MEND = 'Update this project type (npx projen upgrade) and run "npx projen"';

/** Is a release young enough that nothing need be asked? It cannot have been superseded before it was made. */
export function isYoung(pinned: RunnerRelease, now: number): boolean {
  return now < Date.parse(pinned.released) + (LIMIT_DAYS - NOTICE_DAYS) * DAY_MS;
}

/**
 * Judges the pinned release.
 *
 * Where the releases are not known, nobody knows when it was superseded. Then it is only
 * warned of, until even a release that stayed the newest for unusually long is refused.
 *
 * @param releases what GitHub lists, in any order; undefined where it did not answer
 * @param now milliseconds since 1970
 */
export function runnerAge(pinned: RunnerRelease, releases: readonly RunnerRelease[] | undefined, now: number): RunnerAge {
  const name = `GitHub's runner ${pinned.version}`;
  const days = (since: number) => Math.floor((now - since) / DAY_MS);
  if (isYoung(pinned, now)) return { verdict: 'fine', why: '' };
  const newer = releases?.filter(({ version }) => compareVersions(version, pinned.version) > 0);
  if (newer && newer.length > 0) {
    const age = days(Math.min(...newer.map(({ released }) => Date.parse(released))));
    const since = `${name} was superseded ${age} days ago; GitHub refuses it after about ${LIMIT_DAYS}. ${MEND}.`;
    if (age >= LIMIT_DAYS) return { verdict: 'refuse', why: since };
    return age >= LIMIT_DAYS - NOTICE_DAYS ? { verdict: 'warn', why: since } : { verdict: 'fine', why: '' };
  }
  if (releases?.some(({ version }) => version === pinned.version)) return { verdict: 'fine', why: '' };
  const age = days(Date.parse(pinned.released));
  const unknown = `${name} is up to ${age} days old, and when it was superseded is not known; GitHub refuses a release about ${LIMIT_DAYS} days after that. ${MEND}.`;
  if (age >= LIMIT_DAYS + LONGEST_REIGN_DAYS) return { verdict: 'refuse', why: unknown };
  return age >= LIMIT_DAYS ? { verdict: 'warn', why: unknown } : { verdict: 'fine', why: '' };
}
