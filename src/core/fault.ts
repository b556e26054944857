/**
 * Faults of a config: found one by one, told all at once.
 */

/** One thing that is wrong with a config. */
export interface Fault {
  /** Path of the option: `architectures[1].spot.families[0]`. */
  readonly path: string;
  /** The value as the user wrote it, or undefined where something is missing. */
  readonly value: unknown;
  /** Why it is wrong. One clause, no full stop. */
  readonly why: string;
  /** How to mend it. One clause, no full stop. */
  readonly mend: string;
}

const LONGEST_VALUE = 120;

function renderValue(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

/** Thrown when a config has faults. Its message lists every one of them. */
export class ConfigError extends Error {
  /** All faults, in the order of the options. */
  public readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const lines = faults.map((f) => `  ${f.path} = ${renderValue(f.value)}\n    ${f.why}.\n    Mend it: ${f.mend}.`);
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    super(`The config has ${count}; nothing was written.\n\n${lines.join('\n\n')}\n`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Collects faults while a config is resolved, so that one pass finds them all.
 * A resolver that meets a fault notes it and goes on with a stand-in value.
 */
export class Faults {
  private readonly list: Fault[] = [];

  /** Notes one fault. */
  public add(path: string, value: unknown, why: string, mend: string): void {
    this.list.push({ path, value, why, mend });
  }

  /** How many were noted so far. */
  public get count(): number {
    return this.list.length;
  }

  /**
   * Ends the check.
   * @throws ConfigError with every fault, if there is any
   */
  public throwIfAny(): void {
    if (this.list.length > 0) throw new ConfigError(this.list);
  }
}

/** Levenshtein distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/**
 * The valid names nearest to a mistyped one, best first, three at most.
 * Names that share too little with it are left out, so the list may be empty.
 */
export function nearest(word: string, names: readonly string[]): string[] {
  const lower = word.toLowerCase();
  return names
    .map((name) => ({ name, d: distance(lower, name.toLowerCase()) }))
    .filter(({ name, d }) => d <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.d - b.d || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** `use "a" or "b"`: the nearest names, or all of them where none is near. */
export function suggest(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  const shown = near.length > 0 ? near : names.slice(0, 12);
  const more = near.length === 0 && names.length > shown.length ? `, … (${names.length} in all)` : '';
  return `use ${shown.map((n) => `"${n}"`).join(near.length > 0 ? ' or ' : ', ')}${more}`;
}
