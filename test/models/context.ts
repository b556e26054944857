import type { Context } from '../../src/runtime/command';
import { actionsReport } from '../../src/runtime/edges/actions';
import type { Shell, ShellResult } from '../../src/runtime/edges/shell';
import { main } from '../../src/runtime/main';
import { ModelAccount, ModelProbes } from './account';
import { VirtualClock } from './clock';
import { testConfig } from './config';
import { ModelEc2 } from './ec2';
import { ModelGitHub } from './github';
import { ModelScheduler } from './scheduler';

export { testConfig } from './config';

/** A run of one command: what went in, and what came out. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A world in which nothing is real: models behind every edge of the script. */
export class TestWorld {
  readonly clock = new VirtualClock();
  readonly github = new ModelGitHub();
  readonly regions = new Map<string, ModelEc2>();
  readonly accounts = new Map<string, ModelAccount>();
  readonly probes = new ModelProbes();
  readonly schedulers = new Map<string, ModelScheduler>();
  readonly abort = new AbortController();
  /** Commands that were run. */
  readonly commands: string[][] = [];
  /** Answers to commands; by default none can be found. */
  shell: (command: readonly string[]) => ShellResult | Promise<ShellResult> = ([command]) => {
    throw new Error(`there is no ${command} here`);
  };
  config = testConfig();
  /** Files by path. */
  readonly files = new Map<string, string>();
  /** Told of every line that the script writes to stderr. */
  said: () => void = () => undefined;
  env: Record<string, string | undefined> = {
    GITHUB_REPOSITORY: 'dianplus/tomcat',
    GITHUB_RUN_ID: '17654321098',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_TOKEN: 'ghs_token-of-the-app',
  };
  /** Tokens with which GitHub was asked. */
  readonly tokens: (string | undefined)[] = [];

  /** The model of a region, made when first asked for. */
  ec2(region = 'us-east-1'): ModelEc2 {
    const model = this.regions.get(region) ?? new ModelEc2(region, this.clock);
    this.regions.set(region, model);
    return model;
  }

  /** The model of the account in a region, made when first asked for. */
  account(region = 'us-east-1'): ModelAccount {
    const model = this.accounts.get(region) ?? new ModelAccount(region);
    this.accounts.set(region, model);
    return model;
  }

  /** The schedules of a region, made when first asked for. */
  scheduler(region = 'us-east-1'): ModelScheduler {
    const model = this.schedulers.get(region) ?? new ModelScheduler(this.ec2(region), this.clock);
    this.schedulers.set(region, model);
    return model;
  }

  /** Runs the script with this command line. */
  async run(...args: string[]): Promise<Run> {
    let stdout = '';
    let stderr = '';
    const shell: Shell = {
      run: async (command, rest) => {
        this.commands.push([command, ...rest]);
        return this.shell([command, ...rest]);
      },
    };
    const context: Context = {
      env: this.env,
      config: () => this.config,
      readFile: (path) => {
        const text = this.files.get(path);
        if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
        return text;
      },
      clock: this.clock,
      shell,
      report: actionsReport(this.env, (text) => {
        stderr += text;
        this.said();
      }),
      ec2: async (region) => this.ec2(region),
      account: async (region) => this.account(region),
      probes: this.probes,
      scheduler: async (region) => this.scheduler(region),
      github: async (token) => {
        this.tokens.push(token);
        return this.github;
      },
      signal: this.abort.signal,
    };
    const code = await main(args, context, (text) => {
      stdout += text;
    });
    return { code, stdout, stderr };
  }
}
