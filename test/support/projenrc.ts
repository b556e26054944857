/**
 * Runs a `.projenrc.ts` as this repository would, in a fresh folder: the
 * checkout is not touched.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Files, readFiles } from './synth';

const CHECKOUT = resolve(__dirname, '../..');

/**
 * Replaces a text that must be there, once.
 * @throws Error where it is not, since the exercise would test nothing then
 */
export function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`.projenrc.ts does not have exactly one "${from}"`);
  return text.replace(from, () => to);
}

/**
 * The files that `npx projen` writes for a `.projenrc.ts`.
 * @param text of the file
 * @throws Error with what was printed, where `.projenrc.ts` fails
 */
export function runProjenrc(text: string): Files {
  const folder = mkdtempSync(join(tmpdir(), 'exercise-'));
  try {
    for (const name of ['src', 'test', 'node_modules']) symlinkSync(join(CHECKOUT, name), join(folder, name));
    mkdirSync(join(folder, '.projen'));
    for (const name of ['package.json', '.projen/home.ts', '.projen/run.cjs']) {
      copyFileSync(join(CHECKOUT, name), join(folder, name));
    }
    writeFileSync(join(folder, '.projenrc.ts'), text);
    const run = spawnSync(process.execPath, ['.projen/run.cjs', '.projenrc.ts'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: undefined, PROJEN_DISABLE_POST: 'true' },
    });
    if (run.status !== 0) throw new Error(run.stdout + run.stderr);
    return readFiles(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines that differ between two texts, without their place: `- old` and `+ new`. */
export function changedLines(before: string, after: string): string[] {
  const [old, fresh] = [before, after].map((t) => t.split('\n'));
  const count = (lines: string[], line: string) => lines.filter((l) => l === line).length;
  const gone = [...new Set(old)].filter((l) => count(fresh, l) < count(old, l)).map((l) => `- ${l.trim()}`);
  const come = [...new Set(fresh)].filter((l) => count(old, l) < count(fresh, l)).map((l) => `+ ${l.trim()}`);
  return [...gone, ...come];
}

/** Paths of the files that differ, are gone or are new. */
export function changedFiles(before: Files, after: Files): string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((p) => before[p] !== after[p]).sort();
}
