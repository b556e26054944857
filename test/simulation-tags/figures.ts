import { type Check, type Fault, type HistoryVerdict, runHistory } from './history';

/** What many histories came to. */
export interface Figures {
  readonly histories: number;
  readonly builds: number;
  readonly merges: number;
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  /** Writes into the window that a registry without locks leaves open, which were faults. */
  readonly races: number;
  readonly failed: readonly HistoryVerdict[];
}

const SHOWN = 5;

/** Runs history after history. */
export function simulateTags(first: number, count: number, off?: Check): Figures {
  const faults: Partial<Record<Fault, number>> = {};
  const failed: HistoryVerdict[] = [];
  let [builds, merges, races] = [0, 0, 0];
  for (let seed = first; seed < first + count; seed++) {
    const verdict = runHistory(seed, off);
    builds += verdict.builds;
    merges += verdict.merges;
    races += verdict.races.length;
    for (const fault of new Set(verdict.faults)) faults[fault] = (faults[fault] ?? 0) + 1;
    if (verdict.faults.length > 0 && failed.length < SHOWN) failed.push(verdict);
  }
  return { histories: count, builds, merges, faults, races, failed };
}

/** The closing line. */
export function tagFiguresLine({ histories, builds, merges, faults, races }: Figures): string {
  const kinds = ['mix', 'version changed', 'latest went back', 'alias went back'] as const;
  return `${histories} histories, ${kinds.map((kind) => `${faults[kind] ?? 0} ${kind}`).join(', ')}; ${builds} builds, ${merges} merges, ${races} writes raced`;
}
