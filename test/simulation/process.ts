import type { Context } from '../../src/runtime/command';
import type { Report } from '../../src/runtime/edges/actions';
import type { Ec2 } from '../../src/runtime/edges/ec2';
import type { GitHub } from '../../src/runtime/edges/github';
import type { Scheduler } from '../../src/runtime/edges/scheduler';
import { Refusal } from '../../src/runtime/failure';
import { main } from '../../src/runtime/main';
import { ModelProbes } from '../models/account';
import type { World } from './world';

/** An edge that lies to a process, as if one of the script's defences were missing. */
export interface Lies {
  ec2?(edge: Ec2): Ec2;
  github?(edge: GitHub): GitHub;
  report?(edge: Report): Report;
  /** Signals do not reach the process. */
  deaf?: boolean;
}

/** The exit code of a process that was killed. */
export const KILLED = 137;

/** The real script as a process of its own: it can be asked to end, and killed at any moment. */
export class Process {
  /** All that it printed, wrote to outputs, and put into the summary. */
  output = '';
  /** Its step outputs. */
  readonly outputs: Record<string, string> = {};
  /** Exit code. */
  readonly done: Promise<number>;
  running = true;
  private readonly abort = new AbortController();
  private die: (code: number) => void = () => undefined;

  constructor(
    world: World,
    attempt: number,
    readonly args: readonly string[],
    lies: Lies = {},
  ) {
    const killed = new Promise<number>((resolve) => {
      this.die = resolve;
    });
    const print = (text: string) => {
      if (this.running) this.output += text;
    };
    const report: Report = {
      log: (line) => print(`${line}\n`),
      warn: (line) => print(`warning: ${line}\n`),
      error: (line) => print(`error: ${line}\n`),
      summary: print,
      output: (values) => {
        Object.assign(this.outputs, values);
        print(JSON.stringify(values));
      },
    };
    const context: Context = {
      env: {
        GITHUB_REPOSITORY: world.repository,
        GITHUB_RUN_ID: world.runId,
        GITHUB_RUN_ATTEMPT: String(attempt),
        RUNNER_TOKEN: world.token,
        GITHUB_TOKEN: world.token,
        SCHEDULER_ROLE_ARN: world.habits.scheduler === 'none' ? undefined : 'arn:aws:iam::123456789012:role/spot-image-scheduler',
      },
      config: () => world.config,
      readFile: (path) => {
        throw new Error(`There is no file ${path} here.`);
      },
      clock: this.mortal(world.clock),
      shell: { run: () => Promise.reject(new Error('the simulation has no shell')) },
      report: lies.report?.(report) ?? report,
      ec2: async (region) => {
        const edge = this.mortal<Ec2>(world.ec2(region));
        return lies.ec2?.(edge) ?? edge;
      },
      scheduler: async (region) => this.mortal<Scheduler>(world.scheduler(region)),
      account: () => Promise.reject(new Error('the simulation looks at no account')),
      probes: new ModelProbes(),
      github: async () => {
        const edge = this.mortal<GitHub>(world.github);
        return lies.github?.(edge) ?? edge;
      },
      signal: this.abort.signal,
    };
    this.done = Promise.race([main(args, context, print), killed]).then((code) => {
      this.running = false;
      if (code !== 0 && this.output.includes('should not happen')) world.fail('defect', this.output);
      return code;
    });
    if (lies.deaf) this.interrupt = () => undefined;
  }

  /** SIGINT or SIGTERM. */
  interrupt(): void {
    this.abort.abort(new Refusal('Ended by SIGINT.'));
  }

  /** SIGKILL: what it asked for goes on, it hears no answer. */
  kill(): void {
    if (!this.running) return;
    this.running = false;
    this.die(KILLED);
  }

  /** The edge, whose promises settle only while the process lives. */
  private mortal<T extends object>(edge: T): T {
    return new Proxy(edge, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (!this.running) return new Promise(() => undefined);
          const answer = value.apply(target, args) as unknown;
          if (!(answer instanceof Promise)) return answer;
          return new Promise((resolve, reject) => {
            answer.then(
              (result) => this.running && resolve(result),
              (error) => this.running && reject(error),
            );
          });
        };
      },
    });
  }
}
