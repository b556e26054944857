import { appendFileSync, existsSync, statSync } from 'node:fs';

/** Where a command reports to: the log, and GitHub Actions if it runs there. */
export interface Report {
  /** One line of progress, on stderr. */
  log(line: string): void;
  /** A line that people should see although the command goes on: an annotation in Actions. */
  warn(line: string): void;
  /** The reason of a failure. */
  error(line: string): void;
  /** Step outputs. Outside of Actions they go nowhere. */
  output(values: Readonly<Record<string, string>>): void;
  /**
   * Markdown for the run's summary page. Outside of Actions it goes nowhere. Never throws:
   * a summary that cannot be written costs one line of the log, not the command.
   */
  summary(markdown: string): void;
}

/** What GitHub takes of one step: of a longer file it shows nothing at all. */
const SUMMARY_BYTES = 1024 * 1024;

/**
 * Appends to the step's summary. What does not fit is left out as a whole, since a piece
 * of a table or of a fenced block would spoil what follows.
 *
 * @returns why it was left out, or undefined
 */
function appendSummary(file: string, markdown: string): string | undefined {
  const text = `${markdown}\n`;
  try {
    const size = existsSync(file) ? statSync(file).size : 0;
    if (size + Buffer.byteLength(text) > SUMMARY_BYTES) return 'it is longer than the 1 MiB that GitHub shows of a step';
    appendFileSync(file, text);
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}

/** Workflow commands are lines: GitHub's own escapes keep a text inside its line. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/**
 * Reports to stderr, and to the files and in the form that GitHub Actions names in
 * the environment ("Workflow commands for GitHub Actions").
 */
export function actionsReport(env: NodeJS.ProcessEnv, write: (text: string) => void): Report {
  const annotate = (kind: string, line: string) =>
    write(env.GITHUB_ACTIONS === 'true' ? `::${kind}::${escapeData(line)}\n` : `${kind}: ${line}\n`);
  return {
    // what others wrote, a console's lines among it, is no command to GitHub's runner
    log: (line) => write(`${env.GITHUB_ACTIONS === 'true' ? line.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '# #[') : line}\n`),
    warn: (line) => annotate('warning', line),
    error: (line) => annotate('error', line),
    summary: (markdown) => {
      const problem = env.GITHUB_STEP_SUMMARY ? appendSummary(env.GITHUB_STEP_SUMMARY, markdown) : undefined;
      if (problem) write(`A part of the run's summary is left out: ${problem}.\n`);
    },
    output: (values) => {
      if (!env.GITHUB_OUTPUT) return;
      for (const [name, value] of Object.entries(values)) {
        if (/[\r\n]/.test(value))
          throw new Error(`The output ${name} has a line break, which would be read as another output: ${JSON.stringify(value)}`);
      }
      appendFileSync(
        env.GITHUB_OUTPUT,
        Object.entries(values)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      );
    },
  };
}
