import { spawn } from 'node:child_process';
import { Refusal } from '../failure';

/** What a command did. */
export interface ShellResult {
  /** Exit code; 1 if a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The last line that a program wrote to its standard error: these end with the error, after their progress.
 *
 * @param prefix what it writes before an error, such as `ERROR: `
 * @param program its name, for people, where it said nothing
 */
export function lastLine(stderr: string, prefix: string, program: string): string {
  const line = stderr.trimEnd().split('\n').pop() ?? '';
  return (line.startsWith(prefix) ? line.slice(prefix.length) : line) || `${program} gave no reason`;
}

/** Runs other programs. */
export interface Shell {
  /**
   * Runs one program without a shell and waits for its end.
   * @throws Refusal if it cannot be started or takes longer than twelve minutes
   */
  run(command: string, args: readonly string[]): Promise<ShellResult>;
}

/** A copy to a further registry carries every layer; the job that merges ends after 15 minutes. */
const LONGEST_MS = 720_000;

/** This machine's programs, in this process's environment. */
export const systemShell: Shell = {
  run: (command, args) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_MS });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.on('error', (error) => reject(new Refusal(`Cannot run "${command}": ${error.message}. Is it installed and on PATH?`)));
      child.on('close', (code, signal) => {
        if (signal === 'SIGTERM')
          reject(
            new Refusal(`"${[command, ...args].join(' ')}" was ended by ${signal}, perhaps because it took longer than twelve minutes.`),
          );
        else resolve({ code: code ?? 1, stdout, stderr });
      });
    }),
};
