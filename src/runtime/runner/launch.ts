import { RUNNER_TAGS, type RunFacts, type RunnerIdentity, runnerIdentity } from '../../core/identity';
import { classifyError, type ErrorClass, mendOf } from '../../core/runner/cloud-error';
import { follow, type LifeEvent, type LifeState } from '../../core/runner/life';
import { type Market, nextTry, type Target } from '../../core/runner/next-try';
import type { RuntimeConfig, RuntimeMachine } from '../../core/runtime-config';
import { launchDeadlineSeconds } from '../../core/time-to-live';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import { CloudError, type Ec2, type FleetAnswer, type Instance } from '../edges/ec2';
import type { GitHub, Registration } from '../edges/github';
import { messageOf, Refusal } from '../failure';
import { abortable } from './abortable';
import { ask } from './ask';
import { lookAround } from './neighbours';
import { waitUntilOnline } from './online';
import { patiently } from './patience';
import { explainFleetErrors } from './reasons';
import { register } from './register';
import { type Prepared, prepareRegion } from './request';
import { type Outside, Schedules } from './schedule';
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
  /** The defence outside of the guest, where there is one. */
  readonly outside?: Outside;
}

/** A machine whose runner is online. */
export interface Launched {
  readonly identity: RunnerIdentity;
  readonly instanceId: string;
  readonly instanceType: string;
  readonly region: string;
  readonly market: Market;
  /** End of its time to live. */
  readonly expires: Date;
  /** What became of the tries before, one sentence each. */
  readonly refused: readonly string[];
}

/** One try: one identity, one place, one registration. */
interface Try {
  readonly identity: RunnerIdentity;
  readonly target: Target;
  readonly registration: Registration;
  state: LifeState;
}

/** What one try came to. */
type Outcome =
  | { readonly ok: true; readonly machine: FleetAnswer['instances'][number]; readonly region: string }
  | { readonly ok: false; readonly classes: readonly ErrorClass[]; readonly why: string };

/** One launch with all that its steps share. */
class Launch {
  private readonly started: number;
  private readonly expires: Date;
  private readonly traces: Traces = { asked: [], registering: [], registrations: [] };
  private readonly refused: string[] = [];
  private readonly schedules: Schedules;
  /** The regions that were asked so far; each is one object, so that traces can be told apart. */
  private readonly regions = new Map<string, Promise<Ec2>>();

  constructor(
    private readonly facts: LaunchFacts,
    private readonly config: RuntimeConfig,
    private readonly edges: LaunchEdges,
    private readonly signal: AbortSignal,
  ) {
    this.started = edges.clock.now();
    this.expires = new Date(this.started + config.timeToLive.totalSeconds * 1000);
    this.schedules = new Schedules(config, edges.outside, edges);
  }

  async run(): Promise<Launched> {
    try {
      // side by side: the first region's facts and the neighbours do not depend on the registration
      const first: Target = { region: 0, market: 'spot' };
      const [current, , prepared] = await abortable(
        Promise.all([this.begin(1, first), this.lookAtNeighbours(), this.prepare(first)]),
        this.signal,
      );
      const launched = await this.tryAfterTry(current, prepared);
      await abortable(this.schedules.settled(), this.signal);
      return launched;
    } catch (error) {
      throw await this.undone(error);
    }
  }

  private async tryAfterTry(first: Try, firstPrepared: Prepared): Promise<Launched> {
    const { clock, report } = this.edges;
    let current = first;
    let prepared = firstPrepared;
    let round = 1;
    for (let number = 1; ; ) {
      const { target } = current;
      const outcome = await this.attempt(current, prepared, round);
      if (outcome.ok) return this.launched(current, outcome);
      current.state = follow(current.state, 'failed');
      this.refused.push(`${this.config.regions[target.region].name}, ${target.market}: ${outcome.why}`);
      report.log(`No machine in ${this.refused[this.refused.length - 1]}.`);
      const next = nextTry({ ...this.tryFacts(target, round), sent: 1, how: 'answered', classes: outcome.classes });
      if (next.verdict !== 'next') throw new Refusal(`No machine could be had. ${this.refused.join('. ')}.`);
      await this.end(current);
      if (outcome.classes.includes('mismatch')) await this.lookAtNeighbours();
      await clock.sleep(next.afterMs, this.signal);
      round = next.round;
      number++;
      [current, prepared] = await abortable(Promise.all([this.begin(number, next.target), this.prepare(next.target)]), this.signal);
    }
  }

