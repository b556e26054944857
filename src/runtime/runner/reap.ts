import { RUNNER_TAGS, readRunnerName, repositoryTags } from '../../core/identity';
import { isOfOneLaunch, type MachineState, templateDue, volumeDue } from '../../core/runner/leftover';
import { isLongWithoutJob, machineDue, registrationDue } from '../../core/runner/overdue';
import { isLiving } from '../../core/runner/presence';
import { scheduleDue, scheduledMachine, schedulePrefix } from '../../core/runner/schedule';
import { strandedRun } from '../../core/runner/stranded';
import type { TimeToLive } from '../../core/time-to-live';
import type { Report } from '../edges/actions';
import type { Ec2, Instance } from '../edges/ec2';
import type { Job } from '../edges/github';
import { patiently } from './patience';
import { type GitHubEdges, GitHubFacts } from './reap-github';
import { type Judged, ReapRecord } from './reap-record';
import type { Outside } from './schedule';
import { bounded, CALL_MS } from './timely';

/** Whom the reaper talks to. */
export interface ReapEdges extends GitHubEdges {
  readonly report: Report;
  ec2(region: string): Promise<Ec2>;
  /** Where schedules are, in the regions in which there are any. */
  readonly outside?: Outside;
}

/** Where and what to reap. */
export interface ReapFacts {
  readonly repository: string;
  readonly regions: readonly { readonly name: string; readonly endBySchedule: boolean }[];
  readonly timeToLive: TimeToLive;
  /** Only say what would be done. */
  readonly dryRun: boolean;
}

/** What the reaper found and did. */
export interface Reaped {
  readonly judged: readonly Judged[];
  /** What could not be seen or done, one sentence each. Not empty: nothing is proven. */
  readonly problems: readonly string[];
}

/** For how long a question that AWS throttles or does not answer is asked again: the next reap is a quarter of an hour away. */
const PATIENCE_MS = 60_000;

/** The machines of a region, or undefined if EC2 does not show them. */
type Machines = readonly Instance[] | undefined;

/** One reaping with what its steps share. */
class Reaper {
  private readonly record: ReapRecord;
  private readonly github: GitHubFacts;

  constructor(
    private readonly facts: ReapFacts,
    private readonly edges: ReapEdges,
    private readonly signal: AbortSignal,
  ) {
    this.record = new ReapRecord(facts.dryRun, edges.report, signal);
    this.github = new GitHubFacts(edges, this.record, signal);
  }

  async run(): Promise<Reaped> {
    const { regions } = this.facts;
    const machines = await Promise.all(regions.map(({ name }) => this.machines(name)));
    // what costs most ends first; the rest follows, none of it kept back by the failure of another
    await Promise.all(regions.map(({ name }, i) => this.leftBehind(name, machines[i], machines)));
    await Promise.all(regions.map((region, i) => (region.endBySchedule ? this.schedules(region.name, machines[i]) : undefined)));
    await this.registrations(machines);
    await this.stranded(machines);
    const { judged, problems } = this.record;
    return { judged, problems };
  }

  private get now(): number {
    return this.edges.clock.now();
  }

