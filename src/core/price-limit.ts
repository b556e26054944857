/**
 * The limit for the price of a build. A limit that may be exceeded is none, so what
 * counts is the longest that a machine can exist: its whole time to live.
 */
import { SECONDS_PER_HOUR } from './cost';
import type { Currency } from './prices';
import type { TimeToLive } from './time-to-live';

/** What a launch may spend. */
export interface PriceLimit {
  /** For one machine over its whole time to live. */
  readonly perBuild: number;
  /** The same for one hour: what EC2 is told, and what candidates are compared with. */
  readonly perHour: number;
  readonly currency: Currency;
  readonly timeToLiveSeconds: number;
}

/** A machine that may be asked for, with its price where somebody knows it. */
export interface Priced {
  readonly type: string;
  readonly zone: string;
  /** Per hour, in the limit's currency; undefined where it is unknown. */
  readonly hourly: number | undefined;
}

/** The currency in which AWS bills a region. */
export function currencyOf(region: string): Currency {
  return region.startsWith('cn-') ? 'CNY' : 'USD';
}

/** The limit in a region, or undefined where the config sets none. */
export function priceLimit(maxBuildPrice: number | undefined, region: string, ttl: TimeToLive): PriceLimit | undefined {
  if (maxBuildPrice === undefined) return undefined;
  const timeToLiveSeconds = ttl.totalSeconds;
  const perHour = (maxBuildPrice * SECONDS_PER_HOUR) / timeToLiveSeconds;
  return { perBuild: maxBuildPrice, perHour, currency: currencyOf(region), timeToLiveSeconds };
}

/** Which candidates keep to a limit, or why none does. */
export type Affordable<T> = { readonly ok: true; readonly candidates: readonly T[] } | { readonly ok: false; readonly reason: string };

/** `0.1133`; rounded up, so that nothing looks as if it kept to a limit that it exceeds. */
function figure(amount: number): string {
  return (Math.ceil(amount * 10_000 - 1e-6) / 10_000).toFixed(4);
}

/**
 * Drops the candidates whose price is above the limit, or unknown.
 * @returns the others in their order; where there is none, a reason with limit and cheapest price
 */
export function affordable<T extends Priced>(candidates: readonly T[], limit: PriceLimit): Affordable<T> {
  const known = candidates.filter(({ hourly }) => hourly !== undefined);
  const kept = known.filter(({ hourly = Number.POSITIVE_INFINITY }) => hourly <= limit.perHour);
  if (kept.length > 0) return { ok: true, candidates: kept };
  const { perBuild, currency, timeToLiveSeconds } = limit;
  const bound = `pipeline.maxBuildPrice is ${perBuild} ${currency}`;
  const unknown = [...new Set(candidates.filter(({ hourly }) => hourly === undefined).map(({ type }) => type))];
  const names = `the price of ${unknown.join(', ')} is unknown`;
  if (known.length === 0) return { ok: false, reason: `${bound}, and ${names}: what may exceed the limit is not launched` };
  const cheapest = known.reduce((a, b) => ((b.hourly ?? 0) < (a.hourly ?? 0) ? b : a));
  const hourly = cheapest.hourly ?? 0;
  const price = figure((hourly * timeToLiveSeconds) / SECONDS_PER_HOUR);
  const of = `${hourly} ${currency} an hour over a time to live of ${Math.round(timeToLiveSeconds / 60)} minutes`;
  const rest = unknown.length > 0 ? `; ${names}` : '';
  return {
    ok: false,
    reason: `${bound}, and the cheapest candidate, ${cheapest.type} in ${cheapest.zone}, may cost ${price} ${currency} (${of})${rest}. Raise the limit, lower pipeline.buildTimeoutMinutes, or add families`,
  };
}
