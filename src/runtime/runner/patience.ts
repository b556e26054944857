import { classifyError, heals } from '../../core/runner/cloud-error';
import { backOffMs } from '../../core/runner/next-try';
import type { Clock } from '../edges/clock';
import { CloudError } from '../edges/ec2';
import { abortable } from './abortable';
import { LONGEST_CALL_MS, timely } from './timely';

/**
 * Repeats what EC2 throttles or does not answer, with jittered back-off, until it
 * answers or the deadline has come. Only for calls that may be made twice.
 *
 * @param deadline milliseconds since 1970
 * @param late the error of an answer that does not come; undefined where the work limits its own time
 * @throws CloudError the last one
 */
export async function patiently<T>(
  work: () => Promise<T>,
  deadline: number,
  clock: Clock,
  signal: AbortSignal,
  late?: () => CloudError,
): Promise<T> {
  for (let sent = 1; ; sent++) {
    try {
      return await abortable(late ? timely(work(), LONGEST_CALL_MS.ec2, clock, late) : work(), signal);
    } catch (error) {
      const afterMs = backOffMs(sent, clock.random());
      if (!(error instanceof CloudError) || !heals(classifyError(error.code)) || clock.now() + afterMs >= deadline) throw error;
      await clock.sleep(afterMs, signal);
    }
  }
}
