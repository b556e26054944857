/** The refused tries of a launch, on their way from its step's output to the summary. */
import type { RefusedTry } from './facts';

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function tryOf(entry: unknown): RefusedTry[] {
  if (typeof entry === 'string') return entry === '' ? [] : [{ region: '', market: '', why: entry }];
  if (typeof entry !== 'object' || entry === null) return [];
  const { region, market, why } = entry as Record<string, unknown>;
  const read = { region: textOf(region), market: textOf(market), why: textOf(why) };
  return read.region + read.market + read.why === '' ? [] : [read];
}

/**
 * Reads the output `tries` of a launch: a JSON list of `{ region, market, why }` or of
 * sentences. What is no such list tells nothing: a summary never fails.
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
