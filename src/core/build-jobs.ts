/**
 * The jobs of a build on a Spot machine: their ids, and when an architecture is built a
 * second time. The workflow is generated from this, and the job that gives the verdict
 * reads what GitHub tells it of the others by it.
 */

/** Launches the machine. */
export const LAUNCH = 'launch';

/** Builds, tests and pushes the image. */
export const BUILD = 'build';

/** Terminates the machine. */
export const STOP = 'stop';

/** The three jobs of one try. */
export interface TryJobs {
  readonly launch: string;
  readonly build: string;
  readonly stop: string;
}

/** The first try, and the only one unless Spot takes its machine back. */
export const FIRST_TRY: TryJobs = { launch: LAUNCH, build: BUILD, stop: STOP };

/** The second try, on demand. */
export const SECOND_TRY: TryJobs = { launch: `${LAUNCH}-again`, build: `${BUILD}-again`, stop: `${STOP}-again` };

/** Says what the build came to. */
export const VERDICT = 'verdict';

/** What decides on a second try: outputs of the first one's jobs; empty where a job set none. */
export interface FirstTry {
  /** Of the launch: where the build went; empty where it failed. */
  readonly market: string;
  /** Of the build: the digest of what it pushed. */
  readonly digest: string;
  /** Of the stop: `true` if the end of the machine is proven. */
  readonly stopped: string;
  /** Of the stop. */
  readonly causeOfDeath: string;
}

/**
 * Is the architecture built a second time? Only if Spot took the machine back, before it
 * had pushed: a build that failed by itself would fail again. And only if the first
 * machine is proven to be gone: there are never two for one build.
 */
export function isBuiltAgain({ market, digest, stopped, causeOfDeath }: FirstTry): boolean {
  return market === 'spot' && digest === '' && stopped === 'true' && causeOfDeath === 'reclaimed';
}
