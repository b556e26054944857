/**
 * What doctor says of one access: a judgement of what was seen. Pure.
 */

/** `unknown` is never good news, and never a reason to change anything. */
export type Verdict = 'fine' | 'missing' | 'unknown';

/** One thing, judged. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was seen, or why it could not be. */
  readonly found: string;
  /** The command or the click that mends it. */
  readonly mend?: string;
  /** The policy statements that allow what is denied. */
  readonly statements?: readonly object[];
  /** Overrides whether the pipeline can do without an answer. */
  readonly dispensable?: boolean;
}

/** A finding with its place in the report. */
export interface Check extends Finding {
  readonly area: 'aws' | 'github' | 'registry';
  readonly name: string;
  /** Can the pipeline do without it? Then not knowing it is no failure. */
  readonly essential: boolean;
}

/** Why something could not be seen. */
export interface Failed {
  /** Error code or HTTP status. */
  readonly code: string;
  readonly message: string;
}

/** What an edge saw, or why it did not. */
export type Observed<T> = { readonly seen: T } | { readonly failed: Failed };

/** Something is as it must be. */
export function fine(found: string): Finding {
  return { verdict: 'fine', found };
}

/** Something is not as it must be. */
export function missing(found: string, mend: string): Finding {
  return { verdict: 'missing', found, mend };
}

/** Nobody can say. */
export function unknown(found: string, mend?: string): Finding {
  return { verdict: 'unknown', found, mend };
}

/** Does it keep the pipeline from running, for all that is known? */
export function blocks({ verdict, essential }: Pick<Check, 'verdict' | 'essential'>): boolean {
  return verdict === 'missing' || (verdict === 'unknown' && essential);
}
