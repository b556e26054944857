/**
 * Time-outs of the jobs, in minutes. Time in the queue does not count. The
 * build's own comes from the config.
 */

/** A fleet request takes seconds, boot and registration 1 to 6 minutes; the rest is for regions that are short of machines. */
export const LAUNCH_MINUTES = 15;

/** A termination is confirmed within 2 minutes as a rule. */
export const STOP_MINUTES = 10;

/** A merge moves manifests only, no layers. */
export const MERGE_MINUTES = 15;

/** Install, synth and unit tests. */
export const TEST_MINUTES = 30;

/** Prints one line and fails. */
export const REFUSAL_MINUTES = 2;

/**
 * Life of the AWS credentials, in seconds: as long as the job that has them may
 * run. AWS gives none for less than 900.
 */
export const AWS_SESSION_SECONDS = 60 * LAUNCH_MINUTES;
