/**
 * What a launch would choose from, and what a build would cost there. Pure.
 */
import { type Cost, machineCost, REFERENCE_BUILD } from './cost';
import { type Currency, onDemandPrice, type Price } from './prices';

/** What is known of one region. */
export interface RegionMarket {
  readonly region: string;
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  readonly offerings: readonly { readonly type: string; readonly zone: string }[];
  readonly types: readonly { readonly type: string; readonly vcpus: number; readonly memoryMib: number }[];
  /** Spot prices of now, per hour in the region's currency. */
  readonly prices: readonly { readonly type: string; readonly zone: string; readonly hourly: number }[];
}

/** An instance type in a zone at a price. */
export interface PricedCandidate {
  readonly type: string;
  readonly zone: string;
  /** Undefined where EC2 did not say, as are the others. */
  readonly vcpus?: number;
  readonly memoryGib?: number;
  /** Per hour. */
  readonly spot?: Price;
  /** Per hour, from a dated list. */
  readonly onDemand?: Price;
  /** The instance alone, for a build as long as `REFERENCE_BUILD`. */
  readonly machine?: Cost;
  /** With its disk and its public address. */
  readonly total?: Cost;
}

/** All that could be had, and what could not. */
export interface CandidateTable {
  /** Cheapest first; those without a price last. */
  readonly candidates: readonly PricedCandidate[];
  /** Types that have no place, each with the reason. */
  readonly absent: readonly { readonly type: string; readonly reason: string }[];
}

/** Currency that AWS charges in. */
export function currencyOf(region: string): Currency {
  return region.startsWith('cn-') ? 'CNY' : 'USD';
}

function absence(type: string, { offerings, subnets, region }: RegionMarket): string {
  const zones = [...new Set(offerings.filter((offer) => offer.type === type).map(({ zone }) => zone))].sort();
  if (zones.length === 0) return `not offered in ${region}`;
  if (subnets.length === 0) return 'there is no subnet to launch into';
  return `offered in ${zones.join(', ')}, where there is no subnet`;
}

/**
 * The candidates for a list of instance types. A price that EC2 does not tell is
 * unknown, and so is every cost that depends on it.
 */
export function candidateTable(wanted: readonly string[], market: RegionMarket): CandidateTable {
  const { region, subnets, offerings } = market;
  const zones = [...new Set(subnets.map(({ zone }) => zone))].sort();
  const candidates = wanted.flatMap((type) =>
    zones
      .filter((zone) => offerings.some((offer) => offer.type === type && offer.zone === zone))
      .map((zone): PricedCandidate => {
        const facts = market.types.find((one) => one.type === type);
        const price = market.prices.find((one) => one.type === type && one.zone === zone)?.hourly;
        const spot: Price | undefined =
          price === undefined
            ? undefined
            : { value: price, currency: currencyOf(region), unit: 'hour', source: 'DescribeSpotPriceHistory' };
        const seconds = REFERENCE_BUILD.minutes * 60;
        const { instance: machine, total } = machineCost({ region, hourly: spot, seconds, diskGib: REFERENCE_BUILD.diskGib });
        return {
          type,
          zone,
          vcpus: facts?.vcpus,
          memoryGib: facts && facts.memoryMib / 1024,
          spot,
          onDemand: onDemandPrice(region, type),
          machine,
          total,
        };
      }),
  );
  const value = ({ spot }: PricedCandidate) => spot?.value ?? Number.POSITIVE_INFINITY;
  const sorted = candidates
    .map((one, i) => ({ one, i }))
    .sort((a, b) => (value(a.one) === value(b.one) ? a.i - b.i : value(a.one) - value(b.one)))
    .map(({ one }) => one);
  const absent = wanted
    .filter((type) => !candidates.some((one) => one.type === type))
    .map((type) => ({ type, reason: absence(type, market) }));
  return { candidates: sorted, absent };
}