  private launched({ identity, target }: Try, { machine, region }: Outcome & { ok: true }): Launched {
    const { expires, refused } = this;
    return { identity, instanceId: machine.id, instanceType: machine.type, region, market: target.market, expires, refused };
  }

  /** The facts of a decision that do not depend on EC2's answer. */
  private tryFacts(target: Target, round: number) {
    const { regions, onDemandFallback: onDemand, timeToLive } = this.config;
    const { clock } = this.edges;
    return {
      target,
      round,
      regions: regions.length,
      onDemand,
      now: clock.now(),
      deadline: this.requestDeadline(timeToLive.requestSeconds),
      random: clock.random(),
    };
  }

  private requestDeadline(seconds: number): number {
    return this.started + seconds * 1000;
  }

  private ec2(region: string): Promise<Ec2> {
    const known = this.regions.get(region) ?? this.edges.ec2(region);
    this.regions.set(region, known);
    return known;
  }

  /** Gives a try its identity and its registration. */
  private async begin(tryNumber: number, target: Target): Promise<Try> {
    const identity = runnerIdentity({ ...this.facts, tryNumber });
    const registering = register(this.edges.github, identity, this.edges.clock, this.signal);
    this.traces.registering.push(registering);
    registering.then(
      ({ id }) => this.traces.registrations.push(id),
      () => undefined,
    );
    const registration = await registering;
    return { identity, target, registration, state: follow('wanted', 'registered') };
  }

  /** Ends a try of which no machine is left. A registration without a machine can take no job. */
  private async end(current: Try): Promise<void> {
    try {
      await abortable(this.edges.github.remove(current.registration.id), this.signal);
      current.state = follow(current.state, 'cleared');
    } catch (error) {
      this.signal.throwIfAborted();
      this.edges.report.warn(`The registration ${current.identity.name} could not be removed: ${messageOf(error)}`);
    }
  }

  private async prepare({ region }: Target): Promise<Prepared> {
    const row = this.config.regions[region];
    const ec2 = await this.ec2(row.name);
    const { timeToLive } = this.config;
    const work = () => prepareRegion(ec2, row, this.facts.machine, timeToLive);
    return patiently(work, this.requestDeadline(timeToLive.requestSeconds), this.edges.clock, this.signal);
  }

  /**
   * Ends what has no right to exist, in all regions.
   * @returns this launch's own machines. A region that does not answer is none of them: it is unknown, and warned of
   * @throws Refusal if another launch has the better right
   */
  private async lookAtNeighbours(): Promise<Instance[]> {
    const claim = { ...this.facts, registrations: this.traces.registrations };
    const looks = this.config.regions.map(async ({ name }) => {
      try {
        return await lookAround(await this.ec2(name), claim, this.config.timeToLive, this.edges);
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        this.edges.report.log(`Whether other machines of this repository are in ${name} is unknown: ${error.message}`);
        return [];
      }
    });
    return (await Promise.all(looks)).flat();
  }

  /** Asks in one place, and waits for the runner. */
  private async attempt(current: Try, prepared: Prepared, round: number): Promise<Outcome> {
    if (!prepared.ok) return { ok: false, classes: ['unavailable'], why: prepared.reason };
    const { ec2 } = prepared;
    const answer = await this.ask(current, prepared, round);
    const [machine, ...surplus] = answer.instances;
    const { repository } = this.facts;
    for (const { id } of answer.instances) this.schedules.plan({ repository, region: ec2.region, id }, current.identity.name, this.expires);
    if (!machine) {
      const classes = answer.errors.map(({ code }) => classifyError(code));
      return { ok: false, classes, why: explainFleetErrors(answer.errors) };
    }
    this.follow(current, 'named');
    // whatever of it fails is done with the next look at the machine
    if (surplus.length > 0) await ec2.terminate(surplus.map(({ id }) => id)).catch(() => undefined);
    this.edges.report.log(`${machine.id} (${machine.type}, ${current.target.market}) is starting in ${ec2.region}.`);
    return this.wait(current, machine, ec2);
  }

  private follow(current: Try, event: LifeEvent): void {
    current.state = follow(current.state, event);
  }

