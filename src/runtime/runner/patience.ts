import { classifyError, heals } from '../../core/runner/cloud-error';
import { backOffMs } from '../../core/runner/next-try';
import type { Clock } from '../edges/clock';
import { CloudError } from '../edges/ec2';
import { abortable } from './abortable';

/**
 * Repeats what EC2 throttles or does not answer, with jittered back-off, until it
 * answers or the deadline has come. Only for calls that may be made twice.
 *
 * @param deadline milliseconds since 1970
 * @throws CloudError the last one
 */
export async function patiently<T>(work: () => Promise<T>, deadline: number, clock: Clock, signal: AbortSignal): Promise<T> {
  for (let sent = 1; ; sent++) {
    try {
      return await abortable(work(), signal);
    } catch (error) {
      const afterMs = backOffMs(sent, clock.random());
      if (!(error instanceof CloudError) || !heals(classifyError(error.code)) || clock.now() + afterMs >= deadline) throw error;
      await clock.sleep(afterMs, signal);
    }
  }
}
