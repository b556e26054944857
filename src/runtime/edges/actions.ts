import { appendFileSync } from 'node:fs';

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
  /** Markdown for the run's summary page. Outside of Actions it goes nowhere. */
  summary(markdown: string): void;
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
    log: (line) => write(`${line}\n`),
    warn: (line) => annotate('warning', line),
    error: (line) => annotate('error', line),
    summary: (markdown) => {
      if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, `${markdown}\n`);
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
