/**
 * The defence outside of the guest and of GitHub: for every machine one one-time entry of
 * EventBridge Scheduler, which terminates it after its time and then deletes itself. Its
 * name tells repository and machine, so that nobody has to remember it.
 */
import { createHash } from 'node:crypto';
import type { Due } from './overdue';
import { isLiving } from './presence';

/** Seconds after a machine's time to live, in which its own timers come first. Before the reaper's grace ends. */
export const SCHEDULE_GRACE_SECONDS = 120;

/**
 * Seconds for which EC2 may not show a machine that it has just made. Only after them is
 * a machine that nobody sees a machine that is gone.
 */
const UNSEEN_SECONDS = 900;

const DIGITS = 10;

/**
 * What the names of all schedules of a repository begin with: what a policy can allow,
 * and a listing find. GitHub's names ignore case; a hash, because a schedule's name has
 * 64 characters and a repository's may have more.
 */
export function schedulePrefix(repository: string): string {
  return `spot-${createHash('sha256').update(repository.toLowerCase()).digest('hex').slice(0, DIGITS)}-`;
}

/** Name of the schedule that ends a machine: at most 64 letters, digits, `-`, `_` and `.`. */
export function scheduleName(repository: string, instanceId: string): string {
  return `${schedulePrefix(repository)}${instanceId}`;
}

/** The machine that a schedule of this repository is to end; undefined for any other name. */
export function scheduledMachine(repository: string, name: string): string | undefined {
  const prefix = schedulePrefix(repository);
  return name.startsWith(`${prefix}i-`) ? name.slice(prefix.length) : undefined;
}

/** When a schedule fires, for a machine whose time to live ends then. */
export function scheduledEnd(expires: Date): Date {
  return new Date(expires.getTime() + SCHEDULE_GRACE_SECONDS * 1000);
}

/** What is known of a schedule and its machine. */
export interface ScheduleFacts {
  /** When it was made, in milliseconds since 1970; undefined where AWS does not say. */
  readonly createdAt?: number;
  /** State of its machine; `unseen` if EC2 answered and does not show it, `unknown` if EC2 did not answer. */
  readonly machine: string | 'unseen' | 'unknown';
}

/** Is a schedule an orphan: explicitly without a machine? One that stays does no harm: it fires and deletes itself. */
export function scheduleDue({ createdAt, machine }: ScheduleFacts, now: number): Due {
  if (machine === 'unknown') return { due: false, why: 'EC2 does not say whether its machine lives' };
  if (machine === 'unseen') {
    const old = createdAt !== undefined && now - createdAt >= UNSEEN_SECONDS * 1000;
    return old ? { due: true, why: 'its machine is gone' } : { due: false, why: 'its machine may not be seen yet' };
  }
  if (machine === 'terminated') return { due: true, why: 'its machine is terminated' };
  return { due: false, why: isLiving(machine) ? 'its machine lives' : `its machine is ${machine}` };
}
