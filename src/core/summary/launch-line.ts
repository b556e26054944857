/** What a launch gave, in one line. */
import type { Price } from '../prices';
import type { Market } from '../runner/next-try';
import { prose } from './escape';
import { duration, marketWord, pricePerUnit } from './words';

/** A machine whose runner is online. What is not known is left out. */
export interface LaunchLineFacts {
  readonly architecture: string;
  readonly type: string;
  readonly region: string;
  readonly zone?: string;
  readonly market: Market;
  readonly hourly?: Price;
  /** From the start of the launch until the runner was online. */
  readonly seconds: number;
  /** How many tries gave no machine before. */
  readonly refused: number;
}

/** `arm64: c7g.large in us-east-1a, Spot, $0.0289 per hour, runner online after 48 s`. */
export function launchLine({ architecture, type, region, zone, market, hourly, seconds, refused }: LaunchLineFacts): string {
  const parts = [
    `${prose(type)} in ${prose(zone || region)}`,
    marketWord(market),
    ...(hourly ? [pricePerUnit(hourly)] : []),
    `runner online after ${duration(seconds)}`,
    ...(refused > 0 ? [`${refused} ${refused === 1 ? 'try' : 'tries'} before gave no machine`] : []),
  ];
  return `${prose(architecture)}: ${parts.join(', ')}`;
}
