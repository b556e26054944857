/**
 * Grammars of what users may write.
 *
 * User strings end up in a Dockerfile, a shell word, a YAML value and a Markdown
 * cell. Rather than quoting each for its place and hoping, the config refuses
 * what has no business in any of them.
 */
import type { Faults } from './fault';

/** Tag of an image: the OCI distribution specification's `<reference>` as a tag. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** A word that means the same in every shell, YAML file, Dockerfile and Markdown cell. */
const PLAIN_WORD = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** Scheme, host (a name or an IPv6 address), port and path. */
const PLAIN_URL =
  /^https?:\/\/(?:[A-Za-z0-9]+(?:(?:\.|-+)[A-Za-z0-9]+)*|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?(?:\/(?:[A-Za-z0-9._~:@+=/-]|%[0-9A-Fa-f]{2})*)?$/;

/** Leaves room for a file's name below the 107 characters of a Unix socket's path. */
const LONGEST_PATH = 80;

/** Is this a valid tag? */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Checks one line of prose: shown in labels, Markdown cells and YAML values. */
export function checkLine(faults: Faults, path: string, value: string, longest: number): void {
  if (value.trim() === '') {
    faults.add(path, value, 'it is empty', 'give it a text, or leave the option away');
    return;
  }
  if (value !== value.trim()) faults.add(path, value, 'it begins or ends with a space', `write "${value.trim()}"`);
  // Control, format (invisible, or turning the direction of writing), surrogate and private characters; line and paragraph separators.
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(value)) {
    faults.add(
      path,
      value,
      'it has a line break, a control character or an invisible one',
      'write it in one line, of visible characters only',
    );
  }
  if (/[`|<>"\\$]/.test(value)) {
    const why = 'it has one of ` | < > " \\ $, which mean something else in a Dockerfile, a bake file or a Markdown table';
    faults.add(path, value, why, 'leave these characters out');
  }
  if (value.length > longest) faults.add(path, value, `it is ${value.length} characters long`, `shorten it to ${longest}`);
}

/** Checks a word that is used unquoted: a package, a label, a flag's name. */
export function checkWord(faults: Faults, path: string, value: string, what: string, longest = 100): void {
  if (!PLAIN_WORD.test(value)) {
    faults.add(path, value, `it is no ${what}: a letter or digit, then letters, digits and . _ + -`, 'take out every other character');
  } else if (value.length > longest) {
    faults.add(path, value, `it is ${value.length} characters long`, `shorten it to ${longest}`);
  }
}

/** Checks an absolute http(s) address that is safe inside a Dockerfile line, a shell word and a link. */
export function checkUrl(faults: Faults, path: string, value: string): void {
  if (!/^https?:\/\//.test(value)) {
    faults.add(path, value, 'it has no scheme', 'begin it with "https://" or "http://"');
    return;
  }
  if (!PLAIN_URL.test(value) || !URL.canParse(value)) {
    const why = 'it is no plain web address: user info, queries, fragments, quotes, brackets, spaces and $ are not allowed';
    faults.add(path, value, why, 'write scheme, host and path only, and percent-encode the rest');
  }
}

/** Checks an absolute folder or file path inside the image. */
export function checkImagePath(faults: Faults, path: string, value: string): void {
  if (!/^(?:\/[A-Za-z0-9_][A-Za-z0-9._+-]*)+$/.test(value)) {
    const why = 'it is no plain absolute path: "/", then letters, digits and . _ + -, without ".." and without a slash at the end';
    faults.add(path, value, why, 'write it like "/etc/openresty"');
  } else if (value.length > LONGEST_PATH) {
    const why = `it is ${value.length} characters long; ${LONGEST_PATH} are allowed, since sockets are made in such folders and their paths end at 107`;
    faults.add(path, value, why, 'shorten it');
  }
}
