/** What a launch does after EC2 did not give it a machine. */
import { type ErrorClass, heals } from './cloud-error';

/** How a machine is paid for. */
export type Market = 'spot' | 'on-demand';

/** Where one try asks. */
export interface Target {
  /** Index into the regions of the config. */
  readonly region: number;
  readonly market: Market;
}

/** What is known after EC2 gave no machine. */
export interface TryFacts {
  readonly target: Target;
  /** How many regions the config has. */
  readonly regions: number;
  /** Whether the config allows a machine on demand. */
  readonly onDemand: boolean;
  /** How often all regions have been asked, from 1. */
  readonly round: number;
  /** How often this try has asked, from 1. */
  readonly sent: number;
  /**
   * `thrown`: the call failed as a whole. `answered`: EC2 answered without a machine, and
   * would answer the same to the same token.
   */
  readonly how: 'thrown' | 'answered';
  /** Classes of all errors; none where EC2 gave no reason. */
  readonly classes: readonly ErrorClass[];
  /** Milliseconds since 1970, both. */
  readonly now: number;
  readonly deadline: number;
  /** A random number from 0 to 1: what keeps many launches from asking at the same moment. */
  readonly random: number;
}

/** The verdict. */
export type NextTry =
  /** Ask again with the same token and the same registration. */
  | { readonly verdict: 'repeat'; readonly afterMs: number }
  /** Another try, with a token and a registration of its own. */
  | { readonly verdict: 'next'; readonly afterMs: number; readonly target: Target; readonly round: number }
  | { readonly verdict: 'give-up' };

const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 20_000;
/** Spot capacity comes back in minutes, if at all. */
const BETWEEN_ROUNDS_MS = 40_000;
const ROUNDS = 3;

/** Exponential back-off: between half of it and all of it, by chance. */
export function backOffMs(sent: number, random: number): number {
  const whole = Math.min(FIRST_BACK_OFF_MS * 2 ** (sent - 1), LONGEST_BACK_OFF_MS);
  return Math.round(whole * (0.5 + random / 2));
}

/** No other place and no other time changes these. */
const FOR_GOOD: readonly ErrorClass[] = ['permission', 'configuration'];

/** Those that may be gone when all regions are asked once more. */
const PASSING: readonly ErrorClass[] = ['capacity', 'throttle', 'consistency'];

/**
 * Repeat, go on elsewhere, or give up; all under one deadline.
 *
 * Order: every region on Spot, then every region on demand if the config allows it;
 * otherwise every region on Spot again, some times, if only capacity was missing. A
 * request that may have been heard is only ever repeated: going on elsewhere could make
 * a second machine. What was refused for its form (`user-data`) or its token (`mismatch`)
 * is asked for in the same place, as a new try.
 */
export function nextTry(facts: TryFacts): NextTry {
  const { target, regions, onDemand, round, sent, how, classes, now, deadline, random } = facts;
  const inTime = (afterMs: number) => now + afterMs < deadline;
  const next = (to: Target, afterMs = 0, inRound = round): NextTry =>
    inTime(afterMs) ? { verdict: 'next', afterMs, target: to, round: inRound } : { verdict: 'give-up' };

  if (classes.some((kind) => FOR_GOOD.includes(kind))) return { verdict: 'give-up' };
  if (how === 'thrown') {
    if (classes.every(heals)) {
      const afterMs = backOffMs(sent, random);
      return inTime(afterMs) ? { verdict: 'repeat', afterMs } : { verdict: 'give-up' };
    }
    if (classes.includes('unknown')) return { verdict: 'give-up' };
  }
  if (classes.includes('mismatch') || classes.includes('user-data')) return next(target);
  if (target.region + 1 < regions) return next({ ...target, region: target.region + 1 });
  if (target.market === 'spot' && onDemand) return next({ region: 0, market: 'on-demand' });
  const passing = classes.every((kind) => PASSING.includes(kind));
  if (passing && round < ROUNDS) return next({ ...target, region: 0 }, BETWEEN_ROUNDS_MS * (0.5 + random / 2), round + 1);
  return { verdict: 'give-up' };
}
