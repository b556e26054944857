/** What a build has cost at AWS, and what it would have cost elsewhere. */
import { type Cost, formatCny, formatUsd, hostedCost, machineCost, sum } from '../cost';
import { onDemandPrice, type Price, TARGET_CNY } from '../prices';
import { prose } from './escape';
import type { MachineEnd, RunStory } from './facts';
import { jobOn, workSeconds } from './timeline';
import { duration, marketWord } from './words';

/** Where a cost lies, seen from the project's target. */
export type TargetWord = 'below' | 'within' | 'above' | 'unknown';

/** Compares a build's cost with the target of one architecture's build. */
export function againstTarget(cost: Cost | undefined): TargetWord {
  if (cost === undefined) return 'unknown';
  if (cost.cny < TARGET_CNY.low) return 'below';
  return cost.cny <= TARGET_CNY.high ? 'within' : 'above';
}

function costAt({ region, seconds, diskGib }: MachineEnd, hourly: Price | undefined) {
  return seconds === undefined ? undefined : machineCost({ region, hourly, seconds, diskGib });
}

/** What all of these machines have cost at AWS: instance, disk and address. */
export function costOfAll(machines: readonly MachineEnd[]): Cost | undefined {
  return sum(machines.map((machine) => costAt(machine, machine.hourly)?.total));
}

/** The cost line. */
export function costLine(machines: readonly MachineEnd[]): string {
  const cost = costOfAll(machines);
  const target = `the target of ¥${TARGET_CNY.low}–${TARGET_CNY.high}`;
  const word = againstTarget(cost);
  if (word === 'unknown') return `**Cost of this build: unknown**, since a price or a time is; ${target} cannot be compared.`;
  return `**Cost of this build: ${formatUsd(cost)} / ${formatCny(cost)}, ${word} ${target}.**`;
}

function ratio(cost: Cost | undefined, build: Cost | undefined): string {
  return cost === undefined || build === undefined || build.usd <= 0 ? '' : `${(cost.usd / build.usd).toFixed(1)} ×`;
}

function earlierWord({ attempt }: MachineEnd, last: MachineEnd): string {
  return attempt === last.attempt ? 'earlier' : `earlier, attempt ${prose(attempt ?? 'unknown')}`;
}

/**
 * The parts of the cost, and the comparisons with the same machine on demand and with
 * GitHub's own runner for the same time.
 *
 * @param machines in order, the last one is the one that this summary is about
 */
export function costTable(machines: readonly MachineEnd[], { jobs, hostedRunner }: RunStory): string {
  const earlier = machines.slice(0, -1);
  const last = machines[machines.length - 1];
  const build = costOfAll(machines);
  const row = (what: string, cost: Cost | undefined, times = '') => `| ${what} | ${formatUsd(cost)} | ${formatCny(cost)} | ${times} |`;
  const parts = costAt(last, last.hourly);
  const onDemand = sum(machines.map((machine) => costAt(machine, onDemandPrice(machine.region, machine.type))?.total));
  const allOnDemand = machines.every(({ market }) => market === 'on-demand');
  const hostedSeconds = workSeconds(jobOn(last, jobs), last) ?? last.seconds;
  return [
    '| cost | USD | CNY | to this build |',
    '| --- | --- | --- | --- |',
    row(`instance, ${marketWord(last.market)}, ${duration(last.seconds)}`, parts?.instance),
    row(`disk, ${last.diskGib} GiB`, parts?.disk),
    row('public IPv4 address', parts?.address),
    ...earlier.map((machine) =>
      row(
        `${earlierWord(machine, last)}: ${prose(machine.id)}, ${marketWord(machine.market)}, ${duration(machine.seconds)}`,
        costAt(machine, machine.hourly)?.total,
      ),
    ),
    row('**this build**', build, build === undefined ? '' : '1 ×'),
    ...(allOnDemand ? [] : [row('the same on demand', onDemand, ratio(onDemand, build))]),
    ...(hostedRunner === undefined || hostedSeconds === undefined
      ? []
      : [
          row(
            `GitHub's ${prose(hostedRunner)} for ${duration(hostedSeconds)}, in a private repository`,
            hostedCost(hostedRunner, hostedSeconds),
            ratio(hostedCost(hostedRunner, hostedSeconds), build),
          ),
        ]),
  ].join('\n');
}
