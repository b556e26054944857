/**
 * References of images, after the grammar of the OCI distribution specification
 * and Docker's: `registry/owner/name`.
 */
import type { Faults } from './fault';

/** One component of a repository name: the OCI distribution specification's `<name>`, one part. */
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** Longest repository name that registries take, host included, so that clients agree. */
export const LONGEST_REFERENCE = 255;

/** Longest part of a name. */
const LONGEST_PART = 128;

function isRepository(text: string): boolean {
  return text.length <= LONGEST_PART && text.split('/').every((part) => COMPONENT.test(part));
}

/** Checks the owner or the name of an image: the lower-case path part of its reference. */
export function checkRepositoryPart(faults: Faults, path: string, value: string): void {
  if (isRepository(value)) return;
  if (value.length > LONGEST_PART) {
    faults.add(path, value, `it is ${value.length} characters long`, `shorten it to ${LONGEST_PART}`);
    return;
  }
  const lower = value.toLowerCase();
  faults.add(
    path,
    value,
    'it is no part of an image name: lower-case letters and digits, with single . _ - between them',
    isRepository(lower) ? `write "${lower}"` : 'take out every other character',
  );
}

/** Checks a registry host: as in Docker's reference grammar it must have a dot, a port or be localhost, or it would be an owner. */
export function checkRegistry(faults: Faults, path: string, value: string): void {
  const [host, port, ...more] = value.split(':');
  const labels = host.split('.');
  const isHost = host.length <= 253 && labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  const isPort = port === undefined || (/^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65535);
  const isRegistry = labels.length > 1 || port !== undefined || host === 'localhost';
  if (isHost && isPort && isRegistry && more.length === 0) return;
  if (/^[a-z]+:\/\//i.test(value)) {
    faults.add(path, value, 'an image reference has no scheme', `write "${value.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/s, '')}"`);
  } else {
    faults.add(
      path,
      value,
      'it is no registry host',
      'write a lower-case host name with an optional port, such as "ghcr.io" or "localhost:5000"',
    );
  }
}
