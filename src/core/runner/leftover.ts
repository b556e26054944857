/** What a machine may leave behind at EC2, and when nobody needs it any more. */
import { RUNNER_TAGS } from '../identity';
import { launchDeadlineSeconds, type TimeToLive } from '../time-to-live';
import { type Due, REAP_GRACE_SECONDS } from './overdue';

/** Whether a machine lives; `unknown` if a region did not answer. */
export type MachineState = 'living' | 'none' | 'unknown';

/** What EC2 says of a launch template or a volume. */
export interface LeftoverFacts {
  readonly tags: Readonly<Record<string, string>>;
  /** When it was made, in milliseconds since 1970; undefined where EC2 does not say. */
  readonly createdAt?: number;
  /** Of a volume: `available` if no machine has it. */
  readonly state?: string;
}

const keep = (why: string): Due => ({ due: false, why });
const end = (why: string): Due => ({ due: true, why });

function isOlder(createdAt: number | undefined, seconds: number, now: number): boolean {
  return createdAt !== undefined && now - createdAt >= seconds * 1000;
}

/** Was a launch template made for one launch? The static one, which every launch uses, is tagged with no run. */
export function isOfOneLaunch(tags: Readonly<Record<string, string>>): boolean {
  return tags[RUNNER_TAGS.runId] !== undefined;
}

/** Is a launch template an orphan? Only one that was made for one launch can be, once that launch must be over. */
export function templateDue({ tags, createdAt }: LeftoverFacts, machine: MachineState, ttl: TimeToLive, now: number): Due {
  if (!isOfOneLaunch(tags)) return keep('every launch uses it');
  if (machine !== 'none') return keep(machine === 'living' ? 'its machine lives' : 'EC2 does not say whether its machine lives');
  const old = isOlder(createdAt, launchDeadlineSeconds(ttl) + REAP_GRACE_SECONDS, now);
  return old ? end('its launch is over and it has no machine') : keep('its launch may be under way');
}

/** Is a volume an orphan: without a machine, and older than any machine may be? EC2 deletes volumes with their machine. */
export function volumeDue({ state, createdAt }: LeftoverFacts, ttl: TimeToLive, now: number): Due {
  if (state !== 'available') return keep(`it is ${state ?? 'in an unknown state'}`);
  const old = isOlder(createdAt, ttl.totalSeconds + REAP_GRACE_SECONDS, now);
  return old ? end('no machine has it, and it is older than a machine may be') : keep('its machine may still be starting');
}
