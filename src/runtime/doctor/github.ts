import type { Check, Observed } from '../../core/doctor/finding';
import { environmentFinding, registrationFinding, scheduleFinding } from '../../core/doctor/github';
import type { RuntimeConfig } from '../../core/runtime-config';
import type { Context } from '../command';
import type { RepositoryFacts } from '../edges/github-settings';
import { check, observe } from './observe';

/** The scheduled workflow that ends what nobody ended. */
const REAPER = 'reap-runners.yml';

/** What GitHub lets the pipeline do. */
export async function githubChecks(
  { env, probes }: Pick<Context, 'env' | 'probes'>,
  repository: string,
  config: RuntimeConfig,
): Promise<Check[]> {
  const app = probes.settings(env.RUNNER_TOKEN, repository);
  const own = probes.settings(env.GITHUB_TOKEN || env.RUNNER_TOKEN, repository);
  const [list, removal, environment, schedule] = await Promise.all([
    observe(() => app.runners()),
    observe(() => app.mayRemoveRunners()),
    observe(() => own.environment(config.environment)),
    observe(() => own.workflow(REAPER)),
  ]);
  return [
    check('github', 'runner registration', registrationFinding(list, removal, Boolean(env.RUNNER_TOKEN))),
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
