/** The refused tries of a launch, on their way from its step's output to the summary. */
import type { RefusedTry } from './facts';

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The word for a try that gave the machine: the summary tells of that one at length. */
const GAVE_A_MACHINE = 'online';

function tryOf(entry: unknown): RefusedTry[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { region, market, why, outcome, seconds } = entry as Record<string, unknown>;
  if (outcome === GAVE_A_MACHINE) return [];
  const read = { region: textOf(region), market: textOf(market), why: textOf(why) };
  if (read.region + read.market + read.why === '') return [];
  return [typeof seconds === 'number' && seconds >= 0 ? { ...read, seconds } : read];
}

/**
 * Reads the output `tries` of a launch: a JSON list of
 * `{ region, market, outcome, seconds, why }`. What is no such list tells nothing: a
 * summary never fails.
 */
export function readTries(json: string | undefined): RefusedTry[] {
  if (!json) return [];
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.flatMap(tryOf) : [];
  } catch {
    return [];
  }
}
