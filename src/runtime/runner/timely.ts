import type { Clock } from '../edges/clock';
import { CloudError } from '../edges/ec2';
import { GitHubError } from '../edges/github';

/**
 * Longest time of one call, in milliseconds. The edges have shorter time-outs of their
 * own, which they repeat; this one holds whatever hangs.
 */
export const LONGEST_CALL_MS = { ec2: 90_000, github: 60_000, look: 20_000 } as const;

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

/** The error of an EC2 call that did not end in time: it may have been heard. */
export function lateEc2(region: string, action: string): CloudError {
  return new CloudError('TimeoutError', region, action, 'no answer in time');
}

/** The error of a GitHub call that did not end in time. */
export function lateGitHub(request: string): GitHubError {
  return new GitHubError(undefined, request, 'no answer in time');
}
