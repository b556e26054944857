import { classifyFleetError, type ErrorClass, heals } from '../../core/runner/cloud-error';
import type { NextTry } from '../../core/runner/next-try';
import { isLiving } from '../../core/runner/presence';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import { CloudError, type Ec2, type FleetAnswer, type FleetRequest } from '../edges/ec2';
import { abortable } from './abortable';
import { LONGEST_CALL_MS, lateEc2, timely } from './timely';

/** A fleet request, and who is to know about it. */
export interface Question {
  readonly ec2: Ec2;
  readonly request: FleetRequest;
  /** Told of every request before it is waited for. */
  sent(answer: Promise<FleetAnswer>): void;
  /** Told when an answer did not arrive. */
  lost(): void;
  /** What to do about an error of the whole call. */
  decide(kind: ErrorClass, sent: number): NextTry;
}

/** The machine of this very request, found by its tags. Undefined is no proof: tags take a moment. */
async function findByTag({ ec2, request }: Question): Promise<FleetAnswer['instances'][number] | undefined> {
  const found = await ec2.instances(request.tags).catch(() => []);
  return found.find(({ state }) => isLiving(state));
}

/**
 * Asks for one machine. A request that may have been heard is asked again with the same
 * token, and its machine is looked for by tag, until the answer is clear.
 *
 * @returns what EC2 answered; an error of the whole call that is a clear "no" is an answer too
 * @throws CloudError if it stays unknown whether there is a machine, or nothing heals it
 */
export async function ask(
  question: Question,
  { clock, report }: { clock: Clock; report: Report },
  signal: AbortSignal,
): Promise<FleetAnswer> {
  const { ec2, request } = question;
  let heard = false; // may an earlier request have been?
  for (let sent = 1; ; sent++) {
    const answer = ec2.createFleet(request);
    question.sent(answer);
    try {
      return await abortable(
        timely(answer, LONGEST_CALL_MS.ec2, clock, () => lateEc2(ec2.region, 'CreateFleet')),
        signal,
      );
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      const kind = classifyFleetError(error);
      const next = question.decide(kind, sent);
      if (next.verdict === 'give-up' && (heals(kind) || kind === 'unknown' || kind === 'permission')) throw error;
      // a later "no" does not take back what an earlier request may have made
      if (next.verdict !== 'repeat' && heard && kind !== 'mismatch') throw error;
      if (next.verdict !== 'repeat') return { instances: [], errors: [{ code: error.code, message: error.message }] };
      report.log(`${error.message}. Asking again with the same token.`);
      question.lost();
      heard ||= kind === 'lost';
      await clock.sleep(next.afterMs, signal);
      const found = () =>
        timely(findByTag(question), LONGEST_CALL_MS.look, clock, () => lateEc2(ec2.region, 'DescribeInstances')).catch(() => undefined);
      const machine = kind === 'lost' ? await abortable(found(), signal) : undefined;
      if (machine) return { instances: [machine], errors: [] };
    }
  }
}
