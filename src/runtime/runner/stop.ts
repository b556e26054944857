import { isRunnerOf, RUNNER_TAGS, type RunFacts, readRunnerName, repositoryTags } from '../../core/identity';
import { classifyError } from '../../core/runner/cloud-error';
import { type Fate, fateOf, isLiving } from '../../core/runner/presence';
import { STOP_DEADLINE_SECONDS, type TimeToLive } from '../../core/time-to-live';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import { CloudError, type Ec2, type Instance } from '../edges/ec2';
import type { GitHub } from '../edges/github';
import { messageOf } from '../failure';
import { removeLeftovers } from './leftovers';
import { endOverdue } from './neighbours';
import { type Obituary, writeObituary } from './obituary';
import { type Outside, removeSchedules } from './schedule';
import { bounded, CALL_MS } from './timely';

/** What is to be stopped: a run's machines of one architecture, up to this attempt. */
export interface StopFacts extends RunFacts {
  /** A machine of a later attempt is left alone: a stop that comes late must not end it. */
  readonly attempt: string;
}

/** What `stop` found and did in one region. */
export interface RegionStop {
  readonly region: string;
  readonly fate: Exclude<Fate, 'present'>;
  readonly instances: readonly Instance[];
  /** Of every machine whose end was seen. */
  readonly obituaries: readonly Obituary[];
  /** Ids of machines that the first look at them already showed dead or dying: their end was not this stop's. */
  readonly foundDead: readonly string[];
  /** What else could not be removed, one sentence each; it proves nothing about machines. */
  readonly left: readonly string[];
  /** Why the fate is unknown. */
  readonly problem?: string;
}

/** What became of the registrations at GitHub. */
export interface RegistrationStop {
  readonly fate: Exclude<Fate, 'present'>;
  /** Names of those removed. */
  readonly removed: readonly string[];
  readonly problem?: string;
}

/** Whom `stop` talks to. */
export interface StopEdges {
  readonly clock: Clock;
  readonly report: Report;
  ec2(region: string): Promise<Ec2>;
  /** The defence outside of the guest, where there is one. */
  readonly outside?: Outside;
}

/** What removing registrations may take: GitHub may make its clients wait for minutes. */
const REGISTRATION_MS = 60_000;
/** What may follow a proven end. With the deadline before, it stays below the five minutes of a cancelled run. */
export const AFTER_MS = 30_000;

const POLL_MS = 5_000;

function isOf({ tags }: Instance, facts: StopFacts): boolean {
  return (
    tags[RUNNER_TAGS.runId] === facts.runId &&
    tags[RUNNER_TAGS.architecture] === facts.architecture &&
    Number(tags[RUNNER_TAGS.attempt]) <= Number(facts.attempt)
  );
}

/** Stops in one region. */
class RegionStopper {
  private readonly known = new Map<string, Instance>();
  private readonly foundDead: string[] = [];
  private deadline = 0;

