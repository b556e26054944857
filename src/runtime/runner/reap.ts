import { RUNNER_TAGS, readRunnerName, repositoryTags } from '../../core/identity';
import { type Due, isLongWithoutJob, type JobState, machineDue, type RunState, registrationDue } from '../../core/runner/overdue';
import { isLiving } from '../../core/runner/presence';
import type { TimeToLive } from '../../core/time-to-live';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import type { Ec2, Instance } from '../edges/ec2';
import type { GitHub, Runner } from '../edges/github';
import { messageOf } from '../failure';

/** Whom the reaper talks to. */
export interface ReapEdges {
  readonly clock: Clock;
  readonly report: Report;
  ec2(region: string): Promise<Ec2>;
  /** As whom runners may be seen and removed. */
  readonly runners: () => Promise<GitHub>;
  /** As whom runs and jobs may be seen. */
  readonly runs: () => Promise<GitHub>;
}

/** A machine or a registration, and what the reaper thinks of it. */
export interface Judged {
  readonly what: 'machine' | 'registration';
  readonly name: string;
  /** Region of a machine. */
  readonly region?: string;
  readonly due: boolean;
  readonly why: string;
  /** Was its end requested? Always false in a dry run. */
  readonly ended: boolean;
}

/** What the reaper found and did. */
export interface Reaped {
  readonly judged: readonly Judged[];
  /** What could not be seen or done, one sentence each. Not empty: nothing is proven. */
  readonly problems: readonly string[];
}

/** A runner that flaps is seen by one of two looks. */
const BETWEEN_LOOKS_MS = 30_000;

/** One reaping with what its steps share. */
class Reaper {
  private readonly judged: Judged[] = [];
  private readonly problems: string[] = [];
  private readonly runs = new Map<string, Promise<RunState>>();
  private lists: Promise<readonly (readonly Runner[])[] | undefined> | undefined;

  constructor(
    private readonly repository: string,
    private readonly ttl: TimeToLive,
    private readonly dryRun: boolean,
    private readonly edges: ReapEdges,
    private readonly signal: AbortSignal,
  ) {}

  async run(regions: readonly string[]): Promise<Reaped> {
    const machines = await Promise.all(regions.map((region) => this.region(region)));
    await this.registrations(machines);
    return { judged: this.judged, problems: this.problems };
  }

  /** @returns the machines of a region, or undefined if EC2 does not show them */
  private async region(name: string): Promise<readonly Instance[] | undefined> {
    try {
      const ec2 = await this.edges.ec2(name);
      const machines = await ec2.instances(repositoryTags(this.repository));
      for (const machine of machines.filter(({ state }) => isLiving(state))) await this.machine(ec2, machine);
      return machines;
    } catch (error) {
      this.signal.throwIfAborted();
      this.problems.push(`${name}: ${messageOf(error)}`);
      return undefined;
    }
  }

  private async machine(ec2: Ec2, machine: Instance): Promise<void> {
    const run = await this.runState(machine.tags[RUNNER_TAGS.runId] ?? '');
    const now = this.edges.clock.now();
    // only where the answer can matter: it takes two looks
    const job = run !== 'unknown' && isLongWithoutJob(machine, this.ttl, now) ? await this.jobState(machine) : 'unknown';
    const due = machineDue(machine, run, job, this.ttl, this.edges.clock.now());
    await this.judge({ what: 'machine', name: machine.id, region: ec2.region }, due, () => ec2.terminate([machine.id]));
  }

  private async judge(one: Pick<Judged, 'what' | 'name' | 'region'>, { due, why }: Due, end: () => Promise<unknown>): Promise<void> {
    let ended = false;
    if (due && !this.dryRun) {
      try {
        await end();
        ended = true;
      } catch (error) {
        this.signal.throwIfAborted();
        this.problems.push(`${one.name}: ${messageOf(error)}`);
      }
    }
    const verb = ended ? 'ended' : due ? 'to be ended' : 'kept';
    this.edges.report.log(`${one.region ? `${one.region}: ` : ''}${one.what} ${one.name} is ${verb}: ${why}.`);
    this.judged.push({ ...one, due, why, ended });
  }

  private runState(id: string): Promise<RunState> {
    const known = this.runs.get(id) ?? this.askForRun(id);
    this.runs.set(id, known);
    return known;
  }

  private async askForRun(id: string): Promise<RunState> {
    try {
      const run = await (await this.edges.runs()).workflowRun(id);
      // "not found" is also what GitHub says to those who may not see it
      return run ? { status: run.finished ? 'finished' : 'active', attempt: run.attempt } : 'unknown';
    } catch (error) {
      this.problems.push(`run ${id}: ${messageOf(error)}`);
      return 'unknown';
    }
  }

  /** All runners, seen twice. Undefined if GitHub did not answer both times. */
  private runnerLists(): Promise<readonly (readonly Runner[])[] | undefined> {
    this.lists ??= (async () => {
      try {
        const github = await this.edges.runners();
        const first = await github.runners();
        await this.edges.clock.sleep(BETWEEN_LOOKS_MS, this.signal);
        return [first, await github.runners()];
      } catch (error) {
        this.signal.throwIfAborted();
        this.problems.push(`runners: ${messageOf(error)}`);
        return undefined;
      }
    })();
    return this.lists;
  }

  private async jobState({ tags }: Instance): Promise<JobState> {
    const { Name: name, [RUNNER_TAGS.runId]: runId } = tags;
    const lists = await this.runnerLists();
    if (!lists || !name) return 'unknown';
    if (lists.some((list) => list.some((runner) => runner.name === name && (runner.online || runner.busy)))) return 'running';
    try {
      const jobs = await (await this.edges.runs()).jobs(runId);
      return jobs.some(({ runner, status }) => runner === name && status !== 'completed') ? 'running' : 'none';
    } catch (error) {
      this.problems.push(`jobs of run ${runId}: ${messageOf(error)}`);
      return 'unknown';
    }
  }

  /** Registrations without run and machine. */
  private async registrations(machines: readonly (readonly Instance[] | undefined)[]): Promise<void> {
    const lists = await this.runnerLists();
    if (!lists) return;
    const github = await this.edges.runners();
    const [first, second] = lists;
    for (const { id, name, online, busy } of second) {
      const named = readRunnerName(name);
      const before = first.find((runner) => runner.id === id);
      if (!named || !before) continue;
      const lives = machines.some((region) => region?.some(({ tags, state }) => tags.Name === name && isLiving(state)));
      const machine = lives ? 'living' : machines.includes(undefined) ? 'unknown' : 'none';
      const facts = { attempt: Number(named.attempt), online: online || before.online, busy: busy || before.busy, machine } as const;
      const due = registrationDue(facts, await this.runState(named.runId));
      await this.judge({ what: 'registration', name }, due, () => github.remove(id));
    }
  }
}

/**
 * Ends every machine of the repository, in all regions, that has no right to exist any
 * more, and removes registrations that nobody will use.
 *
 * @param dryRun only say what would be ended
 */
export function reap(
  repository: string,
  regions: readonly string[],
  ttl: TimeToLive,
  dryRun: boolean,
  edges: ReapEdges,
  signal: AbortSignal,
): Promise<Reaped> {
  return new Reaper(repository, ttl, dryRun, edges, signal).run(regions);
}