  private ask<T>(what: string, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock } = this.edges;
    return patiently(() => bounded(what, CALL_MS, clock, send), this.now + PATIENCE_MS, clock, this.signal);
  }

  private async machines(region: string): Promise<Machines> {
    try {
      const ec2 = await this.edges.ec2(region);
      const machines = await this.ask('EC2', (signal) => ec2.instances(repositoryTags(this.facts.repository), signal));
      for (const machine of machines.filter(({ state }) => isLiving(state))) await this.machine(ec2, machine);
      return machines;
    } catch (error) {
      this.record.problem(region, error);
      return undefined;
    }
  }

  private async machine(ec2: Ec2, machine: Instance): Promise<void> {
    const { timeToLive } = this.facts;
    const run = await this.github.run(machine.tags[RUNNER_TAGS.runId] ?? '');
    // only where the answer can matter: it takes two looks
    const job = run !== 'unknown' && isLongWithoutJob(machine, timeToLive, this.now) ? await this.github.job(machine) : 'unknown';
    await this.record.judge(
      { what: 'machine', name: machine.id, region: ec2.region },
      machineDue(machine, run, job, timeToLive, this.now),
      () => this.ask('EC2', (signal) => ec2.terminate([machine.id], signal)),
    );
  }

  /** Launch templates and volumes. */
  private async leftBehind(region: string, machines: Machines, all: readonly Machines[]): Promise<void> {
    if (!machines) return; // the region does not answer, which is known already
    const { repository, timeToLive } = this.facts;
    const tags = repositoryTags(repository);
    try {
      const ec2 = await this.edges.ec2(region);
      const templates = await this.ask('EC2', (signal) => ec2.taggedTemplates(tags, signal));
      for (const template of templates.filter((one) => isOfOneLaunch(one.tags))) {
        const due = templateDue(template, lives(template.tags.Name ?? '', all), timeToLive, this.now);
        await this.record.judge({ what: 'launch template', name: template.id, region }, due, () =>
          this.ask('EC2', (signal) => ec2.deleteTemplate(template.id, signal)),
        );
      }
      for (const volume of await this.ask('EC2', (signal) => ec2.taggedVolumes(tags, signal))) {
        if (volume.state !== 'available') continue; // a machine's, as it should be
        await this.record.judge({ what: 'volume', name: volume.id, region }, volumeDue(volume, timeToLive, this.now), () =>
          this.ask('EC2', (signal) => ec2.removeVolume(volume.id, signal)),
        );
      }
    } catch (error) {
      this.record.problem(region, error);
    }
  }

  private async schedules(region: string, machines: Machines): Promise<void> {
    const { outside } = this.edges;
    if (!outside) return;
    const { repository } = this.facts;
    try {
      const scheduler = await outside.scheduler(region);
      const found = await this.ask('EventBridge Scheduler', (signal) => scheduler.list(schedulePrefix(repository), signal));
      for (const { name, createdAt } of found) {
        const id = scheduledMachine(repository, name);
        if (id === undefined) continue;
        const machine = machines ? (machines.find((one) => one.id === id)?.state ?? 'unseen') : 'unknown';
        await this.record.judge({ what: 'schedule', name, region }, scheduleDue({ createdAt, machine }, this.now), () =>
          this.ask('EventBridge Scheduler', (signal) => scheduler.remove(name, signal)),
        );
      }
    } catch (error) {
      this.record.problem(region, error);
    }
  }

  /** Registrations without run and machine. */
  private async registrations(machines: readonly Machines[]): Promise<void> {
    const lists = await this.github.runnerLists();
    if (!lists) return;
    const [first, second] = lists;
    for (const { id, name, online, busy } of second) {
      const named = readRunnerName(name);
      const before = first.find((runner) => runner.id === id);
      if (!named || !before) continue;
      const facts = {
        attempt: Number(named.attempt),
        online: online || before.online,
        busy: busy || before.busy,
        machine: lives(name, machines),
      };
      await this.record.judge({ what: 'registration', name }, registrationDue(facts, await this.github.run(named.runId)), () =>
        this.github.ask(this.edges.runners, (github) => github.remove(id)),
      );
    }
  }

  /** Runs whose job waits for a machine that is seen to be dead. */
  private async stranded(machines: readonly Machines[]): Promise<void> {
    const dead = machines.flatMap((region) => region ?? []).filter(({ state }) => !isLiving(state));
    // EC2 forgets a machine after an hour; its registration, which never had a job, is still there
    const [first = [], second = []] = (await this.github.runnerLists()) ?? [];
    const offline = (list: typeof first) => list.filter(({ online, busy }) => !online && !busy).map(({ name }) => name);
    const ghosts = offline(second).filter((name) => offline(first).includes(name));
    for (const label of new Set([...dead.map(({ tags }) => tags.Name ?? ''), ...ghosts])) {
      const named = readRunnerName(label);
      if (!named) continue;
      const facts = { label, attempt: Number(named.attempt), machine: lives(label, machines), run: await this.github.run(named.runId) };
      const active = facts.run !== 'unknown' && facts.run.status === 'active' && facts.run.attempt === facts.attempt;
      const mayWait = (jobs: readonly Job[]) => strandedRun({ ...facts, looks: [jobs] }).due;
      const looks = active && facts.machine === 'none' ? await this.github.jobsTwice(named.runId, mayWait) : 'unknown';
      const due = strandedRun({ ...facts, looks });
      if (!due.due) continue; // a machine that has ended with its run is nothing to tell of
      await this.record.judge({ what: 'run', name: named.runId }, due, () =>
        this.github.ask(this.edges.runs, (github) => github.cancelRun(named.runId)),
      );
    }
  }
}

/** Whether a machine of this name lives anywhere. */
function lives(name: string, machines: readonly Machines[]): MachineState {
  if (machines.some((region) => region?.some(({ tags, state }) => tags.Name === name && isLiving(state)))) return 'living';
  return machines.includes(undefined) ? 'unknown' : 'none';
}

/**
 * Ends every machine of the repository, in all regions, that has no right to exist any
 * more; removes registrations, schedules, launch templates and volumes that nobody will
 * use; cancels runs that wait for a machine which is dead.
 */
export function reap(facts: ReapFacts, edges: ReapEdges, signal: AbortSignal): Promise<Reaped> {
  return new Reaper(facts, edges, signal).run();
}