  constructor(
    private readonly region: string,
    private readonly facts: StopFacts,
    private readonly ttl: TimeToLive,
    private readonly edges: StopEdges,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<RegionStop> {
    const { clock } = this.edges;
    const started = clock.now();
    this.deadline = started + STOP_DEADLINE_SECONDS * 1000;
    let problem: string | undefined;
    try {
      const ec2 = await this.edges.ec2(this.region);
      for (;;) {
        try {
          await this.look(ec2);
          problem = undefined;
        } catch (error) {
          problem = messageOf(error);
          if (error instanceof CloudError && classifyError(error.code) === 'permission') break;
        }
        const fate = fateOf(this.states(), (clock.now() - started) / 1000, problem === undefined);
        if (fate === 'absent' || fate === 'ended') {
          const [obituaries, left] = await Promise.all([this.obituaries(ec2), this.cleanUpInTime(ec2)]);
          return this.answer(fate, undefined, obituaries, left);
        }
        if (clock.now() + POLL_MS >= this.deadline) break;
        await clock.sleep(POLL_MS, this.signal);
      }
      const alive = [...this.known.values()].filter(({ state }) => state !== 'terminated').map(({ id, state }) => `${id} is ${state}`);
      return this.answer('unknown', problem ?? `not terminated within ${STOP_DEADLINE_SECONDS} s: ${alive.join(', ')}`);
    } catch (error) {
      return this.answer('unknown', messageOf(error));
    }
  }

  private states(): string[] {
    return [...this.known.values()].map(({ state }) => state);
  }

  private answer(
    fate: RegionStop['fate'],
    problem?: string,
    obituaries: readonly Obituary[] = [],
    left: readonly string[] = [],
  ): RegionStop {
    const { region, foundDead } = this;
    return { region, fate, instances: [...this.known.values()], obituaries, foundDead, left, problem };
  }

  /** Looks at all machines of the repository; requests the end of those of the run, and of those that are overdue. */
  private async look(ec2: Ec2): Promise<void> {
    const { clock, report } = this.edges;
    const all = await this.ask((signal) => ec2.instances(repositoryTags(this.facts.repository), signal));
    const own = all.filter((machine) => isOf(machine, this.facts));
    for (const machine of own) {
      const { id, state, reason } = machine;
      if (this.known.get(id)?.state !== state) report.log(`${this.region}: ${id} is ${state}${reason ? ` (${reason})` : ''}.`);
      if (!this.known.has(id) && !isLiving(state)) this.foundDead.push(id);
      this.known.set(id, machine);
    }
    const living = own.filter(({ state }) => isLiving(state)).map(({ id }) => id);
    if (living.length > 0) await this.ask((signal) => ec2.terminate(living, signal));
    const others = all.filter(({ id }) => !this.known.has(id));
    await endOverdue(ec2, others, this.ttl, clock, report);
  }

  /** One call, which may take its share of what is left until the deadline, and no more. */
  private ask<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock } = this.edges;
    return bounded(`EC2 in ${this.region}`, Math.min(CALL_MS, this.deadline - clock.now()), clock, send);
  }

  private cleanUpInTime(ec2: Ec2): Promise<string[]> {
    const what = `What the machines left behind in ${this.region} is unknown: AWS`;
    return bounded(what, AFTER_MS, this.edges.clock, () => this.cleanUp(ec2)).catch((error: unknown) => [messageOf(error)]);
  }

  /** Removes what is of no use without the machines, all of which are gone. */
  private async cleanUp(ec2: Ec2): Promise<string[]> {
    const { clock, outside, report } = this.edges;
    const { repository, attempt } = this.facts;
    const machines = [...this.known.keys()].map((id) => ({ repository, region: this.region, id }));
    const [schedules, { removed, problems }] = await Promise.all([
      outside ? removeSchedules(outside, machines, clock) : [],
      removeLeftovers(ec2, this.facts, attempt, clock),
    ]);
    if (removed.length > 0) report.log(`${this.region}: removed ${removed.join(', ')}, which the machines had left behind.`);
    return [...schedules, ...problems];
  }

  private obituaries(ec2: Ec2): Promise<Obituary[]> {
    return Promise.all([...this.known.values()].map((machine) => writeObituary(ec2, machine, this.edges.clock)));
  }
}

/**
 * Ends a run's machines of one architecture, in all regions at once, and waits until
 * EC2 says that they are terminated; in passing it ends what is overdue of the
 * repository. Never throws: what could not be seen is `unknown`.
 */
export function stopInstances(
  regions: readonly string[],
  facts: StopFacts,
  ttl: TimeToLive,
  edges: StopEdges,
  signal: AbortSignal,
): Promise<RegionStop[]> {
  return Promise.all(regions.map((region) => new RegionStopper(region, facts, ttl, edges, signal).run()));
}

/** Removes a run's registrations of one architecture, up to this attempt, within `ms` milliseconds. Never throws. */
export async function removeRegistrations(
  github: () => Promise<GitHub>,
  facts: StopFacts,
  clock: Clock,
  ms = REGISTRATION_MS,
): Promise<RegistrationStop> {
  const removed: string[] = [];
  try {
    await bounded('GitHub', ms, clock, async (signal) => {
      const client = await github();
      const own = (await client.runners()).filter(
        ({ name }) => isRunnerOf(name, facts) && Number(readRunnerName(name)?.attempt) <= Number(facts.attempt),
      );
      for (const { id, name } of own) {
        signal.throwIfAborted();
        if (await client.remove(id)) removed.push(name);
      }
    });
    return { fate: removed.length > 0 ? 'ended' : 'absent', removed };
  } catch (error) {
    return { fate: 'unknown', removed, problem: messageOf(error) };
  }
}
