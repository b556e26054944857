/** Ids of the jobs of a build workflow: jobs refer to one another by them. */

/** Launches the machine. */
export const LAUNCH = 'launch';

/** Builds, tests and pushes the image. */
export const BUILD = 'build';

/** Terminates the machine. */
export const STOP = 'stop';

/** Fails when only the failed jobs are run again. */
export const PARTIAL_RERUN = 'partial-rerun';
