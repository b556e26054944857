import { RUNNER_TAGS, type RunFacts, type RunnerIdentity, runnerIdentity } from '../../core/identity';
import type { RuntimeConfig, RuntimeMachine, RuntimeRegion } from '../../core/runtime-config';
import { launchDeadlineSeconds } from '../../core/time-to-live';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import { CloudError, type Ec2, type FleetAnswer } from '../edges/ec2';
import type { GitHub, Registration } from '../edges/github';
import { messageOf, Refusal } from '../failure';
import { abortable } from './abortable';
import { waitUntilOnline } from './online';
import { explainFleetErrors, mendOf } from './reasons';
import { register } from './register';
import { type Prepared, prepareRegion } from './request';
import { amazonLinux } from './template';
import { type Traces, undoLaunch } from './undo';
import { renderUserData } from './user-data';

/** What is to be launched. */
export interface LaunchFacts extends RunFacts {
  readonly attempt: string;
  readonly machine: RuntimeMachine;
}

/** Whom a launch talks to. */
export interface LaunchEdges {
  readonly clock: Clock;
  readonly report: Report;
  readonly github: GitHub;
  ec2(region: string): Promise<Ec2>;
}

/** A machine whose runner is online. */
export interface Launched {
  readonly identity: RunnerIdentity;
  readonly instanceId: string;
  readonly instanceType: string;
  readonly region: string;
  /** End of its time to live. */
  readonly expires: Date;
}

/** A machine that EC2 has started. */
interface Machine {
  readonly id: string;
  readonly type: string;
  readonly ec2: Ec2;
}

/** One launch with all that its steps share. */
class Launch {
  private readonly started: number;
  private readonly expires: Date;
  private readonly identity: RunnerIdentity;
  private readonly tags: Readonly<Record<string, string>>;
  private readonly traces: Traces = { asked: [] };

  constructor(
    private readonly facts: LaunchFacts,
    private readonly config: RuntimeConfig,
    private readonly edges: LaunchEdges,
    private readonly signal: AbortSignal,
  ) {
    this.started = edges.clock.now();
    this.expires = new Date(this.started + config.timeToLive.totalSeconds * 1000);
    this.identity = runnerIdentity({ ...facts, tryNumber: 1 });
    this.tags = { ...this.identity.tags, [RUNNER_TAGS.expires]: this.expires.toISOString() };
  }

  async run(): Promise<Launched> {
    const { clock, github, report } = this.edges;
    try {
      // the first region's facts do not depend on the registration
      const [registration, first] = await abortable(Promise.all([this.register(), this.prepare(this.config.regions[0])]), this.signal);
      const machine = await this.machine(registration, first);
      report.log(`${machine.id} (${machine.type}) is starting in ${machine.ec2.region}.`);
      const deadline = this.started + launchDeadlineSeconds(this.config.timeToLive) * 1000;
      const awaited = { registration: registration.id, instanceId: machine.id, tags: this.identity.tags, deadline };
      await waitUntilOnline({ clock, report, github, ec2: machine.ec2 }, awaited, this.signal);
      return {
        identity: this.identity,
        instanceId: machine.id,
        instanceType: machine.type,
        region: machine.ec2.region,
        expires: this.expires,
      };
    } catch (error) {
      throw await this.undone(error);
    }
  }

  private register(): Promise<Registration> {
    this.traces.registration = register(this.edges.github, this.identity);
    return this.traces.registration;
  }

  private async prepare(region: RuntimeRegion): Promise<Prepared> {
    return prepareRegion(await this.edges.ec2(region.name), region, this.facts.machine, this.config.timeToLive);
  }

  /** Asks region after region. Only a clear "no" leads to the next one: two machines for one job must never exist. */
  private async machine(registration: Registration, first: Prepared): Promise<Machine> {
    const refused: string[] = [];
    for (const region of this.config.regions) {
      if (this.edges.clock.now() - this.started > this.config.timeToLive.requestSeconds * 1000) {
        refused.push(`${region.name}: there was no time left to ask`);
        break;
      }
      const prepared = region === this.config.regions[0] ? first : await abortable(this.prepare(region), this.signal);
      if (!prepared.ok) {
        refused.push(`${region.name}: ${prepared.reason}`);
        continue;
      }
      const { ec2 } = prepared;
      const answer = await this.ask(prepared, registration);
      const [instance, ...surplus] = answer.instances;
      if (surplus.length > 0) await ec2.terminate(surplus.map(({ id }) => id));
      if (instance) return { ...instance, ec2 };
      refused.push(`${region.name}: ${explainFleetErrors(answer.errors)}`);
      this.edges.report.log(`No machine in ${refused[refused.length - 1]}.`);
    }
    throw new Refusal(`No Spot machine could be had. ${refused.join('. ')}.`);
  }

  private ask({ ec2, template, candidates }: Prepared & { ok: true }, registration: Registration): Promise<FleetAnswer> {
    const { machine } = this.facts;
    const tools = this.config.guestTools[machine.cpu];
    if (!tools)
      throw new Refusal(`The config has no downloads for ${machine.cpu} guests. It is generated: run "npx projen" and commit it.`);
    const { name, clientToken } = this.identity;
    this.edges.report.log(`Asking ${ec2.region} for one of ${candidates.length} candidates.`);
    const answer = ec2.createFleet({
      clientToken,
      template,
      image: amazonLinux(machine.cpu),
      userData: renderUserData({
        name,
        jitConfig: registration.jitConfig,
        timeToLive: this.config.timeToLive,
        expires: this.expires,
        tools,
      }),
      candidates,
      tags: this.tags,
    });
    this.traces.asked.push({ ec2, answer });
    return abortable(answer, this.signal);
  }

  /** The error to throw, after everything was undone that could be. */
  private async undone(error: unknown): Promise<Refusal> {
    const mend = error instanceof CloudError ? ` (${mendOf(error.code)})` : '';
    const left = await undoLaunch(this.traces, this.facts, this.edges);
    const rest =
      left.length > 0
        ? ` Not everything could be undone: ${left.join(' ')} A machine ends itself at ${this.expires.toISOString()} at the latest; "stop" ends it before.`
        : '';
    return new Refusal(`${messageOf(error)}${mend}${rest}`, { cause: error });
  }
}

/**
 * Launches a machine for one job and waits until its runner is online.
 *
 * On any failure, and when `signal` is aborted, it first requests the termination of
 * whatever may exist, found by tag, and removes the registration.
 *
 * @throws Refusal that tells why, and what may be left
 */
export function launch(facts: LaunchFacts, config: RuntimeConfig, edges: LaunchEdges, signal: AbortSignal): Promise<Launched> {
  return new Launch(facts, config, edges, signal).run();
}
