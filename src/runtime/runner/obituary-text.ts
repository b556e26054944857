import { type Cost, formatCny, formatUsd, sum } from '../../core/cost';
import { duration } from '../../core/summary/words';
import type { Obituary } from './obituary';

function total(obituaries: readonly Obituary[]): Cost | undefined {
  return sum(obituaries.map(({ cost }) => cost?.total));
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
