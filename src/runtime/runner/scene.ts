import { randomBytes } from 'node:crypto';
import type { RunFacts } from '../../core/identity';
import type { RuntimeConfig, RuntimeMachine } from '../../core/runtime-config';
import { launchDeadlineSeconds } from '../../core/time-to-live';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import { CloudError, type Ec2, type Instance } from '../edges/ec2';
import type { GitHub } from '../edges/github';
import { Heartbeat } from './heartbeat';
import { lookAround } from './neighbours';
import { patiently } from './patience';
import { type Outside, Schedules } from './schedule';
import { lateEc2 } from './timely';
import type { Traces } from './undo';

/** What is to be launched. */
export interface LaunchFacts extends RunFacts {
  readonly attempt: string;
  readonly machine: RuntimeMachine;
  /** For a build whose first machine was taken back: on demand only, with other identities than the first launch of this attempt. */
  readonly again?: boolean;
}

/** Whom a launch talks to. */
export interface LaunchEdges {
  readonly clock: Clock;
  readonly report: Report;
  readonly github: GitHub;
  ec2(region: string): Promise<Ec2>;
  /** The defence outside of the guest and of GitHub, or undefined for none. */
  readonly outside?: Outside;
}

/** What all steps of one launch share. */
export class Scene {
  readonly started: number;
  /** When the time to live of its machine ends. */
  readonly expires: Date;
  /** What only this launch and its guest know. */
  readonly nonce = randomBytes(16).toString('hex');
  readonly traces: Traces = { asked: [], registering: [], registrations: [], templates: [] };
  readonly report: Heartbeat;
  readonly schedules: Schedules;
  /** Names of regions that do not take user-data in a fleet request. */
  readonly withoutUserData = new Set<string>();
  /** The regions that were asked so far; each is one object, so that traces can be told apart. */
  private readonly regions = new Map<string, Promise<Ec2>>();

  constructor(
    readonly facts: LaunchFacts,
    readonly config: RuntimeConfig,
    private readonly edges: LaunchEdges,
    /** Aborted when the launch has to end, for whatever reason. */
    readonly signal: AbortSignal,
  ) {
    this.started = edges.clock.now();
    this.expires = new Date(this.started + config.timeToLive.totalSeconds * 1000);
    this.report = new Heartbeat(edges.report, edges.clock);
    this.schedules = new Schedules(config, edges.outside, { clock: edges.clock, report: this.report });
  }

  get clock(): Clock {
    return this.edges.clock;
  }

  get github(): GitHub {
    return this.edges.github;
  }

  /** Seconds since the start. */
  get seconds(): number {
    return Math.round((this.clock.now() - this.started) / 1000);
  }

  /** Until when EC2 may be asked, in milliseconds since 1970. */
  get requestDeadline(): number {
    return this.started + this.config.timeToLive.requestSeconds * 1000;
  }

  /** Until when the runner has to be online, in milliseconds since 1970. */
  get deadline(): number {
    return this.started + launchDeadlineSeconds(this.config.timeToLive) * 1000;
  }

  ec2(region: string): Promise<Ec2> {
    const known = this.regions.get(region) ?? this.edges.ec2(region);
    this.regions.set(region, known);
    return known;
  }

  /**
   * Ends what has no right to exist, in all regions.
   * @param until milliseconds since 1970 until which a region that throttles or fails is asked again; by default it is asked once
   * @returns this launch's own machines. A region that does not answer is none of them: it is unknown, and said so
   * @throws Refusal if another launch has the better right
   */
  async lookAtNeighbours(until = 0): Promise<(Instance & { readonly region: string })[]> {
    const { clock, report, github, signal } = this;
    const claim = { ...this.facts, registrations: this.traces.registrations };
    const looks = this.config.regions.map(async ({ name }) => {
      try {
        const ec2 = await this.ec2(name);
        const look = () => lookAround(ec2, claim, this.config.timeToLive, { clock, report, github });
        const own = await patiently(look, until, clock, signal, () => lateEc2(name, 'DescribeInstances'));
        return own.map((machine) => ({ ...machine, region: name }));
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        report.log(`Whether other machines of this repository are in ${name} is unknown: ${error.message}`);
        return [];
      }
    });
    return (await Promise.all(looks)).flat();
  }
}
