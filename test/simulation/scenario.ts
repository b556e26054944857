/**
 * One seeded scenario: a run with its attempts, as the generated workflows go about it,
 * in a world with bad habits. Launch, stop and reap are the real ones.
 *
 * | what happens                                                  | what must hold whatever happens                                |
 * | ------------------------------------------------------------- | -------------------------------------------------------------- |
 * | EC2 throttles, fails, loses answers, is out for minutes       | no machine lives past its time to live and the grace, see below |
 * | describes, runner lists, runs and jobs show the past          | no machine or run with a live job within its time is ended     |
 * | pools without capacity, quotas, in one or two regions         | a launch that says "online" has its machine                    |
 * | machines reclaimed at any moment, slow to shut down           | a stop that says "stopped" has stopped                         |
 * | guests that never boot, hang, fail to set up, arm no timer    | a reap that saw all leaves nothing that was overdue            |
 * | GitHub: 5xx, limits, lost answers, flapping, busy for ever    | no secret in any output or tag                                 |
 * | launch killed, started twice; the run cancelled at any moment | two machines for one job end within the reaper's window        |
 * | "Re-run all jobs", "Re-run failed jobs", a build on demand    | a cancelled launch is through within 7.5 s                     |
 * |   after a reclaim                                             | a launch that fails leaves no machine without saying so        |
 * | stop killed, skipped, started twice; reaper without schedule  | no build waits for a machine that is dead                      |
 * |                                                               | of two launches for one job, one goes on                       |
 *
 * How long a machine can live past its time: a guest that booted ends itself at its
 * time. One that never booted has no timers; AWS's schedule ends it after the grace. Where
 * the role may make no schedule, or the launch was killed before it could, and the stop
 * did not run either, the reaper is left: grace and one period of it, 300 s and 900 s, and
 * the time in which a reap looks around. That is the longest overstay of the closing line
 * as long as each reap is answered; one that is not says so, and the next one is due 900 s
 * later. A machine that three of them have left is a leak in any case. Where GitHub has
 * switched the reaper's schedule off, such a machine lives until the next launch or stop of
 * the repository, whenever that is: the closing line has that figure apart.
 */
import { RUNNER_TAGS } from '../../src/core/identity';
import { launchCommand } from '../../src/runtime/commands/launch';
import { Chance } from './chance';
import type { Guest } from './guest';
import { KILLED, type Lies, Process } from './process';
import { type Fault, type Habits, World } from './world';

/** A defence that is missing, for the sake of proving that it is needed. */
export interface Breakage {
  readonly launch?: Lies;
  readonly stop?: Lies;
  readonly reap?: Lies;
  readonly habits?: Partial<Habits>;
  /** Stop never runs. */
  readonly noStop?: boolean;
  /** Neither the schedule nor a next launch comes. */
  readonly noReaper?: boolean;
}

/** What one scenario came to. */
export interface Verdict {
  readonly seed: number;
  readonly faults: readonly { readonly fault: Fault; readonly what: string }[];
  /** Machines that were launched. */
  readonly machines: number;
  /** Jobs that ran on them. */
  readonly jobs: number;
  /** Longest life past its end, in seconds: with a reaper, and where the next launch is its reaper. */
  readonly overstay: { readonly reaped: number; readonly alone: number };
}

const SECOND = 1_000;
const MINUTE = 60_000;
const REAP_PERIOD = 15 * MINUTE;
/** Three periods: any single one may meet an outage. */
const REAP_WINDOW = 3 * REAP_PERIOD;
const LONGEST_END_MS = 7_500;
/** After a cancellation GitHub gives the jobs that run always this long in all. */
const AFTER_CANCEL = 5 * MINUTE;
/** The build that follows a reclaim asks for a machine that nobody takes back. */
const AGAIN = 'again' in launchCommand.options ? ['launch', '--arch', 'amd64', '--again'] : undefined;

/** How a run goes on after an attempt. */
type Rerun = 'all jobs' | 'failed jobs';

const LAUNCH = ['launch', '--arch', 'amd64'];
/** How long a build waits, before somebody loses patience and goes on. */
const PATIENCE = 50 * MINUTE;

class Scenario {
  private readonly world: World;
  private readonly chance: Chance;
  private readonly processes: Process[] = [];
  private readonly scheduled: boolean;
  private jobs = 0;
  private over = false;
  /** When the attempt was cancelled, if it was. */
  private cancelledAt: number | undefined;
  /** No call fails, and nobody is out. */
  private readonly quiet: boolean;

