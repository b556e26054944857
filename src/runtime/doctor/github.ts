import type { Check, Observed } from '../../core/doctor/finding';
import { environmentFinding, registrationFinding, runnerReleaseFinding, scheduleFinding } from '../../core/doctor/github';
import { RUNNER_RELEASE } from '../../core/guest-tools';
import { isYoung } from '../../core/runner-age';
import type { RuntimeConfig } from '../../core/runtime-config';
import type { Context } from '../command';
import type { RepositoryFacts } from '../edges/github-settings';
import { check, observe } from './observe';

/** The scheduled workflow that ends what nobody ended. */
const REAPER = 'reap-runners.yml';

/** What GitHub lets the pipeline do. */
export async function githubChecks(
  { env, probes, github, clock }: Pick<Context, 'env' | 'probes' | 'github' | 'clock'>,
  repository: string,
  config: RuntimeConfig,
): Promise<Check[]> {
  const app = probes.settings(env.RUNNER_TOKEN, repository);
  const own = probes.settings(env.GITHUB_TOKEN || env.RUNNER_TOKEN, repository);
  const place = config.runnerGroup === undefined ? 'repository' : 'organisation';
  const now = clock.now();
  const [list, removal, environment, schedule, releases] = await Promise.all([
    observe(() => app.runners(place)),
    observe(() => app.mayRemoveRunners(place)),
    observe(() => own.environment(config.environment)),
    observe(() => own.workflow(REAPER)),
    isYoung(RUNNER_RELEASE, now) ? undefined : observe(async () => (await github(env.GITHUB_TOKEN || env.RUNNER_TOKEN)).runnerReleases()),
  ]);
  return [
    check('github', 'runner registration', registrationFinding(list, removal, Boolean(env.RUNNER_TOKEN), place)),
    check('github', 'runner release', runnerReleaseFinding(RUNNER_RELEASE, releases, now)),
    check('github', `Environment ${config.environment}`, environmentFinding(environment, config.environment)),
    check('github', 'schedule of the reaper', scheduleFinding(schedule, REAPER)),
  ];
}

/** What GitHub says of the repository, with whichever token there is. */
export async function repositoryFacts(
  { env, probes }: Pick<Context, 'env' | 'probes'>,
  repository: string,
): Promise<RepositoryFacts | undefined> {
  const seen: Observed<RepositoryFacts | undefined> = await observe(() =>
    probes.settings(env.GITHUB_TOKEN || env.RUNNER_TOKEN, repository).repository(),
  );
  return 'seen' in seen ? seen.seen : undefined;
}
