import { buildVerdict, type JobOutputs } from '../../core/build-verdict';
import type { Command } from '../command';
import { Refusal } from '../failure';
import { architectureFrom, variable } from '../run';

const FROM_THE_STEP = "the workflow's step gives it";

/** GitHub's `needs` context. @throws Refusal if it is none */
function readJobs(text: string): JobOutputs {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JobOutputs;
  } catch {
    // said below
  }
  throw new Refusal(`JOBS is no JSON object, so nothing is known of the jobs before: ${text.slice(0, 80)}`);
}

/** `verdict`: what a build on Spot machines came to. */
export const verdictCommand: Command = {
  name: 'verdict',
  summary: 'Tells what a build on Spot machines came to; fails unless all is proven.',
  help: `--arch NAME [--json]

  --arch NAME   The architecture that was built.

It fails unless one of the two tries pushed an image and every machine is proven to be
terminated. It reads the outputs of the jobs before and never their results: a job that
may fail without ending the run counts as a success to the jobs behind it.

Environment: JOBS, the workflow's "needs" context as JSON; GITHUB_RUN_ATTEMPT.

Outputs: digest, reference (of the image that was pushed).
`,
  options: { arch: { type: 'string' } },
  async run(values, context) {
    const { env, report } = context;
    const { name } = architectureFrom(values, context.config());
    const verdict = buildVerdict(readJobs(variable(env, 'JOBS', FROM_THE_STEP)), variable(env, 'GITHUB_RUN_ATTEMPT'));
    report.summary(`**${name}**: ${verdict.story}\n`);
    if (!verdict.ok) throw new Refusal(verdict.story);
    const { digest, reference, story } = verdict;
    return { json: { digest, reference, story }, text: story, outputs: { digest, reference } };
  },
};
