import type { Clock } from '../edges/clock';
import { Refusal } from '../failure';

/**
 * The promise, or a failure as soon as the deadline has come. What was asked goes on all the same.
 *
 * @param deadline milliseconds since 1970
 * @param what who did not answer, for the failure
 * @throws Refusal at the deadline
 */
export async function before<T>(deadline: number, promise: Promise<T>, what: string, clock: Clock): Promise<T> {
  const timer = new AbortController(); // a timer left running would keep the process alive
  const late = clock.sleep(Math.max(0, deadline - clock.now()), timer.signal).then(() => {
    throw new Refusal(`${what} did not answer in time`);
  });
  late.catch(() => undefined); // it is raced below, and loses unheard
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
