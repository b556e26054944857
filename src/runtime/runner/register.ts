import type { RunnerIdentity } from '../../core/identity';
import { backOffMs } from '../../core/runner/next-try';
import type { Clock } from '../edges/clock';
import { type GitHub, GitHubError, type Registration } from '../edges/github';
import { Refusal } from '../failure';
import { LONGEST_CALL_MS, lateGitHub, timely } from './timely';

const ATTEMPTS = 6;
/** Statuses of a refusal for good. Limits of the API come with 403 too, but those are waited for at the edge. */
const REFUSED = [401, 403, 404];
const NAME_TAKEN = 409;
const BUSY = 422;

/** Removes the registration that has the name. A list that does not show it yet is looked at again with the next attempt. */
async function removeLeftover(github: GitHub, name: string): Promise<void> {
  const leftover = (await github.runners()).find((runner) => runner.name === name);
  if (!leftover) return;
  try {
    await github.remove(leftover.id);
  } catch (error) {
    if (error instanceof GitHubError && error.status === BUSY)
      throw new Refusal(
        `A job is running on ${name}, which another launch for the same job has made. This launch leaves it alone and ends.`,
      );
    throw error;
  }
}

/**
 * Registers the runner under its own label only: with a common one such as
 * `self-hosted`, a job of another workflow could take it.
 *
 * A registration of this name that exists already is a leftover of a launch that was
 * killed, of a lost answer, or another launch's. Its secret cannot be had again, so it is
 * removed first, which GitHub refuses while a job runs on it.
 *
 * @throws Refusal if GitHub does not let the token register runners, or a job runs under this name
 * @throws GitHubError if GitHub fails again and again
 */
export async function register(github: GitHub, { name, label }: RunnerIdentity, clock: Clock, signal: AbortSignal): Promise<Registration> {
  for (let sent = 1; ; sent++) {
    try {
      return await timely(github.register(name, [label]), LONGEST_CALL_MS.github, clock, () => lateGitHub('POST generate-jitconfig'));
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      if (error.status !== undefined && REFUSED.includes(error.status)) {
        throw new Refusal(
          `GitHub does not let RUNNER_TOKEN register a runner (${error.message}). It takes ${github.right}: of an app that is installed there, or of the token.`,
        );
      }
      if (sent >= ATTEMPTS || signal.aborted) throw error;
      if (error.status === NAME_TAKEN) {
        try {
          await timely(removeLeftover(github, name), LONGEST_CALL_MS.github, clock, () => lateGitHub('GET runners'));
          if (sent === 1) continue; // the straight way through a leftover
        } catch (problem) {
          if (!(problem instanceof GitHubError)) throw problem;
        }
      }
      await clock.sleep(backOffMs(sent, clock.random()), signal);
    }
  }
}
