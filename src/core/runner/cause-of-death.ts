/** Why a machine ended, from what EC2 and the machine's own console say. */
import { redact } from './redact';

/** Short names, which workflows compare. */
export type Cause =
  /** Spot took it back. */
  | 'reclaimed'
  /** EC2 could not start it, or failed itself. */
  | 'ec2'
  /** Its time to live was over. */
  | 'time-to-live'
  /** No job came. */
  | 'idle'
  /** It could not be set up. */
  | 'bootstrap'
  /** It powered itself off after its job, or for a reason that its console does not tell. */
  | 'guest'
  /** It was terminated through EC2's API: by stop, by a launch, by the reaper, by a person. */
  | 'terminated'
  | 'unknown';

/** What is known of a machine that has ended. */
export interface DeathFacts {
  /** `StateReason.Code`, such as `Server.SpotInstanceTermination`. */
  readonly code?: string;
  /** `StateTransitionReason`, such as `User initiated (2026-11-24 08:00:00 GMT)`. */
  readonly transition?: string;
  /** The console's text, if it could be had. */
  readonly console?: string;
  /** When it ended and when its time to live was to end, in milliseconds since 1970. */
  readonly endedAt?: number;
  readonly expires?: number;
}

/** A verdict, with its reason for people. */
export interface Death {
  readonly cause: Cause;
  readonly why: string;
}

/** How early or late a power-off at the end of the time to live may come. */
const NEAR_MS = 120_000;

/** What the guest writes on its console before it powers itself off. */
const POWER_OFF = /spot-image: power-off: ([^\r\n]*)/g;
const FAILED_STEP = /spot-image: (failed[^\r\n]*)/;

function guestDeath({ console = '', endedAt, expires }: DeathFacts): Death {
  const failed = FAILED_STEP.exec(console)?.[1];
  const said = [...console.matchAll(POWER_OFF)].pop()?.[1];
  if (said !== undefined && /time to live/.test(said)) return { cause: 'time-to-live', why: said };
  if (said !== undefined && /no job/.test(said)) return { cause: 'idle', why: said };
  if (failed !== undefined) return { cause: 'bootstrap', why: failed };
  if (endedAt !== undefined && expires !== undefined && Math.abs(endedAt - expires) <= NEAR_MS) {
    return { cause: 'time-to-live', why: 'it powered itself off at the end of its time to live' };
  }
  return { cause: 'guest', why: said ?? 'it powered itself off' };
}

/** The cause of a machine's death. EC2's code counts before everything else. */
export function causeOfDeath(facts: DeathFacts): Death {
  const { code = '', transition = '' } = facts;
  if (code.startsWith('Server.Spot') || /spot (instance )?termination/i.test(transition)) {
    return { cause: 'reclaimed', why: 'AWS took the Spot machine back' };
  }
  if (code === 'Client.InstanceInitiatedShutdown' || /^Instance initiated/i.test(transition)) return guestDeath(facts);
  if (code === 'Client.UserInitiatedShutdown' || /^User initiated/i.test(transition)) {
    return { cause: 'terminated', why: 'it was terminated through EC2' };
  }
  if (code !== '') return { cause: 'ec2', why: `EC2 says ${code}` };
  return { cause: 'unknown', why: 'EC2 gives no reason' };
}

/** The moment in a state-transition reason, in milliseconds since 1970, if it has one. */
export function endOf(transition: string | undefined): number | undefined {
  const match = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(transition ?? '');
  return match ? Date.parse(`${match[1]}T${match[2]}Z`) : undefined;
}

const TAIL_LINES = 20;

/**
 * The guest's own last lines of a console. Whatever looks like a secret is cut: a console
 * is written by programs of other people too.
 */
export function consoleTail(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.includes('spot-image:'));
  return lines.slice(-TAIL_LINES).map((line) => redact(line).trim());
}
