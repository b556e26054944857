/** Has a machine, or a registration, lost its right to exist? */
import { RUNNER_TAGS } from '../identity';
import { idleSeconds, type TimeToLive } from '../time-to-live';
import { isLiving } from './presence';

/** Seconds after a machine's time, in which it may still end by itself. */
export const REAP_GRACE_SECONDS = 300;

/** What EC2 says of a machine. */
export interface MachineFacts {
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
  /** When it was launched, in milliseconds since 1970; undefined where EC2 does not say. */
  readonly launchedAt?: number;
}

/** What GitHub says of a run. `unknown` is every answer that is not explicit, "not found" included: it also means "you may not". */
export type RunState = { readonly status: 'active' | 'finished'; readonly attempt: number } | 'unknown';

/** What GitHub says of a machine's runner and its job, after as many looks as it takes. */
export type JobState =
  /** A job runs on it, or GitHub says so. */
  | 'running'
  /** Explicitly: the runner is not online, and no job of the run is on it. */
  | 'none'
  | 'unknown';

/** The verdict. */
export type Due = { readonly due: true; readonly why: string } | { readonly due: false; readonly why: string };

const keep = (why: string): Due => ({ due: false, why });
const end = (why: string): Due => ({ due: true, why });

/** When a machine's time ends, in milliseconds since 1970; undefined where nothing tells. */
function expiryOf({ tags, launchedAt }: MachineFacts, ttl: TimeToLive): number | undefined {
  const tagged = Date.parse(tags[RUNNER_TAGS.expires] ?? '');
  if (!Number.isNaN(tagged)) return tagged;
  return launchedAt === undefined ? undefined : launchedAt + ttl.totalSeconds * 1000;
}

/** Is the time to live over, and the grace too? This alone needs no word from GitHub. */
export function isOverdue(machine: MachineFacts, ttl: TimeToLive, now: number): boolean {
  const expires = expiryOf(machine, ttl);
  return isLiving(machine.state) && expires !== undefined && now >= expires + REAP_GRACE_SECONDS * 1000;
}

/** Is a machine older than one that no job reached could be? Only then is it worth asking for its job. */
export function isLongWithoutJob({ launchedAt }: MachineFacts, ttl: TimeToLive, now: number): boolean {
  return launchedAt !== undefined && now >= launchedAt + (idleSeconds(ttl) + REAP_GRACE_SECONDS) * 1000;
}

/**
 * Is a machine due to be ended by the reaper? A machine within its time is ended only
 * for an explicit reason: GitHub's silence is none.
 */
export function machineDue(machine: MachineFacts, run: RunState, job: JobState, ttl: TimeToLive, now: number): Due {
  if (!isLiving(machine.state)) return keep(`it is ${machine.state}`);
  if (isOverdue(machine, ttl, now)) return end('its time to live is over');
  if (run === 'unknown') return keep('GitHub does not say whether its run goes on');
  const attempt = Number(machine.tags[RUNNER_TAGS.attempt]);
  if (run.attempt > attempt) return end(`its run is at attempt ${run.attempt}, it is of attempt ${attempt}`);
  if (run.attempt < attempt) return keep("GitHub's answer is older than the machine");
  if (run.status === 'finished') return end('its run is finished');
  if (!isLongWithoutJob(machine, ttl, now)) return keep('its run goes on, and it may still be starting');
  if (job === 'none') return end('no job came');
  return keep(job === 'running' ? 'its job is running' : 'GitHub does not say whether its job is running');
}

/** What GitHub says of a registration. */
export interface RegistrationFacts {
  readonly attempt: number;
  readonly online: boolean;
  readonly busy: boolean;
  /** Whether a machine with this name lives; `unknown` if a region did not answer. */
  readonly machine: 'living' | 'none' | 'unknown';
}

/** Is a registration a ghost: explicitly without run and without machine? A launch registers before it has a machine. */
export function registrationDue({ attempt, online, busy, machine }: RegistrationFacts, run: RunState): Due {
  if (online || busy) return keep('GitHub says that it is online');
  if (machine !== 'none') return keep(machine === 'living' ? 'its machine lives' : 'EC2 does not say whether its machine lives');
  if (run === 'unknown') return keep('GitHub does not say whether its run goes on');
  if (run.attempt > attempt) return end(`its run is at attempt ${run.attempt}`);
  return run.status === 'finished' && run.attempt === attempt ? end('its run is finished') : keep('its run goes on');
}
