/**
 * One seeded scenario: a run with its attempts, as the generated workflows go about it,
 * in a world with bad habits. Launch, stop and reap are the real ones.
 *
 * | what happens                                                  | what must hold whatever happens                                |
 * | ------------------------------------------------------------- | -------------------------------------------------------------- |
 * | EC2 throttles, fails, loses answers, is out for minutes       | no machine lives past its time to live, the grace and one look |
 * | describes and runner lists show the past                      | no machine with a live job within its time is terminated       |
 * | pools without capacity, quotas, in one or two regions         | a stop that says "stopped" is right, a launch's machine exists |
 * | machines reclaimed at any moment, slow to shut down           | no secret in any output or tag                                 |
 * | guests that never boot, hang, fail to set up, arm no timer    | two machines for one job end within the reaper's window        |
 * | GitHub: 5xx, limits, lost answers, flapping, busy for ever    | a cancelled launch is through within 7.5 s                     |
 * | launch cancelled, killed, started twice; run run again        | a launch that fails leaves no machine without saying so        |
 * | stop killed, skipped, started twice; reaper without schedule  |                                                                |
 */
import { RUNNER_TAGS } from '../../src/core/identity';
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
  /** No process is killed: a launch that is cannot have planned anything. */
  readonly noKills?: boolean;
}

/** What one scenario came to. */
export interface Verdict {
  readonly seed: number;
  readonly faults: readonly { readonly fault: Fault; readonly what: string }[];
  /** Machines that were launched. */
  readonly machines: number;
  /** Jobs that ran on them. */
  readonly jobs: number;
  /** Longest life past its end, in seconds. */
  readonly overstay: number;
}

const SECOND = 1_000;
const MINUTE = 60_000;
const REAP_PERIOD = 15 * MINUTE;
/** Three periods: any single one may meet an outage. */
const REAP_WINDOW = 3 * REAP_PERIOD;
const LONGEST_END_MS = 7_500;

class Scenario {
  private readonly world: World;
  private readonly chance: Chance;
  private readonly processes: Process[] = [];
  private readonly scheduled: boolean;
  private jobs = 0;
  private over = false;

