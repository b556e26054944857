/** A generated text file that says so. */
import { type Project, TextFile } from '../projen';

/** How a generated text file is written. */
export interface GeneratedFileOptions {
  /** What begins a comment in the file's language, such as `#`. */
  readonly comment: string;
  /** @default false */
  readonly executable?: boolean;
}

/** A text file with projen's marker as a comment in front, after a shebang if there is one. */
export class GeneratedFile extends TextFile {
  constructor(project: Project, path: string, text: string, options: GeneratedFileOptions) {
    super(project, path, { marker: true, readonly: true, executable: options.executable });
    const lines = text.split('\n');
    const shebang = lines[0].startsWith('#!') ? lines.splice(0, 1) : [];
    const marker = this.marker === undefined ? [] : [`${options.comment} ${this.marker}`];
    for (const line of [...shebang, ...marker, ...lines]) this.addLine(line);
  }
}
