import type { GitHubSettings } from '../edges/github-settings';
import type { Claims } from '../edges/oidc';
import type { RegistryAccess } from '../edges/registry-access';

/** What only doctor asks, and whom. */
export interface Probes {
  /** A repository's settings at GitHub, with this token. @param repository `owner/name` */
  settings(token: string | undefined, repository: string): GitHubSettings;
  /** The claims of this job's own token; undefined where it may have none. @throws Error if GitHub gives none */
  claims(audience: string): Promise<Claims | undefined>;
  /** A registry, by its host. */
  registry(host: string): RegistryAccess;
}
