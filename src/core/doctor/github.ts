/** Whether GitHub lets the pipeline do its work. */
import { type RunnerRelease, runnerAge } from '../runner-age';
import { type Finding, fine, missing, type Observed, unknown } from './finding';

/** Where runners are registered. */
export type RegistrationPlace = 'repository' | 'organisation';

/** A token that can do it, in the words of the set-up guide. */
const RIGHTS: Readonly<Record<RegistrationPlace, string>> = {
  repository:
    'give the GitHub App (or the token) the repository permission Administration: Read and write, accept it in the installation, and install the App on this repository',
  organisation:
    'give the GitHub App (or the token) the organisation permission Self-hosted runners: Read and write, and accept it in the installation',
};

/**
 * Is the pinned release of the runner one that GitHub still takes?
 * @param releases undefined where they were not asked for, since the pinned one is young
 */
export function runnerReleaseFinding(
  pinned: RunnerRelease,
  releases: Observed<readonly RunnerRelease[]> | undefined,
  now: number,
): Finding {
  const { verdict, why } = runnerAge(pinned, releases && 'seen' in releases ? releases.seen : undefined, now);
  const mend = 'npx projen upgrade && npx projen';
  if (verdict === 'refuse') return missing(why, mend);
  // it still works today, so that a warning is no failure
  if (verdict === 'warn') return { ...unknown(why, mend), dispensable: true };
  return fine(`GitHub's runner ${pinned.version} is taken`);
}

/** May runners be registered and removed? Seen by a list, and by the removal of a runner that never exists. */
export function registrationFinding(
  list: Observed<number>,
  removal: Observed<boolean>,
  hasToken: boolean,
  place: RegistrationPlace = 'repository',
): Finding {
  if (!hasToken)
    return missing(
      'there is no token for runner registration',
      'in Actions: set RUNNER_APP_CLIENT_ID and RUNNER_APP_PRIVATE_KEY, or the secret RUNNER_TOKEN, in the Environment (step 2 of the set-up guide); elsewhere: set RUNNER_TOKEN',
    );
  if ('failed' in list) {
    const { code, message } = list.failed;
    return ['401', '403', '404'].includes(code)
      ? missing(`GitHub answers ${code}: ${message}`, RIGHTS[place])
      : unknown(message, 'try again later');
  }
  if ('failed' in removal) return unknown(`runners may be seen; whether they may be changed: ${removal.failed.message}`, 'try again later');
  if (!removal.seen) return missing('runners may be seen, but not changed', RIGHTS[place]);
  return fine(`runners may be registered and removed; ${list.seen} there now`);
}

/** The Environment of the jobs with credentials. */
export function environmentFinding(
  observed: Observed<{ readonly reviewers: boolean; readonly waitMinutes: number; readonly limited: boolean } | undefined>,
  name: string,
): Finding {
  if ('failed' in observed) return { ...unknown(observed.failed.message, 'give the job actions: read'), dispensable: true };
  if (!observed.seen)
    return missing(`the Environment ${name} does not exist, or may not be seen`, `Settings → Environments → New environment: ${name}`);
  const { reviewers, waitMinutes, limited } = observed.seen;
  const at = `Settings → Environments → ${name}`;
  if (reviewers || waitMinutes > 0)
    return missing(
      `${reviewers ? 'it needs an approval' : `it waits ${waitMinutes} minutes`}, also before a machine is stopped`,
      `${at}: no required reviewers, no wait timer`,
    );
  if (!limited) return missing('every branch may use it', `${at} → Deployment branches and tags: select those that may build`);
  return fine('selected branches and tags may use it, without an approval');
}

/** The state of the scheduled workflow that ends what nobody ended. GitHub switches it off after 60 quiet days. */
export function scheduleFinding(observed: Observed<string | undefined>, file: string): Finding {
  if ('failed' in observed) return { ...unknown(observed.failed.message, 'give the job actions: read'), dispensable: true };
  const state = observed.seen;
  if (state === undefined) return missing(`${file} is not on GitHub`, 'run "npx projen", commit, and push to the default branch');
  if (state === 'active') return fine('active');
  const why =
    state === 'disabled_inactivity' ? 'GitHub switched it off after 60 days without activity' : `it is ${state.replaceAll('_', ' ')}`;
  return missing(why, `gh workflow enable ${file}`);
}
