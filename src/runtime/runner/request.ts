import { affordable, type Priced, type PriceLimit, priceLimit } from '../../core/price-limit';
import { onDemandPrice } from '../../core/prices';
import type { ErrorClass } from '../../core/runner/cloud-error';
import type { Market } from '../../core/runner/next-try';
import type { RuntimeConfig, RuntimeMachine, RuntimeRegion } from '../../core/runtime-config';
import type { Candidate, Ec2, LaunchTemplateData } from '../edges/ec2';
import { plan, type RegionFacts } from './plan';
import { regionTemplate } from './region-template';

/** A region in which a machine can be asked for, or why not. */
export type Prepared =
  | {
      readonly ok: true;
      readonly ec2: Ec2;
      /** Name of the launch template that all machines share, and its content. */
      readonly template: string;
      readonly data: LaunchTemplateData;
      readonly candidates: readonly Candidate[];
      /** What a machine may cost per hour, in the region's currency; undefined for no limit. */
      readonly maxPrice?: number;
    }
  | { readonly ok: false; readonly kind: ErrorClass; readonly reason: string };

/** What is wanted of a region. */
export interface Wanted {
  readonly region: RuntimeRegion;
  readonly machine: RuntimeMachine;
  readonly market: Market;
  readonly config: Pick<RuntimeConfig, 'timeToLive' | 'maxBuildPrice'>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Every type in every zone, with what EC2 says that it costs on Spot now. */
async function spotPlaces(ec2: Ec2, types: readonly string[], zones: readonly string[], now: number): Promise<Priced[]> {
  const prices = await ec2.spotPrices(types, now);
  const hourly = new Map(prices.map((price) => [`${price.type} ${price.zone}`, price.hourly]));
  return types.flatMap((type) => zones.map((zone) => ({ type, zone, hourly: hourly.get(`${type} ${zone}`) })));
}

/**
 * Where the types are offered, with their prices if there is a limit. EC2 tells a Spot
 * price for each place where a type is offered, and only there: with a limit its prices
 * stand for the offerings, so that a launch with a limit takes no call more.
 */
async function places(
  ec2: Ec2,
  { region, machine, market, now }: Wanted,
  subnets: Promise<RegionFacts['subnets']>,
  limit: PriceLimit | undefined,
): Promise<Priced[]> {
  const types = machine.instanceTypes;
  if (limit && market === 'spot') return spotPlaces(ec2, types, [...new Set((await subnets).map(({ zone }) => zone))], now);
  const offerings = await ec2.offerings(types);
  const hourly = (type: string) => {
    const price = limit && onDemandPrice(region.name, type);
    return price?.currency === limit?.currency ? price?.value : undefined;
  };
  return offerings.map(({ type, zone }) => ({ type, zone, hourly: hourly(type) }));
}

/**
 * Finds the candidates of a region and makes sure that its launch template exists. The
 * template is named by its content and made once, never per run.
 *
 * @throws CloudError if EC2 does not answer
 */
export async function prepareRegion(ec2: Ec2, wanted: Wanted): Promise<Prepared> {
  const { region, machine, config } = wanted;
  const limit = priceLimit(config.maxBuildPrice, region.name, config.timeToLive);
  const { name: template, data } = regionTemplate(region, machine, config.timeToLive);
  const asked = ec2.subnets(region.subnets);
  const [subnets, offerings, exists] = await Promise.all([asked, places(ec2, wanted, asked, limit), ec2.hasTemplate(template)]);
  const planned = plan(machine.instanceTypes, { subnets, offerings });
  if (!planned.ok) return { ...planned, kind: 'unavailable' };
  const price = new Map(offerings.map(({ type, zone, hourly }) => [`${type} ${zone}`, hourly]));
  const priced = planned.candidates.map((one) => ({ ...one, hourly: price.get(`${one.type} ${one.zone}`) }));
  const kept = limit ? affordable(priced, limit) : { ok: true as const, candidates: priced };
  if (!kept.ok) return { ...kept, kind: 'price' };
  if (!exists) await ec2.createTemplate(template, data);
  const candidates = kept.candidates.map(({ type, subnet, zone }): Candidate => ({ type, subnet, zone }));
  return { ok: true, ec2, template, data, candidates, ...(limit ? { maxPrice: limit.perHour } : {}) };
}
