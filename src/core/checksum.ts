/** Checksums, as OCI writes digests: algorithm, colon, lower-case hexadecimal digits. */
import type { Faults } from './fault';
import { lookup } from './lookup';

const DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/** Is this a SHA-256 digest, as images have? */
export function isSha256(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** Checks a checksum: algorithm, length, case. */
export function checkChecksum(faults: Faults, path: string, value: string): void {
  if (isSha256(value) || /^sha512:[0-9a-f]{128}$/.test(value)) return;
  const [, prefix = '', digits] = /^(?:([A-Za-z0-9-]+):)?(.*)$/s.exec(value) ?? [];
  const lower = digits.toLowerCase();
  const fit = Object.keys(DIGITS).find((name) => DIGITS[name] === lower.length);
  const wanted = lookup(DIGITS, prefix.toLowerCase());
  if (prefix !== '' && wanted === undefined) {
    faults.add(
      path,
      value,
      `"${prefix}" is no algorithm that the build can verify`,
      'give the SHA-256 or the SHA-512 of the file: "sha256:…" or "sha512:…"',
    );
  } else if (!/^[0-9a-f]*$/.test(lower)) {
    faults.add(path, value, 'a checksum is hexadecimal', 'write "sha256:" and the 64 lower-case digits that `sha256sum` prints');
  } else if (fit === undefined || (wanted !== undefined && wanted !== lower.length)) {
    const why = `it has ${lower.length} digits; SHA-256 has 64, SHA-512 has 128`;
    faults.add(path, value, why, 'copy the whole checksum again, with "sha256:" or "sha512:" in front');
  } else if (prefix === '') {
    faults.add(path, value, 'it does not say its algorithm', `write "${fit}:${lower}"`);
  } else {
    faults.add(path, value, 'a part of it is upper case', `write "${fit}:${lower}"`);
  }
}
