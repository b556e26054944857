/** What a run's summary is made of. What is not known is undefined, and is left out. */
import type { Price } from '../prices';
import type { Cause } from '../runner/cause-of-death';
import type { Market } from '../runner/next-try';

/** A machine that has ended. Moments are milliseconds since 1970. */
export interface MachineEnd {
  readonly id: string;
  readonly type: string;
  readonly region: string;
  /** Availability zone; empty where EC2 does not say. */
  readonly zone: string;
  readonly market: Market;
  /** Name of its runner, by which GitHub's jobs are found. */
  readonly runner?: string;
  /** The attempt of the run that it was launched for. */
  readonly attempt?: string;
  readonly cause: Cause;
  /** The cause in words. */
  readonly why: string;
  readonly launchedAt?: number;
  /** When its end was requested, or was seen. */
  readonly endedAt: number;
  /** From launch to the end. */
  readonly seconds?: number;
  /** The market's price when it was launched. */
  readonly hourly?: Price;
  /** Size of its volume. */
  readonly diskGib: number;
  /** The guest's own last lines; empty where EC2 has none. */
  readonly console: readonly string[];
}

/** A step of a job. Moments are milliseconds since 1970. */
export interface StepTimes {
  readonly name: string;
  /** `success`, `failure`, `cancelled`, `skipped`; undefined while it runs. */
  readonly conclusion?: string;
  readonly startedAt?: number;
  readonly completedAt?: number;
}

/** A job of a run, as far as its times go. */
export interface JobTimes extends StepTimes {
  /** Name of the runner that has it, if one has. */
  readonly runner?: string;
  readonly steps: readonly StepTimes[];
}

/** A try of a launch that gave no machine. */
export interface RefusedTry {
  readonly region: string;
  readonly market: string;
  readonly why: string;
  /** Seconds from the start of the launch until the answer was known. */
  readonly seconds?: number;
}

/** A region in which the end of the machines is not proven. */
export interface Unproven {
  readonly region: string;
  readonly problem: string;
}

/** The story of one architecture's build, as `stop` knows it. */
export interface RunStory {
  /** Name of the architecture. */
  readonly architecture: string;
  /** OCI platform. */
  readonly platform: string;
  /** Label of GitHub's own runner that could do the same build, if there is one. */
  readonly hostedRunner?: string;
  /** Of this run, in any order. */
  readonly machines: readonly MachineEnd[];
  /** Jobs of the run's latest attempt; undefined where GitHub did not answer. */
  readonly jobs?: readonly JobTimes[];
  /** What the launch tried before. */
  readonly tries: readonly RefusedTry[];
  /** Where the end is not proven. */
  readonly unproven: readonly Unproven[];
  /** When `stop` began and when it had its proof. */
  readonly stop: { readonly startedAt: number; readonly provenAt: number };
}
