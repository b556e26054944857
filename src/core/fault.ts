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
const LONGEST_KEY = 60;

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** A value in a message: JSON where there is one, in one line and not too long. */
function renderValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'function') return 'a function';
  try {
    const isJson = typeof value === 'string' || (typeof value === 'object' && value !== null);
    return cut(isJson ? JSON.stringify(value) : String(value), LONGEST_VALUE);
  } catch {
    return 'an object that contains itself'; // or one whose conversion fails, which is as odd
  }
}

/** Path of an option inside another one; the path of the whole is ''. */
export function join(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) || key.length > LONGEST_KEY) return `${path}[${cut(JSON.stringify(key), LONGEST_KEY)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** Does one path lie in the other, or are they the same? */
function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(outer) && ['', '.', '['].includes(inner.charAt(outer.length));
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
    // Node prints both when nobody catches it; the message says it all, once.
    this.stack = `${this.name}: ${this.message}`;
    this.faults = faults;
    Object.defineProperty(this, 'faults', { enumerable: false });
  }
}

/**
 * Collects faults while a config is resolved, so that one pass finds them all.
 * A resolver that meets a fault notes it and goes on with a stand-in value.
 */
export class Faults {
  private readonly list: Fault[] = [];
  private readonly unreadable: string[] = [];

  /** @param order names of the top-level options, in the order in which their faults are told */
  constructor(private readonly order: readonly string[] = []) {}

  /**
   * Notes one fault. One that concerns an unreadable value is dropped: the rule
   * that found it saw a stand-in, not what the user wrote.
   */
  public add(path: string, value: unknown, why: string, mend: string): void {
    if (this.unreadable.some((u) => isWithin(path, u) || isWithin(u, path))) return;
    this.list.push({ path, value, why, mend });
  }

  /** Notes that a value is missing or of a wrong type, so that no other rule can judge it. */
  public addUnreadable(path: string, value: unknown, why: string, mend: string): void {
    this.list.push({ path, value, why, mend });
    this.unreadable.push(path);
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
    if (this.list.length === 0) return;
    const place = ({ path }: Fault) => {
      const at = this.order.findIndex((name) => isWithin(path, name));
      return at < 0 ? this.order.length : at;
    };
    throw new ConfigError([...this.list].sort((a, b) => place(a) - place(b)));
  }
}
