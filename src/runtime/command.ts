import type { ParseArgsConfig } from 'node:util';
import type { RuntimeConfig } from '../core/runtime-config';
import type { Report } from './edges/actions';
import type { Clock } from './edges/clock';
import type { Ec2 } from './edges/ec2';
import type { GitHub } from './edges/github';
import type { Scheduler } from './edges/scheduler';
import type { Shell } from './edges/shell';

/** Everything outside of the process that a command may touch. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads `.github/spot-image.json`. @throws Refusal if it is missing or broken */
  config(): RuntimeConfig;
  /** A file's text. @throws Error if it cannot be read */
  readFile(path: string): string;
  readonly clock: Clock;
  readonly shell: Shell;
  readonly report: Report;
  /** EC2 in a region. The SDK is loaded with the first call. */
  ec2(region: string): Promise<Ec2>;
  /** EventBridge Scheduler in a region. The SDK is loaded with the first call. */
  scheduler(region: string): Promise<Scheduler>;
  /** GitHub's API for the repository of this run, with this token or as nobody. */
  github(token: string | undefined): Promise<GitHub>;
  /** Aborted, with a Refusal as its reason, when the process is asked to end. */
  readonly signal: AbortSignal;
}

/** What a command found or did. */
export interface Result {
  /** For `--json`: a plain object. */
  readonly json: unknown;
  /** For people. */
  readonly text: string;
  /** Step outputs in GitHub Actions. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Why the exit code is 1 although there is a result to print. */
  readonly failure?: string;
}

/** Values of a command's options, by name. */
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One command of the script. */
export interface Command {
  readonly name: string;
  /** One line for the overall help. */
  readonly summary: string;
  /** The rest of its own help: options, environment, outputs. */
  readonly help: string;
  /** Options besides --help and --json. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /**
   * @throws UsageError if the options are wrong
   * @throws Refusal if it is refused or fails for a reason that people can mend
   */
  run(values: Values, context: Context): Promise<Result>;
}
