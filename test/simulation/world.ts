import { RUNNER_TAGS } from '../../src/core/identity';
import { REAP_GRACE_SECONDS } from '../../src/core/runner/overdue';
import type { RuntimeConfig } from '../../src/core/runtime-config';
import type { Job } from '../../src/runtime/edges/github';
import { VirtualClock } from '../models/clock';
import { testConfig } from '../models/config';
import { ModelEc2, type ModelInstance } from '../models/ec2';
import { JIT_SECRET, ModelGitHub } from '../models/github';
import { ModelScheduler } from '../models/scheduler';
import type { Chance } from './chance';
import { Guest } from './guest';

/** What a scenario may be blamed for. */
export type Fault =
  /** A machine that lived on after its time, its grace, and a look of the reaper. */
  | 'leak'
  /** A machine was terminated, or its run cancelled, that ran a live job within its time. */
  | 'living job killed'
  | 'secret seen'
  /** A command said "done" of something that was not so. */
  | 'unproven success'
  /** Two machines for one job, longer than it takes to notice. */
  | 'two machines'
  /** Each of two launches for one job gave way to the other. */
  | 'nobody won'
  /** A launch that was asked to end was not through after 7.5 s. */
  | 'late end'
  /** A launch failed, left a machine, and did not say so. */
  | 'left behind'
  /** A build waited for a machine that was seen to be dead, and nobody ended its run. */
  | 'waits for nobody'
  /** The script called it a defect of its own. */
  | 'defect';

/** How bad the world is, each from 0 to 1. */
export interface Habits {
  /** A call of EC2 that is throttled, fails, or whose answer is lost. */
  readonly ec2Fault: number;
  readonly gitHubFault: number;
  /** A pool without capacity. */
  readonly scarcity: number;
  readonly reclaim: number;
  /** A launch that is started twice. */
  readonly twins: number;
  /** A launch that is killed. */
  readonly kills: number;
  /** A guest that never boots, and so arms no timer. */
  readonly dead: number;
  /** How old answers may be, in seconds. */
  readonly staleness: number;
  /** Schedules at AWS: there are some, the role may not make any, or nobody has set one up. */
  readonly scheduler: 'works' | 'refused' | 'none';
}

const MINUTE = 60_000;

/** One scenario's world: one repository, EC2 and GitHub with bad habits, guests that follow their timers. */
export class World {
  readonly clock: VirtualClock;
  readonly github = new ModelGitHub();
  readonly regions = new Map<string, ModelEc2>();
  readonly schedulers = new Map<string, ModelScheduler>();
  readonly guests = new Map<ModelInstance, Guest>();
  readonly repository = 'dianplus/tomcat';
  readonly runId = '17654321098';
  readonly token = 'ghs_token-of-the-app';
  readonly config: RuntimeConfig;
  /** The attempt that is going on, or 0 between attempts. */
  attempt = 0;
  readonly faults: { readonly fault: Fault; readonly what: string }[] = [];
  /** No faults from now on. */
  calm = false;
  /** Longest time that a machine lived past its end, in milliseconds: with a reaper, and where the next launch is its reaper. */
  readonly overstay = { reaped: 0, alone: 0 };
  private readonly outages: { readonly edge: string; readonly from: number; readonly to: number }[] = [];

  constructor(
    readonly chance: Chance,
    readonly habits: Habits,
  ) {
    this.clock = new VirtualClock(chance.next);
    const names = chance.yes(0.5) ? ['us-east-1'] : ['us-east-1', 'us-west-2'];
    this.config = testConfig({
      architectures: [{ name: 'amd64', spot: { families: ['c6i', 'c7i'] } }],
      pipeline: { regions: names.map((name) => ({ name })), onDemandFallback: chance.yes(0.5) },
    });
    for (const edge of [...names, 'github']) {
      if (!chance.yes(0.15)) continue;
      const from = this.clock.now() + chance.between(0, 90) * MINUTE;
      this.outages.push({ edge, from, to: from + chance.between(1, 20) * MINUTE });
    }
    for (const name of names) this.addRegion(name);
    this.spoilGitHub();
  }

  ec2(region: string): ModelEc2 {
    const model = this.regions.get(region);
    if (!model) throw new Error(`there is no region ${region}`);
    return model;
  }

  scheduler(region: string): ModelScheduler {
    const model = this.schedulers.get(region);
    if (!model) throw new Error(`there are no schedules in ${region}`);
    return model;
  }

  fail(fault: Fault, what: string): void {
    this.faults.push({ fault, what: `${new Date(this.clock.now()).toISOString()} ${what}` });
  }

  get hasOutages(): boolean {
    return this.outages.length > 0;
  }

  private isOut(edge: string): boolean {
    return this.outages.some((outage) => outage.edge === edge && this.clock.now() >= outage.from && this.clock.now() < outage.to);
  }

