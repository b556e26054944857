import { mendOf } from '../../core/runner/cloud-error';
import { scheduledEnd, scheduleName } from '../../core/runner/schedule';
import type { RuntimeConfig } from '../../core/runtime-config';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import { CloudError } from '../edges/ec2';
import type { Scheduler } from '../edges/scheduler';
import { messageOf } from '../failure';
import { bounded, CALL_MS } from './timely';

/** Name of the environment variable with the ARN of the role that EventBridge Scheduler assumes. */
export const SCHEDULER_ROLE = 'SCHEDULER_ROLE_ARN';

/** The defence outside: where there is none, nobody plans, looks for, or removes a schedule. */
export interface Outside {
  readonly roleArn: string;
  scheduler(region: string): Promise<Scheduler>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Is the defence outside switched on in this region? */
function isOn(config: RuntimeConfig, region: string): boolean {
  return config.regions.some(({ name, endBySchedule }) => name === region && endBySchedule);
}

/**
 * Whom to ask for schedules; undefined where the config wants none, no region has them, or
 * no role is set.
 */
export function outsideOf(config: RuntimeConfig, env: Env, scheduler: Outside['scheduler']): Outside | undefined {
  const roleArn = env[SCHEDULER_ROLE];
  return roleArn && config.regions.some(({ endBySchedule }) => endBySchedule) ? { roleArn, scheduler } : undefined;
}

/** What is to be said where the config wants schedules and nobody has set the role; undefined where all is well. */
export function missingRole(config: RuntimeConfig, env: Env): string | undefined {
  if (env[SCHEDULER_ROLE] || !config.regions.some(({ endBySchedule }) => endBySchedule)) return undefined;
  return (
    `No schedule ends this machine from outside: ${SCHEDULER_ROLE} is not set. Set the variable AWS_SCHEDULER_ROLE_ARN of the ` +
    "environment to the role of the set-up's step 3, or switch pipeline.endBySchedule off."
  );
}

/** A problem with its mend. */
function explain(error: unknown): string {
  return `${messageOf(error)}${error instanceof CloudError ? ` (${mendOf(error.code)})` : ''}`;
}

/** A machine that is to end. */
export interface Scheduled {
  readonly repository: string;
  readonly region: string;
  readonly id: string;
}

/** The schedules of one launch: planned beside it, never in its way. */
export class Schedules {
  private readonly planned: (Scheduled & { readonly done: Promise<void> })[] = [];
  private readonly takenBack = new Set<string>();

  constructor(
    private readonly config: RuntimeConfig,
    private readonly outside: Outside | undefined,
    private readonly edges: { readonly clock: Clock; readonly report: Report },
  ) {}

  /**
   * Plans the end of a machine that has just been launched, and does not wait for the
   * answer. A refusal is a warning: the machine has other defences.
   */
  plan(machine: Scheduled, name: string, expires: Date): void {
    const { outside } = this;
    if (!outside || !isOn(this.config, machine.region)) return;
    const { clock, report } = this.edges;
    const { repository, region, id } = machine;
    const done = bounded('EventBridge Scheduler', CALL_MS, clock, async (signal) => {
      const scheduler = await outside.scheduler(region);
      await scheduler.create(
        {
          name: scheduleName(repository, id),
          instanceId: id,
          at: scheduledEnd(expires),
          roleArn: outside.roleArn,
          description: `Ends ${id} (${name}) of ${repository}, should nobody else have ended it`,
        },
        signal,
      );
    }).then(
      () => report.log(`${region}: a schedule ends ${id} at ${scheduledEnd(expires).toISOString()}, whatever happens.`),
      (error) => report.warn(`No schedule ends ${id} from outside: ${explain(error)}`),
    );
    this.planned.push({ ...machine, done });
  }

  /** Resolves when every plan is answered, or its time is over. Never throws. */
  async settled(): Promise<void> {
    await Promise.all(this.planned.map(({ done }) => done));
  }

  /** Takes back the plan for a machine whose end EC2 has accepted. Never throws; a plan that stays does no harm. */
  async takeBack(region: string, ids: readonly string[]): Promise<void> {
    const { outside } = this;
    if (!outside) return;
    const ended = this.planned.filter((plan) => plan.region === region && ids.includes(plan.id) && !this.takenBack.has(plan.id));
    for (const { id } of ended) this.takenBack.add(id);
    await Promise.all(
      ended.map(async ({ done, ...machine }) => {
        await done; // one that is on its way would come after its removal
        await removeSchedules(outside, [machine], this.edges.clock);
      }),
    );
  }
}

/**
 * Removes the schedules of machines that are gone.
 * @returns what could not be removed, one sentence each
 */
export async function removeSchedules(outside: Outside, machines: readonly Scheduled[], clock: Clock): Promise<string[]> {
  const removals = machines.map(async ({ repository, region, id }) => {
    try {
      await bounded('EventBridge Scheduler', CALL_MS, clock, async (signal) => {
        await (await outside.scheduler(region)).remove(scheduleName(repository, id), signal);
      });
      return [];
    } catch (error) {
      return [`The schedule that ends ${id} could not be removed: ${explain(error)}`];
    }
  });
  return (await Promise.all(removals)).flat();
}
