import { RUNNER_TAGS, type RunFacts, runTags } from '../../core/identity';
import { classifyFleetError } from '../../core/runner/cloud-error';
import { isLiving } from '../../core/runner/presence';
import type { Clock } from '../edges/clock';
import { CloudError, type Ec2, type FleetAnswer } from '../edges/ec2';
import { type GitHub, GitHubError, type Registration } from '../edges/github';
import { messageOf } from '../failure';
import { within } from './timely';

/** A launch template for one machine, with the answer to come. */
export interface TemplateTrace {
  readonly ec2: Ec2;
  readonly name: string;
  readonly made: Promise<void>;
}

/** What a launch may have left in the world. It is noted before it is asked for. */
export interface Traces {
  /** Requests for a machine, with the answer to come. */
  readonly asked: { readonly ec2: Ec2; readonly answer: Promise<FleetAnswer> }[];
  /** Registrations, with the answers to come. */
  readonly registering: Promise<Registration>[];
  /** Ids of the registrations that were made, oldest first. */
  readonly registrations: number[];
  /** Launch templates of single machines that were not removed yet. */
  readonly templates: TemplateTrace[];
}

/** GitHub's status for a registration whose name exists. */
const NAME_TAKEN = 409;

/** After a cancellation 7.5 s remain: the pieces below must fit into them. */
const WAIT_FOR_ANSWER_MS = 3_000;
const LONGEST_MS = 6_500;
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 1_000;

/** The answer of a request that was clearly refused. */
const NOTHING: FleetAnswer = { instances: [], errors: [] };

/** May a request have taken effect although it failed? */
function mayHaveWorked(error: unknown): boolean {
  return !(error instanceof CloudError) || ['lost', 'unknown'].includes(classifyFleetError(error));
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
  let unanswered = false;
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
        const answered = await within(
          answer.catch((error: unknown) => (mayHaveWorked(error) ? undefined : NOTHING)),
          WAIT_FOR_ANSWER_MS,
          clock,
        );
        if (!answered) unanswered = true;
        for (let i = 0; i < LOOKS && answered && answered.instances.some(({ id }) => !ended.has(id)); i++) {
          if (i > 0) await clock.sleep(BETWEEN_LOOKS_MS);
          await end(answered.instances.map(({ id }) => id));
        }
      }),
  ]);
  if (!problem && unanswered && ended.size === 0) problem = 'EC2 did not say whether it has launched a machine.';
  return problem && `${ec2.region}: ${problem}`;
}

/** Removes a launch template, as soon as EC2 has said that it is made. @throws CloudError if it could not be removed */
async function undoTemplate({ ec2, name, made }: TemplateTrace, clock: Clock): Promise<void> {
  await within(made, WAIT_FOR_ANSWER_MS, clock);
  await ec2.deleteTemplate(name);
}

/**
 * Removes this launch's own registrations.
 * @returns what is unknown: nothing, or a sentence. Whose registration has this name now nobody can tell, so that it is left alone
 * @throws GitHubError if one could not be removed
 */
async function undoRegistrations(traces: Traces, github: GitHub): Promise<string | undefined> {
  const removals = traces.registering.map(async (registering) => {
    try {
      await registering;
    } catch (error) {
      // there is none to remove, or nobody knows: no answer, or a name that is taken and could not be freed
      return error instanceof GitHubError && [undefined, NAME_TAKEN, 500, 502, 503, 504].includes(error.status);
    }
    await github.remove((await registering).id);
    return false;
  });
  if (!(await Promise.all(removals)).includes(true)) return undefined;
  return 'GitHub did not say whether it has registered the runner; a registration without machine can take no job.';
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
    undoRegistrations(traces, github).then((problem) => ({ problem })),
    LONGEST_MS,
    clock,
  ).then((done) => (done ? done.problem : "The runner's registration at GitHub could not be removed."));
  const templates = traces.templates.map(async (trace) => {
    const done = await within(
      undoTemplate(trace, clock).then(() => true),
      LONGEST_MS,
      clock,
    );
    return done ? undefined : `The launch template ${trace.name} in ${trace.ec2.region} could not be removed.`;
  });
  const left = (await Promise.all([...regions, registrations, ...templates])).filter((problem) => problem !== undefined);
  await within(Promise.all(ending), LONGEST_MS - (clock.now() - started), clock);
  return left;
}
