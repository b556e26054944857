import { RUNNER_TAGS, type RunFacts, runTags } from '../../core/identity';
import { isLiving } from '../../core/runner/presence';
import type { Clock } from '../edges/clock';
import type { Ec2, FleetAnswer } from '../edges/ec2';
import type { GitHub, Registration } from '../edges/github';
import { messageOf } from '../failure';

/** What a launch may have left in the world. It is noted before it is asked for. */
export interface Traces {
  /** Requests for a machine, with the answer to come. */
  readonly asked: { readonly ec2: Ec2; readonly answer: Promise<FleetAnswer> }[];
  /** Registrations, with the answers to come. */
  readonly registering: Promise<Registration>[];
  /** Ids of the registrations that were made, oldest first. */
  readonly registrations: number[];
}

/** After a cancellation 7.5 s remain: the pieces below must fit into them. */
const WAIT_FOR_ANSWER_MS = 3_000;
const LONGEST_MS = 6_500;
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

/** Ends this launch's own machines in a region. Gives what is left: nothing, or a sentence. */
async function undoRegion(
  ec2: Ec2,
  traces: Traces,
  run: RunFacts,
  clock: Clock,
  accepted: (region: string, ids: readonly string[]) => void,
): Promise<string | undefined> {
  const ended = new Set<string>();
  let problem: string | undefined;
  const end = async (ids: readonly string[]) => {
    const fresh = ids.filter((id) => !ended.has(id));
    if (fresh.length === 0) return;
    try {
      await ec2.terminate(fresh);
      for (const id of fresh) ended.add(id);
      accepted(ec2.region, fresh);
      problem = undefined;
    } catch (error) {
      problem = messageOf(error);
    }
  };
  const isOwn = (tags: Readonly<Record<string, string>>) => traces.registrations.includes(Number(tags[RUNNER_TAGS.registration]));
  // by tag at once; by id as soon as the answers are there, in case tags are not seen yet
  await Promise.all([
    (async () => {
      for (let i = 0; i < LOOKS && ended.size === 0; i++) {
        if (i > 0) await clock.sleep(BETWEEN_LOOKS_MS);
        try {
          const own = (await ec2.instances(runTags(run))).filter(({ tags, state }) => isOwn(tags) && isLiving(state));
          await end(own.map(({ id }) => id));
        } catch (error) {
          problem = messageOf(error);
        }
      }
    })(),
    ...traces.asked
      .filter((asked) => asked.ec2 === ec2)
      .map(async ({ answer }) => {
        const answered = await within(answer, WAIT_FOR_ANSWER_MS, clock);
        for (let i = 0; i < LOOKS && answered && answered.instances.some(({ id }) => !ended.has(id)); i++) {
          if (i > 0) await clock.sleep(BETWEEN_LOOKS_MS);
          await end(answered.instances.map(({ id }) => id));
        }
      }),
  ]);
  return problem && `${ec2.region}: ${problem}`;
}

/** Removes this launch's own registrations. @throws GitHubError if one could not be removed */
async function undoRegistrations(traces: Traces, github: GitHub): Promise<void> {
  const removals = traces.registering.map(async (registering) => {
    const made = await registering.catch(() => undefined); // there is none to remove
    if (made) await github.remove(made.id);
  });
  await Promise.all(removals);
}

/**
 * Requests the end of everything that a failed launch may have left, and of nothing that
 * another launch has made. Never throws and takes less than 7 s.
 *
 * @param ended takes back what else was planned for machines whose end EC2 has accepted; it may take as long as it
 *   likes, and is waited for only as long as there is time
 * @returns what could not be undone, as sentences; the machine's own timers and the
 *   workflow's stop are the defences behind
 */
export async function undoLaunch(
  traces: Traces,
  run: RunFacts,
  edges: { clock: Clock; github: GitHub },
  ended: (region: string, ids: readonly string[]) => Promise<void>,
): Promise<string[]> {
  const { clock, github } = edges;
  const started = clock.now();
  const ending: Promise<void>[] = [];
  const slow = (what: string) => `${what} did not answer in time.`;
  const regions = [...new Set(traces.asked.map(({ ec2 }) => ec2))].map(async (ec2) => {
    const done = await within(
      undoRegion(ec2, traces, run, clock, (region, ids) => ending.push(ended(region, ids))).then((problem) => ({ problem })),
      LONGEST_MS,
      clock,
    );
    return done ? done.problem : slow(`EC2 in ${ec2.region}`);
  });
  const registrations = within(
    undoRegistrations(traces, github).then(() => true),
    LONGEST_MS,
    clock,
  ).then((done) => (done ? undefined : "The runner's registration at GitHub could not be removed."));
  const left = (await Promise.all([...regions, registrations])).filter((problem) => problem !== undefined);
  await within(Promise.all(ending), LONGEST_MS - (clock.now() - started), clock);
  return left;
}
