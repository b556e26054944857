/** A one-time termination, wanted. */
export interface Termination {
  /** Name of the schedule: at most 64 characters. */
  readonly name: string;
  readonly instanceId: string;
  /** When; to the second, though AWS comes within a minute. */
  readonly at: Date;
  /** ARN of the role with whose rights the machine is terminated. */
  readonly roleArn: string;
  /** For people who find it in the console; at most 512 characters. */
  readonly description: string;
}

/** A schedule that is there. */
export interface Schedule {
  readonly name: string;
  /** Milliseconds since 1970; undefined where AWS does not say. */
  readonly createdAt?: number;
}

/** Of EventBridge Scheduler in one region only one-time terminations. Every call throws CloudError. */
export interface Scheduler {
  readonly region: string;
  /** Plans a termination. One of this name that exists already is fine: names tell machines. */
  create(termination: Termination, signal?: AbortSignal): Promise<void>;
  /** Takes a plan back; false if AWS says explicitly that there is none. */
  remove(name: string, signal?: AbortSignal): Promise<boolean>;
  /** All whose names begin so, over all pages. */
  list(prefix: string, signal?: AbortSignal): Promise<Schedule[]>;
}
