import type { RunnerIdentity } from '../../core/identity';
import { type GitHub, GitHubError, type Registration } from '../edges/github';
import { Refusal } from '../failure';

/**
 * Registers the runner under its own label only: with a common one such as
 * `self-hosted`, a job of another workflow could take it.
 *
 * A registration of this name that exists already is a leftover of a launch that was
 * killed. Its secret cannot be had again, so it is removed first.
 *
 * @throws Refusal if GitHub does not let the token register runners
 * @throws GitHubError if GitHub fails
 */
export async function register(github: GitHub, { name, label }: RunnerIdentity): Promise<Registration> {
  try {
    return await github.register(name, [label]);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    if (error.status === 409) {
      const leftover = (await github.runners()).find((runner) => runner.name === name);
      if (leftover) await github.remove(leftover.id);
      return github.register(name, [label]);
    }
    if (error.status === 401 || error.status === 403 || error.status === 404) {
      throw new Refusal(
        `GitHub does not let RUNNER_TOKEN register a runner (${error.message}). It must come from an app that has "Administration: write" on this repository and is installed there.`,
      );
    }
    throw error;
  }
}
