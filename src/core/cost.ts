/**
 * What a build costs. A price that is unknown makes the cost unknown: `undefined`,
 * which prints "unknown".
 */
import { addressPrice, CNY_PER_USD, type Currency, diskPrice, hostedPrice, type Price } from './prices';

/** A sum in both currencies. */
export interface Cost {
  readonly usd: number;
  readonly cny: number;
}

/** The machine of one build. */
export interface MachineUse {
  /** AWS region. */
  readonly region: string;
  /** Price of the instance per hour: Spot's, or on demand's as the upper bound. Undefined where it is unknown. */
  readonly hourly: Price | undefined;
  /** From launch to termination. */
  readonly seconds: number;
  /** Size of its gp3 volume. */
  readonly diskGib: number;
}

/** The parts of a machine's cost, and their sum. */
export interface MachineCost {
  readonly instance: Cost | undefined;
  readonly disk: Cost | undefined;
  /** The public IPv4 address. */
  readonly address: Cost | undefined;
  readonly total: Cost | undefined;
}

/** The build that estimates count: an assumption, not a measurement. */
export const REFERENCE_BUILD = { minutes: 10, diskGib: 30 } as const;

/** Seconds of an hour, in which machines are priced. */
export const SECONDS_PER_HOUR = 3600;

/** AWS's own convention for prices per month. */
const HOURS_PER_MONTH = 730;

/** EC2 bills by the second, and never less than a minute. */
const SHORTEST_BILL_SECONDS = 60;

/** An amount in both currencies, by the dated exchange rate. */
export function convert(amount: number, currency: Currency): Cost {
  const rate = CNY_PER_USD.value;
  return currency === 'USD' ? { usd: amount, cny: amount * rate } : { usd: amount / rate, cny: amount };
}

/** The sum, or undefined if any part is unknown. */
export function sum(parts: readonly (Cost | undefined)[]): Cost | undefined {
  let usd = 0;
  let cny = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    usd += part.usd;
    cny += part.cny;
  }
  return { usd, cny };
}

function costOf(price: Price | undefined, units: number): Cost | undefined {
  return price && convert(price.value * units, price.currency);
}

/** What the machine of one build costs at AWS: instance, disk and address. Traffic into AWS is free, and a build sends little out. */
export function machineCost({ region, hourly, seconds, diskGib }: MachineUse): MachineCost {
  const hours = Math.max(seconds, SHORTEST_BILL_SECONDS) / SECONDS_PER_HOUR;
  const instance = costOf(hourly, hours);
  const disk = costOf(diskPrice(region), (diskGib * hours) / HOURS_PER_MONTH);
  const address = costOf(addressPrice(region), hours);
  return { instance, disk, address, total: sum([instance, disk, address]) };
}

/** What a job on GitHub's runner costs in a private repository: every begun minute counts. */
export function hostedCost(runner: string, seconds: number): Cost | undefined {
  return costOf(hostedPrice(runner), Math.ceil(seconds / 60));
}

/** `$0.0141`, to the hundredth of a cent; "unknown" (or the given word) where it is unknown. */
export function formatUsd(cost: Cost | undefined, unknown = 'unknown'): string {
  return cost === undefined ? unknown : `$${cost.usd.toFixed(4)}`;
}

/** `¥0.095`, to the tenth of a fen; "unknown" (or the given word) where it is unknown. */
export function formatCny(cost: Cost | undefined, unknown = 'unknown'): string {
  return cost === undefined ? unknown : `¥${cost.cny.toFixed(3)}`;
}