  constructor(
    readonly seed: number,
    private readonly breakage: Breakage,
  ) {
    this.chance = new Chance(seed);
    const rate = this.chance.pick([0, 0.02, 0.1, 0.3]);
    this.world = new World(this.chance, {
      ec2Fault: rate,
      gitHubFault: this.chance.pick([0, 0.02, 0.2]),
      scarcity: this.chance.pick([0, 0.5, 0.9, 1]),
      reclaim: this.chance.pick([0, 0.3]),
      dead: this.chance.pick([0, 0.1]),
      staleness: this.chance.pick([0, 5, 20]),
      scheduler: this.chance.pick(['works', 'works', 'refused']),
      ...breakage.habits,
    });
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
      await this.attempt(attempt);
    }
    const last = Math.max(clock.now(), ...[...world.guests.values()].map(({ expires }) => expires));
    await clock.sleep(last - clock.now() + 6 * MINUTE);
    world.calm = true;
    if (!this.scheduled && !this.breakage.noReaper) await this.nextRun();
    await clock.sleep(REAP_WINDOW);
    world.checkTime(0);
    this.over = true;
    await Promise.all(background);
    for (const process of this.processes) world.checkSecrets(process.output);
    clock.stop();
    return { seed: this.seed, faults: world.faults, machines: world.guests.size, jobs: this.jobs, overstay: world.overstay / SECOND };
  }

  private start(attempt: number, args: readonly string[], lies?: Lies): Process {
    const process = new Process(this.world, attempt, args, lies);
    this.processes.push(process);
    return process;
  }

  /** One attempt of the run: launch, build, stop. */
  private async attempt(attempt: number): Promise<void> {
    const { world, chance } = this;
    const { clock } = world;
    world.attempt = attempt;
    world.github.workflowRuns.set(world.runId, { finished: false, attempt });
    world.github.runJobs.set(world.runId, []);
    const cancelled = chance.yes(0.2);
    const launches = [this.launch(attempt, cancelled)];
    if (chance.yes(0.15)) {
      await clock.sleep(chance.between(0, 240) * SECOND);
      launches.push(this.launch(attempt, cancelled));
    }
    const first = await Promise.race(launches);
    const job = first && !cancelled ? this.build(first, attempt) : undefined;
    await Promise.all([job, ...launches]);
    if (!this.breakage.noStop && chance.yes(0.9)) await this.stop(attempt);
    // jobs that were cancelled with the run have no right to go on
    world.attempt = 0;
    world.github.workflowRuns.set(world.runId, { finished: true, attempt });
  }

  /** @returns the label of the machine, if the launch says that it has one */
  private async launch(attempt: number, cancelled: boolean): Promise<string | undefined> {
    const { world, chance } = this;
    const { clock } = world;
    const process = this.start(attempt, ['launch', '--arch', 'amd64'], this.breakage.launch);
    if (cancelled) {
      const at = clock.now() + chance.between(0, 240) * SECOND;
      clock.at(at, () => process.interrupt());
      clock.at(at + LONGEST_END_MS, () => process.running && world.fail('late end', 'a launch that was asked to end'));
      if (!this.breakage.noKills) clock.at(at + 10 * SECOND, () => process.kill());
    } else if (chance.yes(0.1) && !this.breakage.noKills) clock.at(clock.now() + chance.between(0, 240) * SECOND, () => process.kill());
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
  private async build(label: string, attempt: number): Promise<void> {
    const { world, chance } = this;
    const { clock, github } = world;
    const until = clock.now() + 30 * MINUTE; // then somebody cancels the run
    let guest: Guest | undefined;
    while (!guest && clock.now() < until) {
      const runner = github.registered.find(({ labels, online, busy }) => labels.includes(label) && online && !busy);
      guest = runner && [...world.guests.values()].find((one) => one.registration === runner.id && one.alive);
      if (!guest) await clock.sleep(5 * SECOND);
    }
    if (!guest) return;
    this.jobs++;
    const { registration } = guest;
    guest.job = 'running';
    const runner = github.registered.find(({ id }) => id === registration);
    if (runner) runner.busy = true;
    const job = { status: 'in_progress', runner: label };
    github.runJobs.set(world.runId, [job]);
    github.note();
    const end = clock.now() + chance.between(10, world.config.timeToLive.jobSeconds) * SECOND;
    while (clock.now() < end && guest.alive) await clock.sleep(Math.min(30 * SECOND, end - clock.now()));
    const lost = !guest.alive;
    if (lost) await clock.sleep(10 * MINUTE); // until then GitHub takes the job for running
    guest.job = 'over';
    github.runJobs.set(world.runId, [{ ...job, status: 'completed' }]);
    if (world.attempt === attempt && chance.yes(0.1)) return; // busy for ever, and the runner never ends
    const index = github.registered.findIndex(({ id }) => id === registration);
    if (index >= 0) github.registered.splice(index, 1);
    github.note();
    const done = guest;
    if (!lost && chance.yes(0.9)) clock.at(clock.now() + MINUTE, () => done.off());
  }

  private async stop(attempt: number): Promise<void> {
    const { world, chance } = this;
    const stops = [this.start(attempt, ['stop', '--arch', 'amd64'], this.breakage.stop)];
    if (chance.yes(0.1)) stops.push(this.start(attempt, ['stop', '--arch', 'amd64'], this.breakage.stop));
    if (chance.yes(0.1)) {
      const [first] = stops;
      world.clock.at(world.clock.now() + chance.between(0, 60) * SECOND, () => first.kill());
    }
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
      const process = this.start(1, ['reap'], this.breakage.reap);
      world.clock.at(world.clock.now() + 10 * MINUTE, () => process.kill());
      await process.done;
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
