/** Fails the synth on an unsafe workflow. */

import { resolve } from 'projen/lib/_resolve';
import { Component, type FileBase, type Project } from '../projen';
import { findUnsafe } from './guard';

/**
 * Looks at every workflow the project is about to write, also at those of other
 * components, and fails the synth if one is unsafe.
 *
 * It looks before anything is written, and once more at the end: a component
 * may add a job as late as in its own `preSynthesize`.
 */
export class WorkflowGuard extends Component {
  /** Texts that were found safe, by path: nothing is parsed twice. */
  private readonly safe = new Map<string, string>();

  public constructor(project: Project) {
    super(project, 'workflow-guard');
  }

  /** @throws Error that lists every unsafe spot */
  public preSynthesize(): void {
    this.check();
  }

  /** @throws Error that lists every unsafe spot */
  public postSynthesize(): void {
    this.check();
  }

  private check(): void {
    const faults = this.project.files
      .filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file.path))
      .flatMap((file) => this.faultsOf(file));
    if (faults.length > 0) {
      throw new Error(`Workflows must be safe by construction; these are not:\n\n${faults.map((fault) => `  ${fault}`).join('\n')}\n`);
    }
  }

  private faultsOf(file: FileBase): string[] {
    const text = textOf(file);
    if (this.safe.get(file.path) === text) return [];
    const faults = findUnsafe(text);
    if (faults.length === 0) this.safe.set(file.path, text);
    return faults.map((fault) => `${file.path}: ${fault}`);
  }
}

/** What the file will contain; '' if it will not be written. The method is protected: projen has no public way to ask. */
function textOf(file: FileBase): string {
  // biome-ignore lint/complexity/useLiteralKeys: TypeScript lets a protected method be called in this spelling only
  return file['synthesizeContent']({ resolve }) ?? '';
}