  constructor(
    readonly seed: number,
    private readonly breakage: Breakage,
  ) {
    this.chance = new Chance(seed);
    const rate = this.chance.pick([0, 0.02, 0.1, 0.3]);
    const gitHubFault = this.chance.pick([0, 0.02, 0.2]);
    this.world = new World(this.chance, {
      ec2Fault: rate,
      gitHubFault,
      scarcity: this.chance.pick([0, 0.5, 0.9, 1]),
      reclaim: this.chance.pick([0, 0.3]),
      dead: this.chance.pick([0, 0.1]),
      staleness: this.chance.pick([0, 5, 20]),
      twins: 0.15,
      kills: 0.1,
      scheduler: this.chance.pick(['works', 'works', 'refused', 'none']),
      ...breakage.habits,
    });
    this.quiet = this.world.habits.ec2Fault === 0 && this.world.habits.gitHubFault === 0 && !this.world.hasOutages;
    // GitHub switches a schedule off after 60 quiet days: then the next launch has to do
    this.scheduled = !breakage.noReaper && this.chance.yes(0.8);
  }

  async run(): Promise<Verdict> {
    const { world, chance } = this;
    const { clock } = world;
    const background = [this.watch(), this.schedule()];
    const attempts = chance.pick([1, 1, 2, 3]);
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) await clock.sleep(chance.between(0, 20) * MINUTE);
      await this.attempt(attempt, attempt > 1 && chance.yes(0.3) ? 'failed jobs' : 'all jobs');
    }
    const last = Math.max(clock.now(), ...[...world.guests.values()].map(({ expires }) => expires));
    // one reap of what is overdue in a bad world, the others in a good one
    await clock.sleep(last - clock.now() + 6 * MINUTE + REAP_PERIOD);
    world.calm = true;
    if (!this.scheduled && !this.breakage.noReaper) await this.nextRun();
    await clock.sleep(REAP_WINDOW - REAP_PERIOD);
    world.checkTime(0);
    this.over = true;
    await Promise.all(background);
    for (const process of this.processes) world.checkSecrets(process.output);
    clock.stop();
    const overstay = { reaped: world.overstay.reaped / SECOND, alone: world.overstay.alone / SECOND };
    return { seed: this.seed, faults: world.faults, machines: world.guests.size, jobs: this.jobs, overstay };
  }

  private start(attempt: number, args: readonly string[], lies?: Lies): Process {
    const process = new Process(this.world, attempt, args, lies);
    this.processes.push(process);
    return process;
  }

  /** One attempt of the run: launch, build, stop. */
  private async attempt(attempt: number, rerun: Rerun): Promise<void> {
    const { world, chance } = this;
    const { clock } = world;
    world.attempt = attempt;
    world.setRun(attempt, false, []);
    this.cancelledAt = undefined;
    if (chance.yes(0.25)) this.cancelLater(clock.now() + chance.between(0, chance.pick([240, 240, 4_000])) * SECOND, attempt);
    // a launch that has succeeded is not run again, its machine is gone: the build fails at once, and the stop comes
    if (rerun === 'all jobs') await this.launchAndBuild(attempt);
    if (!this.breakage.noStop && chance.yes(0.9)) await this.stop(attempt);
    // jobs that were cancelled with the run have no right to go on
    world.attempt = 0;
    world.setRun(attempt, true, world.github.runJobs.get(world.runId) ?? []);
  }

  private async launchAndBuild(attempt: number): Promise<void> {
    const { world, chance } = this;
    const { clock } = world;
    const launches = [this.launch(attempt, LAUNCH)];
    if (chance.yes(world.habits.twins)) {
      await clock.sleep(chance.between(0, 240) * SECOND);
      if (!this.isCancelled) launches.push(this.launch(attempt, LAUNCH));
    }
    const first = await Promise.race(launches);
    const job = first !== undefined && !this.isCancelled ? this.build(first, attempt) : undefined;
    const [fate, ...labels] = await Promise.all([job, ...launches]);
    if (labels.length > 1 && labels.every((label) => label === undefined)) this.checkTwins();
    if (fate !== 'reclaimed' || !AGAIN || this.isCancelled) return;
    if (!this.breakage.noStop) await this.stop(attempt);
    const second = this.isCancelled ? undefined : await this.launch(attempt, AGAIN);
    if (second !== undefined && !this.isCancelled) await this.build(second, attempt);
  }

  /** Two launches have failed: not because each of them took the other for the better one. */
  private checkTwins(): void {
    const twins = this.processes.filter(({ args }) => args[0] === 'launch').slice(-2);
    const yielded = /error: [^\n]*(?:another launch|the one that counts|leaves it alone)/;
    // where calls fail, both may have to: whether a job runs on the other's machine is unknown
    if (this.quiet && !this.isCancelled && twins.every(({ output }) => yielded.test(output)))
      this.world.fail('nobody won', twins.map(({ output }) => output.slice(-200)).join(' / '));
  }

  private get isCancelled(): boolean {
    return this.cancelledAt !== undefined;
  }

  /** Somebody cancels the run: GitHub asks its processes to end, and kills them soon; what has begun to clean up has minutes. */
  private cancelLater(at: number, attempt: number): void {
    const { world } = this;
    world.clock.at(at, () => {
      if (world.attempt !== attempt || world.runIsOver) return;
      this.cancelledAt = at;
      for (const process of this.processes.filter(({ running, args }) => running && args[0] === 'launch')) {
        process.interrupt();
        world.clock.at(at + LONGEST_END_MS, () => process.running && world.fail('late end', 'a launch that was asked to end'));
        if (world.habits.kills > 0) world.clock.at(at + 10 * SECOND, () => process.kill());
      }
      for (const process of this.processes.filter(({ running, args }) => running && args[0] === 'stop'))
        world.clock.at(at + AFTER_CANCEL, () => process.kill());
    });
  }

  /** @returns the label of the machine, if the launch says that it has one */
  private async launch(attempt: number, args: readonly string[]): Promise<string | undefined> {
    const { world, chance } = this;
    const { clock } = world;
    const process = this.start(attempt, args, this.breakage.launch);
    if (chance.yes(world.habits.kills)) clock.at(clock.now() + chance.between(0, 240) * SECOND, () => process.kill());
    const code = await process.done;
    const named = [...world.guests.values()].find(({ machine }) => machine.id === process.outputs['instance-id']);
    if (code === 0 && (!named || named.machine.tags.Name !== process.outputs.label || !world.github.wasOnline.has(named.registration)))
      world.fail('unproven success', `launch says ${JSON.stringify(process.outputs)}`);
    if (code !== 0 && code !== KILLED) {
      const ours = world.working.filter(({ machine }) => process.output.includes(`${machine.id} (`) && /is starting/.test(process.output));
      const superseded = /leaves it alone|the one that counts/.test(process.output);
      const own = ours.filter(({ machine }) => new RegExp(`${machine.id} \\([^)]*\\) is starting`).test(process.output));
      if (own.length > 0 && !superseded && !process.output.includes('Not everything could be undone'))
        world.fail('left behind', `${own.map(({ machine }) => machine.id).join(', ')}: ${process.output.slice(-400)}`);
    }
    return code === 0 ? process.outputs.label : undefined;
  }

  /** The build: it waits for the runner with this label, runs, and ends in one of many ways. */
  private async build(label: string, attempt: number): Promise<'done' | 'reclaimed'> {
    const { world, chance } = this;
    const { clock, github } = world;
    world.setRun(attempt, false, [{ status: 'queued', labels: [label] }]);
    const guest = await this.picksUp(label);
    if (!guest) return 'done';
    this.jobs++;
    const { registration } = guest;
    guest.job = 'running';
    const runner = github.registered.find(({ id }) => id === registration);
    if (runner) runner.busy = true;
    const job = { status: 'in_progress', runner: label, labels: [label] };
    world.setRun(attempt, false, [job]);
    const end = clock.now() + chance.between(10, world.config.timeToLive.jobSeconds) * SECOND;
    const goesOn = () => clock.now() < end && guest.alive && !this.isCancelled && !world.runIsOver;
    while (goesOn()) await clock.sleep(Math.min(30 * SECOND, end - clock.now()));
    const lost = !guest.alive;
    if (lost && !this.isCancelled) await clock.sleep(10 * MINUTE); // until then GitHub takes the job for running
    guest.job = 'over';
    world.setRun(attempt, world.runIsOver, [{ ...job, status: 'completed' }]);
    if (world.attempt === attempt && chance.yes(0.1)) return 'done'; // busy for ever, and the runner never ends
    const index = github.registered.findIndex(({ id }) => id === registration);
    if (index >= 0) github.registered.splice(index, 1);
    github.note();
    if (!lost && chance.yes(0.9)) clock.at(clock.now() + MINUTE, () => guest.off());
    return lost && guest.machine.reasonCode?.startsWith('Server.Spot') ? 'reclaimed' : 'done';
  }

  /** @returns the machine that takes the job with this label, or undefined if nobody does before the run is over */
  private async picksUp(label: string): Promise<Guest | undefined> {
    const { world, chance } = this;
    const { clock, github } = world;
    const until = clock.now() + PATIENCE;
    let deadSince: number | undefined;
    if (chance.yes(0.3)) await clock.sleep(chance.between(0, 300) * SECOND); // GitHub takes its time
    while (clock.now() < until && !world.runIsOver && !this.isCancelled) {
      const runner = github.registered.find(({ labels, online, busy }) => labels.includes(label) && online && !busy);
      const guest = runner && [...world.guests.values()].find((one) => one.registration === runner.id && one.alive);
      if (guest) return guest;
      const living = [...world.guests.values()].some(
        (one) => one.machine.tags.Name === label && one.ec2.stateOf(one.machine) !== 'terminated',
      );
      deadSince = living ? undefined : (deadSince ?? clock.now());
      await clock.sleep(5 * SECOND);
    }
    const isOver = world.runIsOver || this.isCancelled;
    // one reap may fail, as calls do; where they do not, the second one has had its look
    const reliable = this.scheduled && this.quiet;
    if (!isOver && reliable && deadSince !== undefined && clock.now() - deadSince > 2 * REAP_PERIOD + 10 * MINUTE)
      world.fail('waits for nobody', `the build waits for ${label}, which has been dead for ${(clock.now() - deadSince) / SECOND} s`);
    return undefined;
  }

  private async stop(attempt: number): Promise<void> {
    const { world, chance } = this;
    const stops = [this.start(attempt, ['stop', '--arch', 'amd64'], this.breakage.stop)];
    if (chance.yes(0.1)) stops.push(this.start(attempt, ['stop', '--arch', 'amd64'], this.breakage.stop));
    if (chance.yes(0.1)) {
      const [first] = stops;
      world.clock.at(world.clock.now() + chance.between(0, 60) * SECOND, () => first.kill());
    }
    const { cancelledAt } = this;
    if (cancelledAt !== undefined) for (const process of stops) world.clock.at(cancelledAt + AFTER_CANCEL, () => process.kill());
    await Promise.all(
      stops.map(async (process) => {
        if ((await process.done) !== 0) return;
        const living = [...world.guests.values()].filter(({ ec2, machine }) => ec2.stateOf(machine) !== 'terminated');
        const own = living.filter(({ machine }) => Number(machine.tags[RUNNER_TAGS.attempt]) <= attempt);
        if (own.length > 0)
          world.fail('unproven success', `stop, but ${own.map(({ machine }) => `${machine.id} is ${machine.state}`).join(', ')}`);
      }),
    );
  }

  /** The scheduled workflow. */
  private async schedule(): Promise<void> {
    const { world } = this;
    if (!this.scheduled) return;
    while (!this.over) {
      await world.clock.sleep(REAP_PERIOD);
      const { overdue } = world;
      const process = this.start(1, ['reap'], this.breakage.reap);
      world.clock.at(world.clock.now() + 10 * MINUTE, () => process.kill());
      if ((await process.done) !== 0) continue;
      const left = overdue.filter((guest) => world.working.includes(guest));
      if (left.length > 0)
        world.fail('unproven success', `reap, but ${left.map(({ machine }) => machine.id).join(', ')} was overdue and lives`);
    }
  }

  /** Another run of the repository, later: its launch alone has to find what is overdue. */
  private async nextRun(): Promise<void> {
    const process = this.start(99, ['launch', '--arch', 'amd64']);
    await process.done;
    await this.start(99, ['stop', '--arch', 'amd64']).done;
  }

  /** Looks at the whole world again and again. */
  private async watch(): Promise<void> {
    const { world } = this;
    let twinsSince: number | undefined;
    while (!this.over) {
      await world.clock.sleep(MINUTE);
      world.checkTime(this.scheduled ? REAP_WINDOW : Number.POSITIVE_INFINITY);
      const attempts = world.working.map(({ machine }) => machine.tags[RUNNER_TAGS.attempt]);
      const twins = attempts.some((attempt, i) => attempts.indexOf(attempt) !== i);
      twinsSince = twins ? (twinsSince ?? world.clock.now()) : undefined;
      if (twinsSince !== undefined && world.clock.now() - twinsSince > 2 * REAP_PERIOD) {
        world.fail('two machines', world.working.map(({ machine }) => `${machine.id} of ${machine.tags.Name}`).join(', '));
        twinsSince = undefined;
      }
    }
  }
}

/** Runs the scenario of a seed. The same seed gives the same verdict. */
export function runScenario(seed: number, breakage: Breakage = {}): Promise<Verdict> {
  return new Scenario(seed, breakage).run();
}
