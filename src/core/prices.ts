/**
 * Prices, as dated constants with their source. Data.
 *
 * What is not listed is unknown, and stays so: no price is derived from
 * another one. Spot prices change by the hour and have no place here.
 */

/** Currencies that the prices are in. */
export type Currency = 'USD' | 'CNY';

/** What a price is for. */
export type PriceUnit = 'hour' | 'minute' | 'GiB-month';

/** A figure, the day or month it was read, and where. */
export interface DatedFigure {
  readonly value: number;
  /** ISO 8601 day or month, or undefined where the source has no date. */
  readonly date?: string;
  readonly source: string;
}

/** A price for one unit. */
export interface Price extends DatedFigure {
  readonly currency: Currency;
  readonly unit: PriceUnit;
}

/** How many yuan one US dollar is. */
export const CNY_PER_USD: DatedFigure = { value: 6.7078, date: '2026-09-29', source: 'fawazahmed0/currency-api 2026.9.29, USD to CNH' };

/** What one architecture's build is meant to cost, in yuan: the project's target, not a measurement. */
export const TARGET_CNY = { low: 0.05, high: 0.1 } as const;

/** One source's on-demand prices in one region, per hour. */
interface PriceList extends Omit<DatedFigure, 'value'> {
  readonly region: string;
  readonly currency: Currency;
  /** Instance type → price. */
  readonly perHour: Readonly<Record<string, number>>;
}

const ON_DEMAND: readonly PriceList[] = [
  {
    region: 'us-east-1',
    currency: 'USD',
    date: '2026-09',
    source: "AWS's price list for Linux",
    perHour: {
      'c6i.large': 0.085,
      'c6i.xlarge': 0.17,
      'c7i.large': 0.0893,
      'c7i.xlarge': 0.1785,
      'c7g.large': 0.0725,
      'c7g.xlarge': 0.145,
      'c8g.large': 0.0798,
      'c8g.xlarge': 0.1596,
    },
  },
  {
    region: 'us-east-1',
    currency: 'USD',
    source: "Vantage's list of instances, as quoted by Materialize",
    perHour: { 'c6a.large': 0.0765, 'c6a.xlarge': 0.153, 'c7a.large': 0.1026, 'c7a.xlarge': 0.2053 },
  },
  {
    region: 'cn-north-1',
    currency: 'CNY',
    date: '2024-11-06',
    source: 'the price list that Karpenter carries',
    perHour: {
      'c5.large': 0.739,
      'c5.xlarge': 1.479,
      'c5a.large': 0.664,
      'c5a.xlarge': 1.328,
      'c6i.large': 0.739,
      'c6i.xlarge': 1.479,
      'm6i.large': 1.0132,
      'm6i.xlarge': 2.0264,
      'c6g.large': 0.586,
      'c6g.xlarge': 1.172,
      'c7g.large': 0.6285,
      'c7g.xlarge': 1.2569,
      'm7g.large': 0.8612,
      'm7g.xlarge': 1.7225,
    },
  },
];

const GP3: Readonly<Record<string, Price>> = {
  'us-east-1': { value: 0.08, currency: 'USD', unit: 'GiB-month', date: '2026-09', source: "AWS's price list for gp3" },
};

const PUBLIC_IPV4: Price = {
  value: 0.005,
  currency: 'USD',
  unit: 'hour',
  date: '2024-02-01',
  source: "AWS's announcement of the charge, one price for all regions",
};

/** Labels of GitHub's runners → USD per begun minute in a private repository, since 2026-01-01. */
const HOSTED_PER_MINUTE: Readonly<Record<string, number>> = {
  'ubuntu-latest': 0.006,
  'ubuntu-24.04': 0.006,
  'ubuntu-22.04': 0.006,
  'ubuntu-slim': 0.002,
  // GitHub lists the 2-core arm64 machine by its SKU, linux_2_core_arm.
  'ubuntu-24.04-arm': 0.005,
  'ubuntu-22.04-arm': 0.005,
};

/** On-demand price of an instance type: what a Spot instance costs at most. Undefined where it is unknown. */
export function onDemandPrice(region: string, instanceType: string): Price | undefined {
  const list = ON_DEMAND.find((l) => l.region === region && Object.hasOwn(l.perHour, instanceType));
  if (list === undefined) return undefined;
  const { currency, date, source } = list;
  return { value: list.perHour[instanceType], currency, unit: 'hour', date, source };
}

/** Price of a gp3 volume. Undefined where it is unknown. */
export function diskPrice(region: string): Price | undefined {
  return Object.hasOwn(GP3, region) ? GP3[region] : undefined;
}

/** Price of a public IPv4 address in use. Undefined for China, whose price was not found. */
export function addressPrice(region: string): Price | undefined {
  return region.startsWith('cn-') ? undefined : PUBLIC_IPV4;
}

/** Price of a minute on one of GitHub's runners, in a private repository; public ones pay nothing. Undefined for any other label. */
export function hostedPrice(runner: string): Price | undefined {
  if (!Object.hasOwn(HOSTED_PER_MINUTE, runner)) return undefined;
  return {
    value: HOSTED_PER_MINUTE[runner],
    currency: 'USD',
    unit: 'minute',
    date: '2026-01-01',
    source: "GitHub's price list for Actions runners",
  };
}
