import { parseArgs } from 'node:util';
import type { Command, Context, Values } from './command';
import { attestCommand } from './commands/attest';
import { launchCommand } from './commands/launch';
import { login } from './commands/login';
import { mergeCommand } from './commands/merge';
import { publishedCommand } from './commands/published';
import { pushedCommand } from './commands/pushed';
import { reapCommand } from './commands/reap';
import { stopCommand } from './commands/stop';
import { tags } from './commands/tags';
import { verdictCommand } from './commands/verdict';
import { verifyCommand } from './commands/verify';
import { CloudError } from './edges/ec2';
import { GitHubError } from './edges/github';
import { Refusal, UsageError } from './failure';

/** All commands, in the order in which a build needs them. */
const COMMANDS: readonly Command[] = [
  tags,
  launchCommand,
  attestCommand,
  login,
  publishedCommand,
  pushedCommand,
  stopCommand,
  verdictCommand,
  reapCommand,
  mergeCommand,
  verifyCommand,
];

const OVERALL_HELP = `Usage: spot-image <command> [options]

Builds and publishes a container image on machines that live for one build.

Commands:
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(9)} ${summary}`).join('\n')}

"spot-image <command> --help" tells a command's options. Every command has
--json, which prints the result as one JSON object.

Exit codes: 0 done, 1 refused or failed (the reason is on stderr), 2 wrong usage.
`;

function commandHelp({ name, summary, help }: Command): string {
  return `Usage: spot-image ${name} ${help.trimStart()}`.replace('\n', `\n\n${summary}\n`);
}

function parse(command: Command, args: readonly string[]): Values {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' }, ...command.options },
      strict: true,
    });
    return values as Values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A reason that people can act on needs no stack; anything else is a defect and does. */
function reasonOf(error: unknown): string {
  if (error instanceof Refusal || error instanceof CloudError || error instanceof GitHubError) return error.message;
  return `This should not happen: ${error instanceof Error ? error.stack : String(error)}`;
}

/**
 * Runs the script: finds the command, parses its options, runs it, prints the result.
 *
 * @param args the command line after the script's name
 * @param print writes to stdout
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage
 */
export async function main(args: readonly string[], context: Context, print: (text: string) => void): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(OVERALL_HELP);
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((c) => c.name === name);
  try {
    if (!command) throw new UsageError(`There is no command "${name}"; there are ${COMMANDS.map((c) => c.name).join(', ')}.`);
    const values = parse(command, rest);
    if (values.help) {
      print(commandHelp(command));
      return 0;
    }
    const result = await command.run(values, context);
    context.report.output(result.outputs);
    print(values.json ? `${JSON.stringify(result.json)}\n` : `${result.text}\n`);
    if (result.failure === undefined) return 0;
    context.report.error(result.failure);
    return 1;
  } catch (error) {
    if (error instanceof UsageError) {
      context.report.error(`${error.message} See: spot-image ${command ? `${command.name} ` : ''}--help`);
      return 2;
    }
    context.report.error(reasonOf(error));
    return 1;
  }
}
