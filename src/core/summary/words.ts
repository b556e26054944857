/** Durations, moments and prices as people read them. */
import type { Price } from '../prices';
import type { Market } from '../runner/next-try';

/** `48 s`, `1 min 23 s`, `1 h 2 min 3 s`; "unknown" without a figure. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return 'unknown';
  const whole = Math.max(0, Math.round(seconds));
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (h > 0) return `${h} h ${min} min ${s} s`;
  return min > 0 ? `${min} min ${s} s` : `${s} s`;
}

/** End of the year 9999, in milliseconds since 1970: ISO 8601 writes later years in another way. */
const LAST_MOMENT = 253_402_300_799_999;

/** Is this a moment, in milliseconds since 1970? What is none is unknown. */
export function isMoment(ms: number | undefined): ms is number {
  return ms !== undefined && ms >= 0 && ms <= LAST_MOMENT;
}

/** `2026-11-24 08:00:02`, in UTC. */
export function moment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** `$0.0289 per hour`; "unknown" without a price. */
export function pricePerUnit(price: Price | undefined): string {
  if (price === undefined) return 'unknown';
  return `${price.currency === 'USD' ? '$' : '¥'}${Number(price.value.toFixed(5))} per ${price.unit}`;
}

/** `Spot`, `on demand`. */
export function marketWord(market: Market): string {
  return market === 'spot' ? 'Spot' : 'on demand';
}
