/** The few forms of Dockerfile instructions that the generated Dockerfile is made of. */
import type { Archive } from '../../core/config';
import { dockerfileValue } from './quote';

/** Lines of a Dockerfile. */
export type Lines = readonly string[];

/** `#` before every line. */
export function comment(...text: string[]): Lines {
  return text.map((line) => `# ${line}`);
}

/**
 * `RUN` with a script of several lines, which ends at the first command that
 * fails and prints what it does. An empty line ends it: hadolint wants one
 * between a here-document and a comment.
 */
export function runScript(script: Lines): Lines {
  return [`RUN <<'EOF'`, 'set -eux', ...script, 'EOF', ''];
}

/** A command with one argument per line. */
export function command(start: string, words: readonly string[]): Lines {
  return [start, ...words.map((word) => `  ${word}`)].map((line, i) => (i < words.length ? `${line} \\` : line));
}

/** `LABEL` with one label per line. */
export function label(labels: Readonly<Record<string, string>>): Lines {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${dockerfileValue(value)}`);
  return pairs.map((pair, i) => `${i === 0 ? 'LABEL ' : '      '}${pair}${i < pairs.length - 1 ? ' \\' : ''}`);
}

/** How an archive comes into a stage. */
export interface Download {
  /** The instruction. BuildKit refuses a file with another SHA-256 than this one. */
  readonly add: string;
  /** What the script that uses the file must begin with. */
  readonly verify: Lines;
}

/**
 * Downloads an archive to `file`. `ADD --checksum` knows SHA-256 only (BuildKit
 * computes that one digest of what it fetched), so a SHA-512 is checked by the
 * script that uses the file.
 */
export function download({ url, checksum }: Archive, file: string): Download {
  const [algorithm, digest] = checksum.split(':');
  if (algorithm === 'sha256') return { add: `ADD --checksum=${checksum} ${url} ${file}`, verify: [] };
  return { add: `ADD ${url} ${file}`, verify: [`echo '${digest}  ${file}' > ${file}.sum`, `${algorithm}sum -c ${file}.sum`] };
}
