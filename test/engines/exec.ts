import { spawn } from 'node:child_process';
import { atEnd } from './guard';

/** What a command did. */
export interface Result {
  /** Exit code; 128 + signal number is not used: a signal gives `null`. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order in which they arrived. */
  readonly output: string;
  readonly seconds: number;
}

/** How to run a command. */
export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Text for standard input; default: none. */
  readonly input?: string;
  /** Milliseconds after which the command's process group is killed; default: 30 minutes. */
  readonly timeoutMs?: number;
  /** Return a non-zero exit code instead of throwing. */
  readonly allowFailure?: boolean;
}

/** Thrown by `run` when a command cannot be started, fails or takes too long. */
export class CommandFailed extends Error {
  constructor(
    readonly command: string,
    readonly reason: string,
    readonly result: Result,
  ) {
    super(`${reason}: ${command}\n${tail(result.output, 60)}`);
    this.name = 'CommandFailed';
  }
}

/**
 * Runs one command without a shell and gives what it printed. Throws `CommandFailed`
 * with the last 60 lines when it fails, unless `allowFailure` is set.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const started = Date.now();
  const words = [command, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // a group of its own, so that a time-out ends the children too
    });
    let stdout = '',
      stderr = '',
      output = '',
      timedOut = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      output += text;
    });
    child.stdin.on('error', () => undefined); // it may end without reading its input
    child.stdin.end(options.input ?? '');
    const release = atEnd(() => killGroup(child.pid));
    const timer = setTimeout(
      () => {
        timedOut = true;
        killGroup(child.pid);
      },
      options.timeoutMs ?? 30 * 60_000,
    );
    const finish = (code: number | null, problem?: string) => {
      clearTimeout(timer);
      release();
      const result = { code, stdout, stderr, output, seconds: (Date.now() - started) / 1000 };
      if (problem) reject(new CommandFailed(words, problem, result));
      else if (timedOut) reject(new CommandFailed(words, `took longer than ${options.timeoutMs ?? 30 * 60_000} ms`, result));
      else if (code !== 0 && !options.allowFailure) reject(new CommandFailed(words, `exit code ${code}`, result));
      else resolve(result);
    };
    child.on('error', (error) => finish(null, `cannot start (${error.message})`));
    child.on('close', (code) => finish(code));
  });
}

/** Kills a process group at once; a group that is gone is fine. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The last `lines` lines of a text. */
export function tail(text: string, lines: number): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
