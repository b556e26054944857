/**
 * Where a workflow finds the credentials of a registry.
 */
import type { ImageIdentity } from './config';

/** Names of what a repository has to set for a registry. */
export interface CredentialNames {
  /** Name of the variable with the user. */
  readonly username: string;
  /** Name of the secret with the password or token. */
  readonly password: string;
}

/** The registry that GitHub's own token opens. */
const GITHUB_REGISTRY = 'ghcr.io';

/**
 * The names for one registry, or undefined where GitHub's own token opens it: the
 * image's own has the plain names, a further one has its host in front.
 */
export function credentialNames(image: ImageIdentity, registry: string): CredentialNames | undefined {
  if (registry === GITHUB_REGISTRY) return undefined;
  const prefix = registry === image.registry ? '' : `${registry.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_`;
  // A name may not begin with a digit, nor with GITHUB_.
  const safe = /^[0-9]|^GITHUB_/.test(prefix) ? `AT_${prefix}` : prefix;
  return { username: `${safe}REGISTRY_USERNAME`, password: `${safe}REGISTRY_PASSWORD` };
}

/** The hosts that an image is published to, its own first, each once. */
export function registriesOf(image: ImageIdentity): string[] {
  return [...new Set([image.registry, ...image.additional.map(({ registry }) => registry)])];
}
