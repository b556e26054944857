import type { RunFacts } from '../../core/identity';
import type { Clock } from '../edges/clock';
import type { Ec2, FleetAnswer } from '../edges/ec2';
import type { GitHub, Registration } from '../edges/github';
import { messageOf } from '../failure';
import { requestTermination } from './stop';

/** What a launch may have left in the world. It is noted before it is asked for. */
export interface Traces {
  /** Regions in which a machine was asked for, with the answer to come. */
  readonly asked: { readonly ec2: Ec2; readonly answer: Promise<FleetAnswer> }[];
  /** The registration, with the answer to come. */
  registration?: Promise<Registration>;
}

/** After a cancellation 7.5 s remain: the pieces below must fit into them. */
const WAIT_FOR_ANSWER_MS = 3_000;
const WAIT_FOR_GITHUB_MS = 5_000;
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 1_000;

/** The promise's value, or undefined if it fails or takes longer. */
async function within<T>(promise: Promise<T>, ms: number, clock: Clock): Promise<T | undefined> {
  const timer = new AbortController(); // a timer left running would keep the process alive
  const late = clock.sleep(ms, timer.signal).catch(() => undefined);
  try {
    return (await Promise.race([promise.catch(() => undefined), late])) ?? undefined;
  } finally {
    timer.abort();
  }
}

/** Gives what is left: nothing, or a sentence. */
async function undoRegion({ ec2, answer }: Traces['asked'][number], run: RunFacts, clock: Clock): Promise<string | undefined> {
  const ended = new Set<string>();
  let problem: string | undefined;
  const attempt = async (work: () => Promise<readonly { readonly id: string }[]>) => {
    try {
      for (const { id } of await work()) ended.add(id);
      problem = undefined;
    } catch (error) {
      problem = messageOf(error);
    }
  };
  // by tag at once; by id as soon as the answer is there, in case tags are not seen yet
  await Promise.all([
    (async () => {
      for (let i = 0; i < LOOKS && ended.size === 0; i++) {
        if (i > 0) await clock.sleep(BETWEEN_LOOKS_MS);
        await attempt(() => requestTermination(ec2, run));
      }
    })(),
    (async () => {
      const instances = (await within(answer, WAIT_FOR_ANSWER_MS, clock))?.instances.filter(({ id }) => !ended.has(id)) ?? [];
      if (instances.length > 0) await attempt(() => ec2.terminate(instances.map(({ id }) => id)).then(() => instances));
    })(),
  ]);
  return problem && `${ec2.region}: ${problem}`;
}

/**
 * Requests the end of everything that a failed launch may have left. Never throws and
 * takes less than 7 s.
 *
 * @returns what could not be undone, as sentences; the machine's own timers and the
 *   workflow's stop are the defences behind
 */
export async function undoLaunch(traces: Traces, run: RunFacts, edges: { clock: Clock; github: GitHub }): Promise<string[]> {
  const { registration } = traces;
  const regions = traces.asked.map((asked) => undoRegion(asked, run, edges.clock));
  const github =
    registration === undefined
      ? undefined
      : within(
          registration.then(
            ({ id }) => edges.github.remove(id).then(() => true),
            () => true, // there is none to remove
          ),
          WAIT_FOR_GITHUB_MS,
          edges.clock,
        ).then((removed) => (removed ? undefined : "The runner's registration at GitHub could not be removed."));
  return (await Promise.all([...regions, github])).filter((problem) => problem !== undefined);
}
