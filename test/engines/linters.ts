import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from './exec';
import { installActionlint } from './go-tools';
import { installPythonLinters } from './python-tools';

/**
 * actionlint (with shellcheck on every `run:`) and zizmor (offline, pedantic) over all of
 * `<folder>/.github/workflows`, with the configuration files they find in the folder.
 * Returns their findings as text, empty when clean. Throws when there are no workflows.
 */
export async function lintWorkflows(folder: string): Promise<string> {
  const workflows = path.join(folder, '.github', 'workflows');
  const files = fs.existsSync(workflows)
    ? fs
        .readdirSync(workflows)
        .filter((name) => /\.ya?ml$/.test(name))
        .sort()
        .map((name) => path.join('.github', 'workflows', name))
    : [];
  if (files.length === 0) throw new Error(`No workflows to lint in ${workflows}.`);
  const bin = await installPythonLinters();
  const shellcheck = path.join(bin, 'shellcheck');
  // named: without it actionlint drops these checks and says nothing
  const actionlint = [
    await installActionlint(),
    '-no-color',
    '-shellcheck',
    shellcheck,
    '-pyflakes=',
    ...existing(folder, '-config-file', ['.github/actionlint.yaml', '.github/actionlint.yml']),
    ...files,
  ];
  // strict: a file that it cannot read is a finding, not a warning
  const zizmor = [
    path.join(bin, 'zizmor'),
    '--offline',
    '--pedantic',
    '--strict-collection',
    '--no-progress',
    '--color=never',
    ...existing(folder, '--config', ['zizmor.yml', '.github/zizmor.yml']),
    ...files,
  ];
  return join([await findings(actionlint, [0, 1], folder), await findings(zizmor, [0, 11, 12, 13, 14], folder)]);
}

/**
 * hadolint over one Dockerfile, with `.hadolint.yaml` beside it or in `folder` if there is one.
 * Returns the findings as text, empty when clean.
 */
export async function lintDockerfile(file: string, folder = path.dirname(file)): Promise<string> {
  const bin = await installPythonLinters();
  return findings(
    [path.join(bin, 'hadolint'), '--no-color', ...existing(folder, '--config', ['.hadolint.yaml', '.hadolint.yml']), path.resolve(file)],
    [0, 1],
    folder,
  );
}

/** shellcheck, with all optional checks off. Returns the findings as text, empty when clean. */
export async function lintShell(files: readonly string[]): Promise<string> {
  if (files.length === 0) throw new Error('No shell scripts to lint.');
  const bin = await installPythonLinters();
  return findings([path.join(bin, 'shellcheck'), '--color=never', ...files.map((file) => path.resolve(file))], [0, 1], process.cwd());
}

/** Runs a linter; an exit code that is not among those it has for findings means that it broke. */
async function findings([command, ...args]: string[], codes: readonly number[], cwd: string): Promise<string> {
  const result = await run(command, args, { cwd, allowFailure: true });
  if (result.code === 0) return '';
  const text = `${path.basename(command)}: ${result.output.trim()}`;
  if (!codes.includes(result.code ?? -1)) throw new Error(`The linter itself failed with exit code ${result.code}:\n${text}`);
  return text;
}

function existing(folder: string, flag: string, names: readonly string[]): string[] {
  const found = names.find((name) => fs.existsSync(path.join(folder, name)));
  return found ? [flag, found] : [];
}

const join = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n\n');
