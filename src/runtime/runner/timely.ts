import type { Clock } from '../edges/clock';
import { CloudError } from '../edges/ec2';
import { GitHubError } from '../edges/github';
import { Refusal } from '../failure';

/**
 * Longest time of one call, in milliseconds. The edges have shorter time-outs of their
 * own, which they repeat; this one holds whatever hangs.
 */
export const LONGEST_CALL_MS = { ec2: 90_000, github: 60_000, look: 20_000 } as const;

/** The longest that one call may take out of a command's time. What is not answered by then is unknown, and asked again. */
export const CALL_MS = LONGEST_CALL_MS.look;

/**
 * The promise's outcome, or an error if it takes longer. What was asked goes on all the
 * same: whoever stops waiting must still reckon with its effect.
 */
export async function timely<T>(promise: Promise<T>, ms: number, clock: Clock, late: () => Error): Promise<T> {
  const timer = new AbortController(); // a timer left running would keep the process alive
  try {
    return await Promise.race([
      promise,
      clock.sleep(ms, timer.signal).then(
        () => Promise.reject(late()),
        () => new Promise<never>(() => undefined),
      ),
    ]);
  } finally {
    timer.abort();
  }
}

/** The promise's value, or undefined if it fails or takes longer. */
export async function within<T>(promise: Promise<T>, ms: number, clock: Clock): Promise<T | undefined> {
  return timely(promise, ms, clock, () => new Error('late')).catch(() => undefined);
}

/**
 * A call's answer, or a failure as soon as its time is over: a socket on which nobody
 * answers must not use up the time of everything else. The call is told to end; whoever
 * gives it up must still reckon with its effect.
 *
 * @param what who is asked, for the failure
 * @throws Refusal when the time is over
 */
export async function bounded<T>(what: string, ms: number, clock: Clock, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const call = new AbortController();
  return timely(send(call.signal), Math.max(0, ms), clock, () => {
    const reason = new Refusal(`${what} did not answer within ${Math.round(ms / 1000)} s`);
    call.abort(reason);
    return reason;
  });
}

/** The error of an EC2 call that did not end in time: it may have been heard. */
export function lateEc2(region: string, action: string): CloudError {
  return new CloudError('TimeoutError', region, action, 'no answer in time');
}

/** The error of a GitHub call that did not end in time. */
export function lateGitHub(request: string): GitHubError {
  return new GitHubError(undefined, request, 'no answer in time');
}
