/**
 * Grammars of what users may write, each as a predicate or a checking function.
 *
 * User strings end up in a Dockerfile, a shell word, a YAML value and a Markdown
 * cell. Rather than quoting each for its place and hoping, the config refuses
 * what has no business in any of them.
 */
import type { Faults } from './fault';

/** Tag of an image: the OCI distribution specification's `<reference>` as a tag. */
export const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** One component of a repository name: the OCI distribution specification's `<name>`, one part. */
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** Registry host with optional port, as docker's reference grammar has it: it must have a dot, a port or be localhost. */
const REGISTRY = /^(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|localhost)(?::[0-9]{1,5})?$|^[a-z0-9-]+:[0-9]{1,5}$/;

/** SHA-256 digest as OCI writes it. */
export const SHA256 = /^sha256:[0-9a-f]{64}$/;
const SHA512 = /^sha512:[0-9a-f]{128}$/;

/** A word that means the same in every shell, YAML file, Dockerfile and Markdown cell. */
export const PLAIN_WORD = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** Is this a valid tag? */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Checks one line of prose: shown in labels, Markdown cells and YAML values. */
export function checkLine(faults: Faults, path: string, value: string): void {
  if (value.trim() === '') {
    faults.add(path, value, 'it is empty', 'give it a text, or leave the option away');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(value)) {
    faults.add(path, value, 'it has a line break or a control character, which would end a Dockerfile line or a table cell', 'write it in one line');
  }
  if (/[`|<>"\\$]/.test(value)) {
    faults.add(
      path,
      value,
      'it has one of ` | < > " \\ $, which mean something else in a Dockerfile, a bake file or a Markdown table',
      'leave these characters out',
    );
  }
  if (value.length > 300) faults.add(path, value, `it is ${value.length} characters long; GHCR shows at most 512, a table far fewer`, 'shorten it to 300');
}

/** Checks the lower-case path part of an image's name. */
export function checkRepositoryPart(faults: Faults, path: string, value: string): void {
  const parts = value.split('/');
  if (!parts.every((p) => COMPONENT.test(p)) || value.length > 128) {
    const lower = value.toLowerCase();
    const fine = lower.split('/').every((p) => COMPONENT.test(p)) && lower.length <= 128;
    faults.add(
      path,
      value,
      'it is no part of an image name: lower-case letters, digits and single . _ - between them',
      fine ? `write "${lower}"` : 'use lower-case letters, digits, and single . _ - between them',
    );
  }
}

/** Checks a registry host. */
export function checkRegistry(faults: Faults, path: string, value: string): void {
  if (/^[a-z]+:\/\//.test(value)) {
    faults.add(path, value, 'an image reference has no scheme', `write "${value.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '')}"`);
  } else if (!REGISTRY.test(value)) {
    faults.add(path, value, 'it is no registry host', 'write a host name with an optional port, such as "ghcr.io" or "localhost:5000"');
  }
}

/** Checks a checksum: algorithm, length, case. */
export function checkChecksum(faults: Faults, path: string, value: string): void {
  if (SHA256.test(value) || SHA512.test(value)) return;
  const hex = value.replace(/^sha(256|512):/i, '');
  const lower = hex.toLowerCase();
  const known: Record<number, string> = { 64: 'sha256', 128: 'sha512' };
  if (!/^[0-9a-f]*$/.test(lower)) {
    faults.add(path, value, 'a checksum is hexadecimal', 'write "sha256:" and the 64 lower-case digits that `sha256sum` prints');
  } else if (known[lower.length]) {
    const algorithm = known[lower.length];
    const why = value.startsWith(`${algorithm}:`) ? 'its digits are upper case' : `it does not begin with "${algorithm}:", or has the wrong length for what it begins with`;
    faults.add(path, value, why, `write "${algorithm}:${lower}"`);
  } else {
    faults.add(
      path,
      value,
      `it has ${hex.length} digits; SHA-256 has 64, SHA-512 has 128`,
      'copy the whole checksum again, with "sha256:" or "sha512:" in front',
    );
  }
}

/** Checks an absolute http(s) address that is safe inside a Dockerfile line and a shell word. */
export function checkUrl(faults: Faults, path: string, value: string): void {
  if (!/^https?:\/\//.test(value)) {
    faults.add(path, value, 'it has no scheme', `begin it with "https://" or "http://"`);
    return;
  }
  if (!/^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~:@!*(),;=+%/-]*)?$/.test(value)) {
    faults.add(
      path,
      value,
      'it is no plain web address: user info, queries, fragments, quotes, spaces and $ are not allowed',
      'write scheme, host and path only, and percent-encode the rest',
    );
  }
}

/** Checks an absolute folder or file path inside the image. */
export function checkImagePath(faults: Faults, path: string, value: string): void {
  if (!/^(?:\/[A-Za-z0-9_][A-Za-z0-9._+-]*)+$/.test(value)) {
    faults.add(
      path,
      value,
      'it is no plain absolute path: "/", then letters, digits and . _ + -, without ".." and without a slash at the end',
      'write it like "/etc/openresty"',
    );
  }
}

/** Checks a word that is used unquoted: a package, a label, a flag's name. */
export function checkWord(faults: Faults, path: string, value: string, what: string): void {
  if (!PLAIN_WORD.test(value)) {
    faults.add(path, value, `it is no ${what}: letters, digits and . _ + - only`, 'take out every other character');
  }
}
