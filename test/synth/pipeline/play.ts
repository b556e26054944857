/**
 * Plays a generated workflow as GitHub would, as far as this project leans on it: which
 * jobs run, in which order, with which outputs, and what "Re-run failed jobs" repeats.
 *
 * The rules are those of `Workflow syntax for GitHub Actions` and of the issues that are
 * named below; where GitHub's word is not clear, the reading that is worse for us.
 */
import type { YamlJob, YamlWorkflow } from './parse';

type Outputs = Readonly<Record<string, string>>;

/** What a job does in an attempt. */
export interface Deed {
  readonly outputs?: Outputs;
  readonly fails?: boolean;
  /** Somebody cancels the run while the job is at work: it ends without outputs. */
  readonly cancels?: boolean;
}

/** What became of a job. */
interface Ended {
  /** What GitHub shows. */
  readonly conclusion: 'success' | 'failure' | 'skipped' | 'cancelled';
  /** What the jobs behind it see: with `continue-on-error` a failure is a success (actions/runner #1161). */
  readonly result: Ended['conclusion'];
  readonly outputs: Outputs;
}

/** An attempt of a run. */
export interface Attempt {
  readonly attempt: number;
  readonly green: boolean;
  /** Ids of the jobs that did something in this attempt, in order. */
  readonly ran: readonly string[];
  readonly jobs: Readonly<Record<string, Ended>>;
}

/** What jobs do: by id, with what they see of the jobs that they need. */
export type Script = (id: string, needs: Readonly<Record<string, Ended>>, attempt: number) => Deed;

const listOf = ({ needs = [] }: YamlJob): readonly string[] => [needs].flat();

function ancestors(workflow: YamlWorkflow, id: string): Set<string> {
  const direct = listOf(workflow.jobs[id]);
  return new Set([...direct, ...direct.flatMap((need) => [...ancestors(workflow, need)])]);
}

/** Evaluates an `if:`. Throws for anything but comparisons of outputs, and functions of the status. */
function evaluate(expression: string, needs: Readonly<Record<string, Ended>>, attempt: number, status: Record<string, boolean>): boolean {
  const code = expression
    .replace(/needs\.([\w-]+)\.outputs\.([\w-]+)/g, (_, job: string, output: string) => {
      if (!(job in needs)) throw new Error(`The job "${job}" is asked for and not needed: ${expression}`);
      return JSON.stringify(needs[job].outputs[output] ?? '');
    })
    .replace(/github\.run_attempt/g, JSON.stringify(String(attempt)))
    .replace(/(always|success|cancelled|failure)\(\)/g, (_, name: string) => String(status[name]))
    .replace(/'([^']*)'/g, '"$1"');
  if (!/^(?:"[^"]*"|true|false|[\s()!]|&&|\|\||==|!=)+$/.test(code)) throw new Error(`This is not understood: ${expression}`);
  return Boolean(new Function(`return ${code}`)());
}

/** Plays the jobs that `again` names, over what is left of an earlier attempt. */
function playJobs(
  workflow: YamlWorkflow,
  script: Script,
  attempt: number,
  again: ReadonlySet<string>,
  before: Record<string, Ended>,
): Attempt {
  const jobs: Record<string, Ended> = Object.fromEntries(Object.entries(before).filter(([id]) => !again.has(id)));
  const ran: string[] = [];
  let cancelled = false;
  // the file has its jobs in an order in which each comes behind those that it needs
  for (const [id, job] of Object.entries(workflow.jobs)) {
    if (!again.has(id)) continue;
    const needs = Object.fromEntries(listOf(job).map((need) => [need, jobs[need]]));
    const above = [...ancestors(workflow, id)].map((other) => jobs[other].result);
    const status = {
      always: true,
      cancelled,
      success: !cancelled && above.every((result) => result === 'success'),
      failure: above.includes('failure'),
    };
    const condition = job.if ?? 'success()';
    const explicit = /\b(?:always|success|cancelled|failure)\(\)/.test(condition);
    if (!evaluate(explicit ? condition : `success() && (${condition})`, needs, attempt, status)) {
      jobs[id] = { conclusion: 'skipped', result: 'skipped', outputs: {} };
      continue;
    }
    ran.push(id);
    const { outputs = {}, fails = false, cancels = false } = script(id, needs, attempt);
    cancelled ||= cancels;
    const conclusion = cancels ? 'cancelled' : fails ? 'failure' : 'success';
    const result = conclusion === 'failure' && job['continue-on-error'] ? 'success' : conclusion;
    jobs[id] = { conclusion, result, outputs: cancels ? {} : outputs };
  }
  const green = !cancelled && Object.values(jobs).every(({ result }) => result === 'success' || result === 'skipped');
  return { attempt, green, ran, jobs };
}

/** The first attempt, or "Re-run all jobs". */
export function play(workflow: YamlWorkflow, script: Script, attempt = 1): Attempt {
  return playJobs(workflow, script, attempt, new Set(Object.keys(workflow.jobs)), {});
}

/**
 * "Re-run failed jobs": those, and all that need them; the others keep their outputs
 * (actions/runner #2598).
 *
 * @param forgiven does a job that may fail count as failed? GitHub's documents do not say
 */
export function playFailedAgain(workflow: YamlWorkflow, script: Script, last: Attempt, forgiven: 'failed' | 'not failed'): Attempt {
  const bad = (id: string) => {
    const { conclusion, result } = last.jobs[id];
    return ['failure', 'cancelled'].includes(forgiven === 'failed' ? conclusion : result);
  };
  const ids = Object.keys(workflow.jobs);
  const again = new Set(ids.filter((id) => bad(id) || [...ancestors(workflow, id)].some(bad)));
  return playJobs(workflow, script, last.attempt + 1, again, last.jobs);
}
