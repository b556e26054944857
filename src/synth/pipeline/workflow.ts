/**
 * A GitHub workflow as a value: projen's typed jobs, and beside them the reasons
 * that a reader of the YAML needs.
 */

// Not from projen itself: its import takes a third of a second, and a rendering needs no more than this.
import { JobPermission } from 'projen/lib/github/workflows-model';
import type { github } from '../projen';

/** One right of a job's `GITHUB_TOKEN`, and what the job needs it for. */
export interface Grant {
  readonly access: github.workflows.JobPermission;
  /** One clause: it stands as a comment beside the right. */
  readonly reason: string;
}

/** The rights of a job. What is not listed, it does not have. */
export type Permissions = { readonly [K in keyof github.workflows.JobPermissions]?: Grant };

/** Text that is shown as a comment. */
export interface Commented {
  /** Above the thing: why it is there. */
  readonly comment?: string;
  /** Beside a value, by its key in the YAML (`env.NAME` for one below). */
  readonly remarks?: Readonly<Record<string, string>>;
}

/** A step. `uses` comes from `usePinned`, `run` is one command. */
export interface Step extends github.workflows.JobStep, Commented {}

/** Which runs of a workflow, or of a job, exclude one another. */
export interface Concurrency {
  readonly group: string;
  readonly cancelInProgress: boolean;
  /** What waits, what is dropped, and why that is right: GitHub keeps one that waits, and a newer one takes its place. */
  readonly comment: string;
}

/** A job that runs steps. Its name, its rights and its time-out are never left to a default. */
export interface Job extends Omit<github.workflows.Job, 'name' | 'permissions' | 'steps' | 'timeoutMinutes' | 'concurrency'>, Commented {
  readonly name: string;
  readonly permissions: Permissions;
  readonly timeoutMinutes: number;
  readonly concurrency?: Concurrency;
  readonly steps: readonly Step[];
}

/** A job that is another workflow of this repository, whose jobs bring their own time-outs. */
export interface CallJob extends Commented {
  readonly name: string;
  readonly needs?: readonly string[];
  /** Path of the workflow, from `./` on. */
  readonly uses: string;
  readonly with?: Readonly<Record<string, string>>;
  /** `inherit` lets the workflow read secrets; without it, it reads none, not even those of its jobs' own environment. */
  readonly secrets?: 'inherit';
  /** The most that any job of the workflow may have. */
  readonly permissions: Permissions;
}

/** Is this another workflow? */
export function isCall(job: Job | CallJob): job is CallJob {
  return 'uses' in job;
}

/** Triggers that are switched off, shown as a comment. */
export interface OffTriggers {
  readonly on: github.workflows.Triggers;
  /** Why they are off, and what turns them on. */
  readonly comment: string;
}

/**
 * One file in `.github/workflows`.
 * @typeParam J what its jobs are
 */
export interface Workflow<J extends Job | CallJob = Job> {
  readonly name: string;
  /** File name without folder. */
  readonly fileName: string;
  /** What the workflow is for: the comment at the top. Paragraphs are separated by an empty line. */
  readonly description: string;
  readonly on: github.workflows.Triggers;
  readonly off?: OffTriggers;
  readonly concurrency: Concurrency;
  /** Jobs by id, in reading order. */
  readonly jobs: Readonly<Record<string, J>>;
}

/** The right to read, and why. */
export function read(reason: string): Grant {
  return { access: JobPermission.READ, reason };
}

/** The right to read and write, and why. */
export function write(reason: string): Grant {
  return { access: JobPermission.WRITE, reason };
}