  private ask(current: Try, { ec2, template, candidates }: Prepared & { ok: true }, round: number): Promise<FleetAnswer> {
    const { identity, registration, target } = current;
    const { machine } = this.facts;
    const tools = this.config.guestTools[machine.cpu];
    if (!tools)
      throw new Refusal(`The config has no downloads for ${machine.cpu} guests. It is generated: run "npx projen" and commit it.`);
    this.edges.report.log(`Asking ${ec2.region} for one of ${candidates.length} candidates, ${target.market}.`);
    this.follow(current, 'asked');
    return ask(
      {
        ec2,
        request: {
          market: target.market,
          clientToken: identity.clientToken,
          template,
          image: amazonLinux(machine.cpu),
          userData: renderUserData({
            name: identity.name,
            jitConfig: registration.jitConfig,
            timeToLive: this.config.timeToLive,
            expires: this.expires,
            tools,
          }),
          candidates,
          tags: {
            ...identity.tags,
            [RUNNER_TAGS.registration]: String(registration.id),
            [RUNNER_TAGS.expires]: this.expires.toISOString(),
          },
        },
        sent: (answer) => this.traces.asked.push({ ec2, answer }),
        lost: () => this.follow(current, 'lost'),
        decide: (kind, sent) => nextTry({ ...this.tryFacts(target, round), sent, how: 'thrown', classes: [kind] }),
      },
      this.edges,
      this.signal,
    );
  }

  private async wait(current: Try, machine: FleetAnswer['instances'][number], ec2: Ec2): Promise<Outcome> {
    const { clock, report, github } = this.edges;
    const waited = await waitUntilOnline(
      { clock, report, github },
      {
        registration: current.registration.id,
        deadline: this.started + launchDeadlineSeconds(this.config.timeToLive) * 1000,
        machine: async () => {
          const own = await this.lookAtNeighbours();
          const surplus = own.filter(({ id, state }) => id !== machine.id && (state === 'pending' || state === 'running'));
          if (surplus.length > 0) await ec2.terminate(surplus.map(({ id }) => id)).catch(() => undefined);
          return own.find(({ id }) => id === machine.id);
        },
      },
      this.signal,
    );
    switch (waited.kind) {
      case 'online':
        this.follow(current, 'online');
        return { ok: true, machine, region: ec2.region };
      case 'gone':
        throw new Refusal(
          'GitHub has no registration of the runner any more: another launch for the same job took its place, somebody removed it, or it was used. Use "Re-run all jobs".',
        );
      case 'late':
        throw new Refusal(
          `The runner was not online in time; it is ${waited.state}. The machine's console (EC2, "Get system log", lines with "spot-image:") tells how far it came; it needs a way out to the internet.`,
        );
      case 'died': {
        const { state, reason, reasonCode } = waited.machine;
        const why = `${machine.id} is ${state}${reason ? ` (${reason})` : ''} before its runner was online`;
        // what EC2 itself ended may do better elsewhere; what the guest or a person ended would end again
        if (reasonCode?.startsWith('Server.')) return { ok: false, classes: ['capacity'], why };
        throw new Refusal(`${why}. Use "Re-run all jobs".`);
      }
    }
  }

  /** The error to throw, after everything was undone that could be. */
  private async undone(error: unknown): Promise<Refusal> {
    const mend = error instanceof CloudError ? ` (${mendOf(error.code)})` : '';
    const left = await undoLaunch(this.traces, this.facts, this.edges, (region, ids) => this.schedules.takeBack(region, ids));
    const rest =
      left.length > 0
        ? ` Not everything could be undone: ${left.join(' ')} A machine ends itself at ${this.expires.toISOString()} at the latest; "stop" ends it before.`
        : '';
    return new Refusal(`${messageOf(error)}${mend}${rest}`, { cause: error });
  }
}

/**
 * Launches a machine for one job and waits until its runner is online. Its life is that
 * of `src/core/runner/life.ts`.
 *
 * On any failure, and when `signal` is aborted, it first requests the termination of
 * whatever it may have made, and removes its registrations.
 *
 * @throws Refusal that tells why, and what may be left
 */
export function launch(facts: LaunchFacts, config: RuntimeConfig, edges: LaunchEdges, signal: AbortSignal): Promise<Launched> {
  return new Launch(facts, config, edges, signal).run();
}
