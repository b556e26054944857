import { RUNNER_TAGS } from '../../core/identity';
import type { JobState, RunState } from '../../core/runner/overdue';
import type { Clock } from '../edges/clock';
import type { Instance } from '../edges/ec2';
import type { GitHub, Job, Runner } from '../edges/github';
import type { ReapRecord } from './reap-record';
import { bounded } from './timely';

/** As whom GitHub is asked. */
export interface GitHubEdges {
  readonly clock: Clock;
  /** As whom runners may be seen and removed. */
  readonly runners: () => Promise<GitHub>;
  /** As whom runs and jobs may be seen, and runs cancelled. */
  readonly runs: () => Promise<GitHub>;
}

/** A runner that flaps is seen by one of two looks, and a list that is old is new at the second. */
const BETWEEN_LOOKS_MS = 30_000;

/** Of one question. A listing has pages, and a limit of the API is waited for. */
const QUESTION_MS = 120_000;

/** What GitHub says, asked once. Whatever is not explicit is unknown, and noted as a problem. */
export class GitHubFacts {
  private readonly known = new Map<string, Promise<RunState>>();
  private lists: Promise<readonly (readonly Runner[])[] | undefined> | undefined;

  constructor(
    private readonly edges: GitHubEdges,
    private readonly record: ReapRecord,
    private readonly signal: AbortSignal,
  ) {}

  /** One question to GitHub, which may take its time and no more. */
  ask<T>(as: () => Promise<GitHub>, send: (github: GitHub) => Promise<T>): Promise<T> {
    return bounded('GitHub', QUESTION_MS, this.edges.clock, async () => send(await as()));
  }

  /** A run and its attempt. */
  run(id: string): Promise<RunState> {
    const known = this.known.get(id) ?? this.askForRun(id);
    this.known.set(id, known);
    return known;
  }

  private async askForRun(id: string): Promise<RunState> {
    if (id === '') return 'unknown';
    try {
      const run = await this.ask(this.edges.runs, (github) => github.workflowRun(id));
      // "not found" is also what GitHub says to those who may not see it
      return run ? { status: run.finished ? 'finished' : 'active', attempt: run.attempt } : 'unknown';
    } catch (error) {
      this.record.problem(`run ${id}`, error);
      return 'unknown';
    }
  }

  /** All runners, seen twice. Undefined if GitHub did not answer both times. */
  runnerLists(): Promise<readonly (readonly Runner[])[] | undefined> {
    this.lists ??= (async () => {
      try {
        const first = await this.ask(this.edges.runners, (github) => github.runners());
        await this.edges.clock.sleep(BETWEEN_LOOKS_MS, this.signal);
        return [first, await this.ask(this.edges.runners, (github) => github.runners())];
      } catch (error) {
        this.record.problem('runners', error);
        return undefined;
      }
    })();
    return this.lists;
  }

  /** Whether a job runs on a machine. */
  async job({ tags }: Instance): Promise<JobState> {
    const { Name: name, [RUNNER_TAGS.runId]: runId } = tags;
    const lists = await this.runnerLists();
    if (!lists || !name) return 'unknown';
    if (lists.some((list) => list.some((runner) => runner.name === name && (runner.online || runner.busy)))) return 'running';
    const jobs = await this.jobs(runId);
    if (jobs === 'unknown') return 'unknown';
    return jobs.some(({ runner, status }) => runner === name && status !== 'completed') ? 'running' : 'none';
  }

  /** Jobs of a run's latest attempt. */
  async jobs(runId: string): Promise<readonly Job[] | 'unknown'> {
    try {
      return await this.ask(this.edges.runs, (github) => github.jobs(runId));
    } catch (error) {
      this.record.problem(`jobs of run ${runId}`, error);
      return 'unknown';
    }
  }

  /** The jobs of a run, seen twice if `worth` the second look. */
  async jobsTwice(runId: string, worth: (jobs: readonly Job[]) => boolean): Promise<readonly (readonly Job[])[] | 'unknown'> {
    const first = await this.jobs(runId);
    if (first === 'unknown' || !worth(first)) return first === 'unknown' ? 'unknown' : [first];
    await this.edges.clock.sleep(BETWEEN_LOOKS_MS, this.signal);
    const second = await this.jobs(runId);
    return second === 'unknown' ? 'unknown' : [first, second];
  }
}
