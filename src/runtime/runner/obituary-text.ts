import { type Cost, formatCny, formatUsd, sum } from '../../core/cost';
import { TARGET_CNY } from '../../core/prices';
import type { Obituary } from './obituary';

function total(obituaries: readonly Obituary[]): Cost | undefined {
  return sum(obituaries.map(({ cost }) => cost?.total));
}

function duration(seconds: number | undefined): string {
  return seconds === undefined ? 'unknown' : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A machine's end in one sentence. */
export function obituaryLine({ id, type, market, region, why, seconds, cost }: Obituary): string {
  return `${id} (${type}, ${market}, ${region}) is terminated: ${why}. It lived ${duration(seconds)} and cost ${formatUsd(cost?.total)} / ${formatCny(cost?.total)}.`;
}

/** Step outputs; empty texts where there was no machine. */
export function obituaryOutputs(obituaries: readonly Obituary[]): Readonly<Record<string, string>> {
  if (obituaries.length === 0) return { 'cause-of-death': '', 'seconds-lived': '', 'cost-usd': '', 'cost-cny': '' };
  const cost = total(obituaries);
  const seconds = obituaries.map((one) => one.seconds);
  const last = obituaries.reduce((a, b) => (b.endedAt > a.endedAt ? b : a));
  return {
    'cause-of-death': last.cause,
    'seconds-lived': seconds.includes(undefined) ? 'unknown' : String(seconds.reduce<number>((all, one) => all + (one ?? 0), 0)),
    'cost-usd': cost ? cost.usd.toFixed(4) : 'unknown',
    'cost-cny': cost ? cost.cny.toFixed(3) : 'unknown',
  };
}

/** The run summary's table, and the line that compares with the project's target. */
export function obituarySummary(architecture: string, obituaries: readonly Obituary[]): string {
  const rows = obituaries.map(({ id, type, market, region, why, seconds, hourly, cost }) => {
    const price = hourly ? `${hourly.currency === 'USD' ? '$' : '¥'}${hourly.value} / h` : 'unknown';
    return `| ${id} | ${type} | ${market} | ${region} | ${why} | ${duration(seconds)} | ${price} | ${formatUsd(cost?.total)} / ${formatCny(cost?.total)} |`;
  });
  return `### Machine of ${architecture}

| instance | type | market | region | end | lived | price | cost |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Cost of this build: ${formatUsd(total(obituaries))} / ${formatCny(total(obituaries))}; the target is ¥${TARGET_CNY.low}-${TARGET_CNY.high}.
`;
}
