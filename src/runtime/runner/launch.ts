import { RUNNER_RELEASE } from '../../core/guest-tools';
import { type RunnerIdentity, runnerIdentity } from '../../core/identity';
import { classifyFleetError, type ErrorClass, mendOf } from '../../core/runner/cloud-error';
import { mayUseHosted } from '../../core/runner/hosted-fallback';
import { follow } from '../../core/runner/life';
import { type Market, nextTry, type Target } from '../../core/runner/next-try';
import { outcomeOf, type TryRecord } from '../../core/runner/tries';
import { isYoung, runnerAge } from '../../core/runner-age';
import type { RuntimeConfig } from '../../core/runtime-config';
import { launchDeadlineSeconds } from '../../core/time-to-live';
import { CloudError } from '../edges/ec2';
import { messageOf, Refusal } from '../failure';
import { abortable } from './abortable';
import { attempt, type Outcome, type Try } from './attempt';
import { patiently } from './patience';
import { register } from './register';
import { type Prepared, prepareRegion } from './request';
import { type LaunchEdges, type LaunchFacts, Scene } from './scene';
import { LONGEST_CALL_MS, lateEc2, lateGitHub, timely } from './timely';
import { undoLaunch } from './undo';

/** A machine whose runner is online. */
export interface LaunchedMachine {
  readonly kind: 'machine';
  readonly identity: RunnerIdentity;
  readonly instanceId: string;
  readonly instanceType: string;
  readonly region: string;
  /** Availability zone. */
  readonly zone: string;
  readonly market: Market;
  /** What its guest repeats to the job. */
  readonly nonce: string;
  /** End of its time to live. */
  readonly expires: Date;
  /** What became of every try, in order; the last one is online. */
  readonly tries: readonly TryRecord[];
}

/** No machine, but GitHub's own runner instead. Nothing is left of the tries. */
export interface LaunchedHosted {
  readonly kind: 'hosted';
  /** The runner's label. */
  readonly label: string;
  readonly tries: readonly TryRecord[];
}

/** What a launch came to. */
export type Launched = LaunchedMachine | LaunchedHosted;

