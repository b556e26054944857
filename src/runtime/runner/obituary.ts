import { type MachineCost, machineCost } from '../../core/cost';
import { RUNNER_TAGS } from '../../core/identity';
import { onDemandPrice, type Price } from '../../core/prices';
import { type Cause, causeOfDeath, consoleTail, endOf } from '../../core/runner/cause-of-death';
import type { MachineEnd } from '../../core/summary/facts';
import type { Clock } from '../edges/clock';
import type { Ec2, Instance } from '../edges/ec2';
import { VOLUME_GIB } from './template';
import { bounded, CALL_MS } from './timely';

/** What remains of a machine: how it ended, how long it lived, what it cost. */
export interface Obituary extends MachineEnd {
  readonly cost?: MachineCost;
}

/** Causes for which the console is of no use. */
const PLAIN: readonly Cause[] = ['reclaimed', 'ec2'];

async function hourlyPrice(ec2: Ec2, { market, type, zone, launchedAt }: Instance, clock: Clock): Promise<Price | undefined> {
  if (market === 'on-demand') return onDemandPrice(ec2.region, type);
  if (launchedAt === undefined) return undefined;
  const ask = bounded('EC2', CALL_MS, clock, (signal) => ec2.spotPrice(type, zone, launchedAt, signal));
  const value = await ask.catch(() => undefined);
  if (value === undefined) return undefined;
  return {
    value,
    currency: ec2.region.startsWith('cn-') ? 'CNY' : 'USD',
    unit: 'hour',
    date: new Date(launchedAt).toISOString().slice(0, 10),
    source: "EC2's history of Spot prices",
  };
}

/**
 * Gathers what EC2 still knows of a machine that has ended. Never throws: what cannot be
 * had is unknown, and proving the end never depends on it.
 *
 * @param clock its end is now, unless EC2 says better
 */
export async function writeObituary(ec2: Ec2, machine: Instance, clock: Clock): Promise<Obituary> {
  const { id, type, zone, market, launchedAt, reasonCode: code, transition, tags } = machine;
  const seenAt = clock.now();
  const [text, hourly] = await Promise.all([
    bounded('EC2', CALL_MS, clock, (signal) => ec2.console(id, signal)).catch(() => ''),
    hourlyPrice(ec2, machine, clock),
  ]);
  const endedAt = endOf(transition) ?? seenAt;
  const expires = Date.parse(tags[RUNNER_TAGS.expires] ?? '');
  const death = causeOfDeath({ code, transition, console: text, endedAt, expires: Number.isNaN(expires) ? undefined : expires });
  const seconds = launchedAt === undefined ? undefined : Math.max(0, Math.round((endedAt - launchedAt) / 1000));
  return {
    id,
    type,
    region: ec2.region,
    zone,
    market,
    runner: tags.Name,
    attempt: tags[RUNNER_TAGS.attempt],
    ...death,
    launchedAt,
    endedAt,
    seconds,
    hourly,
    diskGib: VOLUME_GIB,
    cost: seconds === undefined ? undefined : machineCost({ region: ec2.region, hourly, seconds, diskGib: VOLUME_GIB }),
    console: PLAIN.includes(death.cause) ? [] : consoleTail(text),
  };
}
