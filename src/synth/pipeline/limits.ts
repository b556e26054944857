/** Limits of jobs, in minutes. Time in the queue does not count. The build's own comes from the config. */
import type { ImageConfig } from '../../core/config';
import { launchDeadlineSeconds, STOP_DEADLINE_SECONDS, timeToLive } from '../../core/time-to-live';

/**
 * Between a command's own deadline and its job's time-out: the steps before it
 * take their share, and the command must be the one that cleans up.
 */
const AROUND_MINUTES = 2;

/** Limit of the job that launches. */
export function launchMinutes(config: ImageConfig): number {
  return Math.ceil(launchDeadlineSeconds(timeToLive(config.pipeline.buildTimeoutMinutes)) / 60) + AROUND_MINUTES;
}

/** Limit of the job that stops. */
export const STOP_MINUTES = Math.ceil(STOP_DEADLINE_SECONDS / 60) + AROUND_MINUTES;

/** A merge moves manifests; layers only to a further registry. */
export const MERGE_MINUTES = 15;

/** Install, synth and unit tests. */
export const TEST_MINUTES = 30;

/** Looks, each with a time-out of its own. */
export const DOCTOR_MINUTES = 5;

/** Reads what the other jobs said, and asks nobody. */
export const VERDICT_MINUTES = 3;

/** Two looks at everything of the repository. */
export const REAP_MINUTES = 10;

/**
 * Life of the AWS credentials, in seconds: the shortest that AWS gives, and
 * longer than either job that has them may run.
 */
export const AWS_SESSION_SECONDS = 900;