/** A launch that failed: why, what may be left, and what became of its tries. */
export class LaunchFailure extends Refusal {
  constructor(
    message: string,
    readonly tries: readonly TryRecord[],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The first try of a launch that is made again: far from any that a first launch can come to. */
const FIRST_TRY_AGAIN = 101;

/** How long the first look at the neighbours may be repeated: a twin that is not seen may stay beside this launch's machine. */
const FIRST_LOOK_MS = 20_000;

/** Beyond its deadline a launch ends whatever it waits for; the wait for the runner ends by itself before. */
const SLACK_MS = 5_000;

/** One launch: try after try, until there is a runner, or none can be had. */
class Launch {
  private readonly tries: TryRecord[] = [];
  /** Classes of the errors of every try that EC2 has answered. */
  private readonly classes: ErrorClass[][] = [];
  /** Where the try is that has no record yet. */
  private open: Target | undefined;

  constructor(private readonly scene: Scene) {}

  async run(): Promise<Launched> {
    const { facts, signal, report } = this.scene;
    try {
      // side by side: the first region's facts and the neighbours do not depend on the registration
      const first: Target = { region: 0, market: facts.again ? 'on-demand' : 'spot' };
      const number = facts.again ? FIRST_TRY_AGAIN : 1;
      report.doing = 'registering the runner and looking for candidates';
      const [current, prepared] = await abortable(
        Promise.all([
          this.begin(number, first),
          this.prepare(first),
          this.scene.lookAtNeighbours(this.scene.started + FIRST_LOOK_MS),
          this.checkRunner(),
        ]),
        signal,
      );
      return await this.tryAfterTry(current, prepared, number);
    } catch (error) {
      throw await this.undone(error);
    }
  }

  private async tryAfterTry(first: Try, firstPrepared: Prepared, firstNumber: number): Promise<Launched> {
    const { scene } = this;
    const { clock, report, signal } = scene;
    let [current, prepared, number, round] = [first, firstPrepared, firstNumber, 1];
    for (;;) {
      const { target } = current;
      const outcome = await attempt(current, prepared, scene, (kind, sent) =>
        nextTry({ ...this.tryFacts(target, round), sent, how: 'thrown', classes: [kind] }),
      );
      if (outcome.ok) return this.launched(current, outcome);
      current.state = follow(current.state, 'failed');
      const classes = this.accept(target, outcome);
      const next = nextTry({ ...this.tryFacts(target, round), sent: 1, how: 'answered', classes });
      if (next.verdict !== 'next') return this.withoutMachine();
      await this.end(current);
      // there is a twin: to go on without having seen its machine could make a second one
      if (classes.includes('mismatch')) await abortable(scene.lookAtNeighbours(scene.requestDeadline), signal);
      report.doing = `waiting for capacity; the next try is in ${this.placeOf(next.target)}`;
      await clock.sleep(next.afterMs, signal);
      round = next.round;
      number++;
      [current, prepared] = await abortable(Promise.all([this.begin(number, next.target), this.prepare(next.target)]), signal);
    }
  }

  private placeOf({ region, market }: Target): string {
    return `${this.scene.config.regions[region].name}, ${market}`;
  }

  /** Takes a "no" to the records. @returns its classes */
  private accept(target: Target, { classes, why }: Outcome & { ok: false }): readonly ErrorClass[] {
    const { withoutUserData, config, report } = this.scene;
    const region = config.regions[target.region].name;
    // a region can mean this only once
    const meant = classes.map((kind) => (kind === 'user-data' && withoutUserData.has(region) ? 'configuration' : kind));
    if (meant.includes('user-data')) withoutUserData.add(region);
    else this.classes.push([...meant]);
    this.note(target, outcomeOf(meant), why);
    report.log(`No machine in ${this.placeOf(target)}: ${why}.`);
    return meant;
  }

  private note({ region, market }: Target, outcome: TryRecord['outcome'], why: string): void {
    const { config, seconds } = this.scene;
    this.tries.push({ region: config.regions[region].name, market, outcome, seconds, why });
    this.open = undefined;
  }

  private async launched({ identity, target }: Try, { machine, region }: Outcome & { ok: true }): Promise<LaunchedMachine> {
    const { scene, tries } = this;
    const { id, type } = machine;
    this.note(target, 'online', `${id} (${type})`);
    // an emulator, or an older endpoint, does not tell the zone with the machine
    const zone = machine.zone ?? (await abortable(scene.lookAtNeighbours(), scene.signal)).find((own) => own.id === id)?.zone ?? '';
    const { nonce, expires } = scene;
    await abortable(scene.schedules.settled(), scene.signal);
    return { kind: 'machine', identity, instanceId: id, instanceType: type, region, zone, market: target.market, nonce, expires, tries };
  }

  /** EC2 has no machine: GitHub's own runner, if the config and the reasons allow it. */
  private async withoutMachine(): Promise<LaunchedHosted> {
    const { facts, report, signal } = this.scene;
    const label = facts.machine.hostedFallback;
    const told = this.tries.map(({ region, market, why }) => `${region}, ${market}: ${why}`).join('. ');
    if (label === undefined || !mayUseHosted(this.classes)) throw new Refusal(`No machine could be had. ${told}.`);
    report.doing = 'removing what the tries left';
    for (const left of await this.undo()) report.warn(left);
    signal.throwIfAborted();
    report.warn(`EC2 has no machine for ${facts.architecture}, so that it is built on GitHub's own runner ${label}. ${told}.`);
    return { kind: 'hosted', label, tries: this.tries };
  }

  /** The facts of a decision that do not depend on EC2's answer. */
  private tryFacts(target: Target, round: number) {
    const { config, clock, requestDeadline: deadline } = this.scene;
    const { regions, onDemandFallback: onDemand } = config;
    return { target, round, regions: regions.length, onDemand, now: clock.now(), deadline, random: clock.random() };
  }

  /** Gives a try its identity and its registration. */
  private async begin(tryNumber: number, target: Target): Promise<Try> {
    const { facts, github, clock, signal, traces } = this.scene;
    this.open = target;
    const identity = runnerIdentity({ ...facts, tryNumber });
    const registering = register(github, identity, clock, signal);
    traces.registering.push(registering);
    registering.then(
      ({ id }) => traces.registrations.push(id),
      () => undefined,
    );
    const registration = await registering;
    return { identity, target, registration, state: follow('wanted', 'registered') };
  }

  /** Ends a try of which no machine is left. A registration without a machine can take no job. */
  private async end(current: Try): Promise<void> {
    const { github, clock, signal, report } = this.scene;
    const { id } = current.registration;
    try {
      const removed = timely(github.remove(id), LONGEST_CALL_MS.look, clock, () => lateGitHub(`DELETE runners/${id}`));
      await abortable(removed, signal);
      current.state = follow(current.state, 'cleared');
    } catch (error) {
      signal.throwIfAborted();
      report.warn(`The registration ${current.identity.name} could not be removed: ${messageOf(error)}`);
    }
  }

  private async prepare({ region, market }: Target): Promise<Prepared> {
    const { config, facts, clock, signal, requestDeadline } = this.scene;
    const row = config.regions[region];
    const ec2 = await this.scene.ec2(row.name);
    const work = () => prepareRegion(ec2, { region: row, machine: facts.machine, market, config, now: clock.now() });
    return patiently(work, requestDeadline, clock, signal, () => lateEc2(row.name, 'Describe'));
  }

  /** @throws Refusal if the pinned runner is so old that GitHub would refuse it */
  private async checkRunner(): Promise<void> {
    const { clock, github, report } = this.scene;
    if (isYoung(RUNNER_RELEASE, clock.now())) return;
    const listed = timely(github.runnerReleases(), LONGEST_CALL_MS.look, clock, () => lateGitHub('GET releases'));
    const releases = await listed.catch(() => undefined); // unknown: it is judged by its date
    const { verdict, why } = runnerAge(RUNNER_RELEASE, releases, clock.now());
    if (verdict === 'refuse') throw new Refusal(why);
    if (verdict === 'warn') report.warn(why);
  }

  /** Ends whatever the tries may have left. @returns what could not be undone, as sentences */
  private undo(): Promise<string[]> {
    const { facts, traces, clock, github, schedules } = this.scene;
    return undoLaunch(traces, facts, { clock, github }, (region, ids) => schedules.takeBack(region, ids));
  }

  /** The error to throw, after everything was undone that could be. */
  private async undone(error: unknown): Promise<LaunchFailure> {
    const { expires } = this.scene;
    const outcome = error instanceof CloudError ? classifyFleetError(error) : 'failed';
    if (this.open) this.note(this.open, outcome, messageOf(error));
    const mend = error instanceof CloudError ? ` (${mendOf(error.code)})` : '';
    const left = await this.undo();
    const rest =
      left.length > 0
        ? ` Not everything could be undone: ${left.join(' ')} A machine ends itself at ${expires.toISOString()} at the latest; "stop" ends it before.`
        : '';
    return new LaunchFailure(`${messageOf(error)}${mend}${rest}`, this.tries, { cause: error });
  }
}

/**
 * Launches a machine for one job and waits until its runner is online. Its life is that
 * of `src/core/runner/life.ts`.
 *
 * On any failure, when `signal` is aborted, and when its own deadline has come, whatever
 * hangs, it first requests the termination of whatever it may have made, and removes its
 * registrations.
 *
 * @throws LaunchFailure that tells why, what may be left, and what became of the tries
 */
export async function launch(facts: LaunchFacts, config: RuntimeConfig, edges: LaunchEdges, signal: AbortSignal): Promise<Launched> {
  const overdue = new AbortController();
  const over = new AbortController();
  const scene = new Scene(facts, config, edges, AbortSignal.any([signal, overdue.signal]));
  const seconds = launchDeadlineSeconds(config.timeToLive);
  edges.clock.sleep(seconds * 1000 + SLACK_MS, over.signal).then(
    () => overdue.abort(new Refusal(`There was no runner within ${seconds / 60} minutes; at the end it was ${scene.report.doing}.`)),
    () => undefined,
  );
  scene.report.beat(over.signal);
  try {
    return await new Launch(scene).run();
  } finally {
    over.abort();
  }
}
