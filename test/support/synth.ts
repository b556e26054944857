/**
 * The one caller of projen's synth in tests.
 *
 * projen deletes the folder it writes to when NODE_ENV is `test` and that folder
 * lies under the system's temporary one: so a project under test always gets a
 * fresh folder of its own, and never the current one.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Project } from 'projen';

/** The text of every file of a project, by path. */
export type Files = Readonly<Record<string, string>>;

/** Reads every file below a folder, without following links. */
export function readFiles(folder: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

/**
 * Synthesizes a project into a fresh folder and reads it.
 * @param create makes the project; it must pass `outdir` on
 */
export function synthesize(create: (outdir: string) => Project): Files {
  const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  const before = process.env.PROJEN_DISABLE_POST;
  process.env.PROJEN_DISABLE_POST = 'true';
  try {
    const project = create(outdir);
    if (project.outdir !== outdir) throw new Error(`the project writes to ${project.outdir}; pass the outdir on`);
    project.synth();
    return readFiles(outdir);
  } finally {
    if (before === undefined) delete process.env.PROJEN_DISABLE_POST;
    else process.env.PROJEN_DISABLE_POST = before;
    rmSync(outdir, { recursive: true, force: true });
  }
}
