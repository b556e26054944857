import type { Due } from '../../core/runner/overdue';
import type { Report } from '../edges/actions';
import { messageOf } from '../failure';

/** What the reaper looks at. */
export type Kind = 'machine' | 'registration' | 'schedule' | 'launch template' | 'volume' | 'run';

/** One of these, and what the reaper thinks of it. */
export interface Judged {
  readonly what: Kind;
  readonly name: string;
  /** Of what is at AWS. */
  readonly region?: string;
  readonly due: boolean;
  readonly why: string;
  /** Was its end requested? Always false in a dry run. */
  readonly ended: boolean;
}

/** What a run is ended by is not what ends a machine. */
const VERBS: Readonly<Record<Kind, string>> = {
  machine: 'ended',
  registration: 'removed',
  schedule: 'removed',
  'launch template': 'removed',
  volume: 'removed',
  run: 'cancelled',
};

/** What became of it, in one word or three: `kept`, `removed`, `to be removed`. */
export function verbOf({ what, due, ended }: Judged): string {
  if (!due) return 'kept';
  return ended ? VERBS[what] : `to be ${VERBS[what]}`;
}

/** What one reaping found and did. Its failures keep nothing else from being done. */
export class ReapRecord {
  readonly judged: Judged[] = [];
  /** What could not be seen or done, one sentence each. Not empty: nothing is proven. */
  readonly problems: string[] = [];

  constructor(
    private readonly dryRun: boolean,
    private readonly report: Report,
    private readonly signal: AbortSignal,
  ) {}

  /** Notes a failure. @throws the signal's reason, if the reaper was asked to end */
  problem(where: string, error: unknown): void {
    this.signal.throwIfAborted();
    const problem = `${where}: ${messageOf(error)}`;
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }

  /** Notes a verdict, and carries it out unless this is a dry run. */
  async judge(one: Pick<Judged, 'what' | 'name' | 'region'>, { due, why }: Due, end: () => Promise<unknown>): Promise<void> {
    let ended = false;
    if (due && !this.dryRun) {
      try {
        await end();
        ended = true;
      } catch (error) {
        this.problem(one.name, error);
      }
    }
    const judged: Judged = { ...one, due, why, ended };
    this.judged.push(judged);
    this.report.log(`${one.region ? `${one.region}: ` : ''}${one.what} ${one.name} is ${verbOf(judged)}: ${why}.`);
  }
}
