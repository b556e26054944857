/**
 * Names generated files that were edited by hand.
 *
 * `.projenrc.ts` is run with an empty folder as the current one, so that it
 * writes a second project there; every file that projen manages is compared
 * with its twin in the checkout. Nothing of the checkout is touched, so a hand
 * edit is still there to be read when it is reported. An edit could not be told
 * from a forgotten `npx projen`, and need not be: the cure is the same.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An environment variable that wins over the option `outdir`: a synth aside must not write where the real one does. */
export const OUTDIR_VARIABLE = 'SPOT_IMAGE_OUTDIR';

/** A file that is not as `.projenrc.ts` gives it. */
export interface Drift {
  readonly path: string;
  readonly kind: 'edited' | 'missing';
}

/**
 * Compares two projects.
 * @param checkout folder of the project
 * @param fresh folder of the second one, just written
 */
export function compareProjects(checkout: string, fresh: string): Drift[] {
  // package.json is managed too, but projen's own list leaves it out.
  const managed: string[] = [...JSON.parse(readFileSync(join(fresh, '.projen/files.json'), 'utf8')).files, 'package.json'];
  return managed.flatMap((path): Drift[] => {
    if (!existsSync(join(fresh, path))) return [];
    if (!existsSync(join(checkout, path))) return [{ path, kind: 'missing' }];
    const same = readFileSync(join(checkout, path)).equals(readFileSync(join(fresh, path)));
    return same ? [] : [{ path, kind: 'edited' }];
  });
}

/** The command behind `npx projen`, with the checkout's files by their absolute paths, so that it runs from anywhere. */
function synthCommand(checkout: string): string[] {
  const { tasks } = JSON.parse(readFileSync(join(checkout, '.projen/tasks.json'), 'utf8'));
  const step = tasks.default.steps[0];
  const words: string[] = step.execArgs ?? step.exec.split(' ');
  return words.map((word) => {
    const binary = join(checkout, 'node_modules/.bin', word);
    if (existsSync(binary)) return binary;
    return existsSync(join(checkout, word)) ? join(checkout, word) : word;
  });
}

/**
 * Writes the second project.
 * @returns its folder, which the caller removes
 * @throws Error with the output of `.projenrc.ts` where that fails
 */
function synthesizeAside(checkout: string): string {
  const fresh = mkdtempSync(join(tmpdir(), 'drift-'));
  symlinkSync(join(checkout, 'node_modules'), join(fresh, 'node_modules'));
  // projen reads from it what the last install resolved, and keeps the fields that it does not manage.
  copyFileSync(join(checkout, 'package.json'), join(fresh, 'package.json'));
  const [program, ...args] = synthCommand(checkout);
  // NODE_ENV=test would make projen delete things; a post-synthesis step would install packages.
  const env = { ...process.env, NODE_ENV: undefined, PROJEN_DISABLE_POST: 'true', [OUTDIR_VARIABLE]: fresh };
  const run = spawnSync(program, args, { cwd: fresh, encoding: 'utf8', env });
  if (run.status !== 0) {
    rmSync(fresh, { recursive: true });
    throw new Error(`.projenrc.ts failed:\n${run.stdout}${run.stderr}`);
  }
  return fresh;
}

/** Prints what drifted. @returns the exit code: 0 nothing, 1 something */
export function checkDrift(checkout: string): number {
  const fresh = synthesizeAside(checkout);
  try {
    const drift = compareProjects(checkout, fresh);
    if (drift.length === 0) return 0;
    const lines = drift.map(({ path, kind }) => `  ${path} ${kind === 'missing' ? 'is missing' : 'was edited by hand'}`);
    process.stderr.write(
      `Generated files are not as .projenrc.ts gives them:\n${lines.join('\n')}\nEdit .projenrc.ts instead, and run "npx projen": it writes them anew.\n`,
    );
    return 1;
  } finally {
    rmSync(fresh, { recursive: true });
  }
}
