import type { RegistrationPlace } from '../../core/doctor/github';
import { GitHubError } from './github';

/** What GitHub says of the repository itself. */
export interface RepositoryFacts {
  readonly id: number;
  readonly ownerId: number;
  readonly private: boolean;
}

/** A deployment environment. */
export interface EnvironmentFacts {
  /** Must somebody approve a job? */
  readonly reviewers: boolean;
  /** Minutes that a job waits. */
  readonly waitMinutes: number;
  /** Are branches and tags selected that may use it? */
  readonly limited: boolean;
}

/** What of a repository's settings the pipeline depends on. Nothing is ever changed. Every call throws GitHubError. */
export interface GitHubSettings {
  /** Undefined for "not found", which may also mean "you may not". */
  repository(): Promise<RepositoryFacts | undefined>;
  /** Number of registered runners of the repository, or of the organisation that owns it. */
  runners(place: RegistrationPlace): Promise<number>;
  /** Whether a runner may be removed: asked for one that never exists. */
  mayRemoveRunners(place: RegistrationPlace): Promise<boolean>;
  environment(name: string): Promise<EnvironmentFacts | undefined>;
  /** `active`, `disabled_inactivity`, `disabled_manually` and others; undefined if there is no workflow in this file. */
  workflow(file: string): Promise<string | undefined>;
}

const REQUEST_TIMEOUT_MS = 15_000;

/** Ids of runners begin with 1. */
const NO_RUNNER = 0;

/** GitHub's REST API, each question asked once. @param url as in GITHUB_API_URL */
export function restSettings(access: { readonly url: string; readonly token?: string; readonly repository: string }): GitHubSettings {
  const repository = `/repos/${access.repository}`;
  const placeOf = (place: RegistrationPlace) => (place === 'repository' ? repository : `/orgs/${access.repository.split('/')[0]}`);

  /** @returns undefined for 404 */
  async function ask(method: 'GET' | 'DELETE', path: string, base = repository): Promise<unknown> {
    const request = `${method} ${path || '/'}`;
    let answer: Response;
    try {
      answer = await fetch(`${access.url}${base}${path}`, {
        method,
        headers: { accept: 'application/vnd.github+json', ...(access.token ? { authorization: `token ${access.token}` } : {}) },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
    } catch (error) {
      throw new GitHubError(undefined, request, error instanceof Error ? error.message : String(error), { cause: error });
    }
    if (answer.status === 404) return undefined;
    const body = (await answer.json().catch(() => ({}))) as { message?: string };
    if (!answer.ok) throw new GitHubError(answer.status, request, body.message ?? answer.statusText);
    return body;
  }

  return {
    async repository() {
      const found = (await ask('GET', '')) as { id: number; private: boolean; owner: { id: number } } | undefined;
      return found && { id: found.id, ownerId: found.owner.id, private: found.private };
    },

    async runners(place) {
      const found = (await ask('GET', '/actions/runners?per_page=1', placeOf(place))) as { total_count: number } | undefined;
      if (!found) throw new GitHubError(404, 'GET /actions/runners', 'Not Found');
      return found.total_count;
    },

    async mayRemoveRunners(place) {
      try {
        return (await ask('DELETE', `/actions/runners/${NO_RUNNER}`, placeOf(place))) === undefined;
      } catch (error) {
        if (error instanceof GitHubError && error.status === 403) return false;
        throw error;
      }
    },

    async environment(name) {
      const found = (await ask('GET', `/environments/${encodeURIComponent(name)}`)) as
        | { protection_rules?: { type: string; wait_timer?: number }[]; deployment_branch_policy?: object | null }
        | undefined;
      if (!found) return undefined;
      const rules = found.protection_rules ?? [];
      return {
        reviewers: rules.some(({ type }) => type === 'required_reviewers'),
        waitMinutes: rules.find(({ type }) => type === 'wait_timer')?.wait_timer ?? 0,
        limited: Boolean(found.deployment_branch_policy),
      };
    },

    async workflow(file) {
      return ((await ask('GET', `/actions/workflows/${file}`)) as { state: string } | undefined)?.state;
    },
  };
}