  private addRegion(name: string): void {
    const { chance, clock, habits } = this;
    const ec2 = new ModelEc2(name, clock);
    this.regions.set(name, ec2);
    this.addScheduler(ec2);
    ec2.zones = ['a', 'b'];
    ec2.before = async () => {
      await clock.sleep(chance.between(20, 900));
      if (this.calm) return;
      if (this.isOut(name)) {
        await clock.sleep(chance.between(100, 20_000));
        throw ec2.refusal(chance.pick(['TimeoutError', 'InternalError', 'ECONNRESET']));
      }
      if (chance.yes(habits.ec2Fault)) throw ec2.refusal(chance.pick(['RequestLimitExceeded', 'InternalError', 'TimeoutError']));
    };
    ec2.after = async () => {
      if (this.calm || !chance.yes(habits.ec2Fault)) return;
      await clock.sleep(chance.between(0, 20_000));
      throw ec2.refusal(chance.pick(['TimeoutError', 'ECONNRESET', 'InternalError']));
    };
    ec2.nature = {
      staleness: () => chance.between(0, habits.staleness * 1000),
      shutDownMs: () => chance.between(5, 90) * 1000,
      capacity: (_type, _zone, market) =>
        !this.calm && chance.yes(market === 'spot' ? habits.scarcity : habits.scarcity / 4)
          ? chance.pick(['InsufficientInstanceCapacity', 'UnfulfillableCapacity', 'MaxSpotInstanceCountExceeded', 'Unsupported'])
          : undefined,
      started: (machine) => this.guests.set(machine, new Guest(this, ec2, machine)),
      terminating: (machine) => {
        const guest = this.guests.get(machine);
        if (!guest) return;
        if (guest.job === 'running' && this.isLive(guest)) this.fail('living job killed', `${machine.id} ran a job`);
        this.offline(guest);
      },
    };
  }

  /** Schedules fail as often as EC2's calls do; without them, all of them do, and nothing fires. */
  private addScheduler(ec2: ModelEc2): void {
    const { chance, clock, habits } = this;
    const scheduler = new ModelScheduler(ec2, clock);
    this.schedulers.set(ec2.region, scheduler);
    scheduler.before = async () => {
      await clock.sleep(chance.between(20, 900));
      if (habits.scheduler === 'refused') throw scheduler.refusal('AccessDeniedException');
      if (!this.calm && (this.isOut(ec2.region) || chance.yes(habits.ec2Fault))) throw scheduler.refusal('TimeoutError');
    };
    scheduler.after = async () => {
      if (!this.calm && chance.yes(habits.ec2Fault)) throw scheduler.refusal('ECONNRESET');
    };
  }

  private spoilGitHub(): void {
    const { chance, clock, github, habits } = this;
    github.before = async () => {
      await clock.sleep(chance.between(50, 800));
      if (this.calm) return;
      if (this.isOut('github') || chance.yes(habits.gitHubFault)) throw github.refusal(chance.pick([500, 502, 503, 429, undefined]));
    };
    github.after = async () => {
      if (!this.calm && chance.yes(habits.gitHubFault)) throw github.refusal(chance.pick([502, undefined]));
    };
    github.staleness = () => (this.calm ? 0 : chance.between(0, habits.staleness * 2000));
    github.answerAge = () => (this.calm ? 0 : chance.between(0, habits.staleness * 1000));
    github.cancelling = () => {
      const living = this.working.find((guest) => guest.job === 'running' && this.isLive(guest));
      if (living) this.fail('living job killed', `${living.machine.id} ran a job, and its run was cancelled`);
    };
    github.now = () => clock.now();
    github.flaps = () => chance.yes(0.05);
  }

  /** The run is in this attempt, and has these jobs. */
  setRun(attempt: number, finished: boolean, jobs: readonly Job[]): void {
    this.github.workflowRuns.set(this.runId, { attempt, finished });
    this.github.runJobs.set(this.runId, [...jobs]);
    this.github.note();
  }

  /** Was the run ended by somebody? */
  get runIsOver(): boolean {
    return this.github.workflowRuns.get(this.runId)?.finished ?? false;
  }

  /** Machines that have been due to end for longer than the grace. */
  get overdue(): Guest[] {
    return this.working.filter(({ expires }) => this.clock.now() >= expires + REAP_GRACE_SECONDS * 1000);
  }

  /** Is the job on this machine one that has a right to go on? */
  isLive(guest: Guest): boolean {
    return this.attempt === Number(guest.machine.tags[RUNNER_TAGS.attempt]) && this.clock.now() < guest.expires;
  }

  /** The runner of a machine that is gone. GitHub goes on calling it busy for a while. */
  offline(guest: Guest): void {
    const runner = this.github.registered.find(({ id }) => id === guest.registration);
    if (runner) runner.online = false;
    this.github.note();
  }

  /** All machines that nobody has told to end. */
  get working(): Guest[] {
    return [...this.guests.values()].filter(({ ec2, machine }) => ['pending', 'running'].includes(ec2.stateOf(machine)));
  }

  /** Measures how far machines are past their time, and blames the scenario for more than is allowed. */
  checkTime(allowedMs: number): void {
    for (const guest of this.working) {
      const past = this.clock.now() - guest.expires;
      const kind = Number.isFinite(allowedMs) ? 'reaped' : 'alone';
      this.overstay[kind] = Math.max(this.overstay[kind], past);
      if (past > REAP_GRACE_SECONDS * 1000 + allowedMs)
        this.fail('leak', `${guest.machine.id} lives ${Math.round(past / 1000)} s past its time`);
    }
  }

  /** Blames the scenario for secrets in a text or in a tag. */
  checkSecrets(text: string): void {
    const tags = [...this.guests.keys()].map((machine) => JSON.stringify(machine.tags)).join('');
    if (text.includes(JIT_SECRET) || tags.includes(JIT_SECRET)) this.fail('secret seen', 'JIT configuration');
    if (text.includes(this.token) || tags.includes(this.token)) this.fail('secret seen', 'token');
  }
}
