import type { Ancestry } from '../../core/tags/ancestry';

/** A one-time registration of a runner. */
export interface Registration {
  readonly id: number;
  /** The runner's secret: whoever has it can be this runner, once. Never logged. */
  readonly jitConfig: string;
}

/** A registered runner. */
export interface Runner {
  readonly id: number;
  readonly name: string;
  readonly online: boolean;
  readonly busy: boolean;
}

/** A workflow run, in its latest attempt. */
export interface WorkflowRun {
  readonly finished: boolean;
  readonly attempt: number;
}

/** A job of a run. */
export interface Job {
  /** `queued`, `in_progress`, `completed` and others. */
  readonly status: string;
  /** Name of the runner that has it, if one has. */
  readonly runner?: string;
}

/**
 * Of GitHub's API for one repository only what runners and tags need. Every call
 * throws GitHubError for anything but a clear answer.
 */
export interface GitHub {
  /** Registers a just-in-time runner. Status 409 means that the name is taken. */
  register(name: string, labels: readonly string[]): Promise<Registration>;
  /** A runner, or undefined if GitHub says explicitly that there is none. */
  runner(id: number): Promise<Runner | undefined>;
  /** All runners of the repository, over all pages. */
  runners(): Promise<Runner[]>;
  /** Removes a registration; false if GitHub says explicitly that there is none. Status 422 means that a job runs on it. */
  remove(id: number): Promise<boolean>;
  /** A workflow run, or undefined for "not found", which may also mean "you may not". */
  workflowRun(id: string): Promise<WorkflowRun | undefined>;
  /** All jobs of a run's latest attempt, over all pages. */
  jobs(runId: string): Promise<Job[]>;
  /** When a commit was made, in seconds since 1970. */
  commitTime(sha: string): Promise<number>;
  /** The commit that a git tag points to, through annotated tags; undefined if GitHub says that there is none, or that nobody may know. */
  tagCommit(name: string): Promise<string | undefined>;
  /** Where `head` is, seen from `base`: commits, branches or tags; `unknown` if GitHub does not know one of them. */
  compare(base: string, head: string): Promise<Ancestry>;
}

/** GitHub refused, failed or did not answer. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';

  /**
   * @param status HTTP status, or undefined if no answer came
   * @param request method and path
   */
  constructor(
    readonly status: number | undefined,
    readonly request: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`GitHub ${request}: ${status ?? 'no answer'}: ${message}`, options);
  }
}
