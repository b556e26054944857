import type { Clock } from '../edges/clock';
import { Refusal } from '../failure';

/** The longest that one call may take out of a command's time. What is not answered by then is unknown, and asked again. */
export const CALL_MS = 20_000;

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
  const timer = new AbortController(); // a timer left running would keep the process alive
  const late = clock.sleep(Math.max(0, ms), timer.signal).then(() => {
    const reason = new Refusal(`${what} did not answer within ${Math.round(ms / 1000)} s`);
    call.abort(reason);
    throw reason;
  });
  late.catch(() => undefined); // where it loses the race, nobody hears it
  const answer = send(call.signal);
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
  }
}
