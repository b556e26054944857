/**
 * How long a machine may exist, and the shares it is made of. Derived from the
 * build's time-out; nobody types it.
 */

/** Durations in seconds. */
export interface TimeToLive {
  /** From the start of `launch` until EC2 has answered, over all regions. */
  readonly requestSeconds: number;
  /** From then until the runner is online. */
  readonly bootSeconds: number;
  /** From then until the build has taken the runner. */
  readonly pickUpSeconds: number;
  /** The build's own time-out. */
  readonly jobSeconds: number;
  /** For logs to be uploaded, and for `stop` to come first. */
  readonly graceSeconds: number;
  /** All of them: the longest an instance may exist, from the start of `launch`. */
  readonly totalSeconds: number;
}

const REQUEST_SECONDS = 300;
const BOOT_SECONDS = 300;
const PICK_UP_SECONDS = 300;
const GRACE_SECONDS = 300;

/**
 * The time to live of a machine whose build may take `buildTimeoutMinutes`.
 */
export function timeToLive(buildTimeoutMinutes: number): TimeToLive {
  const jobSeconds = buildTimeoutMinutes * 60;
  return {
    requestSeconds: REQUEST_SECONDS,
    bootSeconds: BOOT_SECONDS,
    pickUpSeconds: PICK_UP_SECONDS,
    jobSeconds,
    graceSeconds: GRACE_SECONDS,
    totalSeconds: REQUEST_SECONDS + BOOT_SECONDS + PICK_UP_SECONDS + jobSeconds + GRACE_SECONDS,
  };
}

/** Seconds after its start at which `launch` gives up, whatever hangs. */
export function launchDeadlineSeconds(ttl: TimeToLive): number {
  return ttl.requestSeconds + ttl.bootSeconds;
}

/**
 * Seconds after its first act at which a guest that no job has reached powers itself off.
 * EC2 may have answered at once, and `launch` still waits until its own deadline: the
 * job has its full time after the latest moment at which the runner may come online.
 */
export function idleSeconds(ttl: TimeToLive): number {
  return ttl.requestSeconds + ttl.bootSeconds + ttl.pickUpSeconds;
}

/**
 * Seconds that `stop` waits for EC2 to say that a machine is terminated. After a
 * cancellation GitHub gives the jobs that run always 5 minutes in all.
 */
export const STOP_DEADLINE_SECONDS = 240;
