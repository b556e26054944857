import { blocks, type Check } from '../../core/doctor/finding';
import { githubRepository } from '../../core/github-repository';
import type { Command } from '../command';
import { identityChecks, regionChecks } from '../doctor/aws';
import { githubChecks, repositoryFacts } from '../doctor/github';
import { policyFactsOf } from '../doctor/observe';
import { registryChecks } from '../doctor/registry';
import { markdownReport, textReport, withoutSecrets } from '../doctor/report';
import { UsageError } from '../failure';

const AREAS: readonly Check['area'][] = ['aws', 'github', 'registry'];

/** `doctor`: every access that the pipeline needs. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Looks at every access the pipeline needs, and says how to mend what is missing.',
  help: `[--only AREA] [--json]

  --only AREA   One of ${AREAS.join(', ')}. Default: all of them.

It changes nothing: EC2 is asked by dry runs, everything else by looks. All checks are
made, whatever becomes of the others. Each ends as fine, missing (with the command or the
click that mends it) or unknown (with the reason).

Environment: GITHUB_REPOSITORY, by default the image's source; AWS credentials; RUNNER_TOKEN, the token of the App that
registers runners; SCHEDULER_ROLE_ARN, where schedules end machines; GITHUB_TOKEN with "actions: read"; REGISTRY_USERNAME and
REGISTRY_PASSWORD, to try a push. What is not set is said in the report.

Exit code 1: something is missing, or something the pipeline cannot do without is unknown.
Outputs: healthy (true or false).
`,
  options: { only: { type: 'string' } },
  async run(values, context) {
    const only = values.only as Check['area'] | undefined;
    if (only !== undefined && !AREAS.includes(only)) throw new UsageError(`--only "${only}" is none of ${AREAS.join(', ')}.`);
    const config = context.config();
    const [name, owner] = config.image.reference.split('/').reverse();
    const repository = context.env.GITHUB_REPOSITORY || githubRepository({ source: config.image.source, owner, name });
    const facts = policyFactsOf(repository, config);
    const seen = await repositoryFacts(context, repository);
    const spot = config.architectures.some((architecture) => architecture.spot);
    const wants = (area: Check['area']) => (only === undefined || only === area) && (area === 'registry' || spot);
    const parts = await Promise.all([
      wants('aws') ? identityChecks(context, seen, config, facts) : [],
      ...(wants('aws') ? config.regions.map((region) => regionChecks(context, region, config, facts)) : []),
      wants('github') ? githubChecks(context, repository, config) : [],
      wants('registry') ? registryChecks(context, config, seen?.private) : [],
    ]);
    const checks = parts.flat();
    const clean = (text: string) => withoutSecrets(text, context.env);
    const healthy = !checks.some(blocks);
    context.report.summary(clean(markdownReport(checks)));
    return {
      json: JSON.parse(clean(JSON.stringify({ healthy, checks }))) as unknown,
      text: clean(textReport(checks)),
      outputs: { healthy: String(healthy) },
      ...(healthy ? {} : { failure: 'The pipeline lacks what is marked above.' }),
    };
  },
};
