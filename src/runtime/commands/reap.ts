import type { Command } from '../command';
import { Refusal } from '../failure';
import { repositoryOf, variable } from '../run';
import { reap } from '../runner/reap';
import { reapSummary } from '../runner/reap-text';
import { outsideOf } from '../runner/schedule';

/** `reap`: the end of what nobody ended. */
export const reapCommand: Command = {
  name: 'reap',
  summary: 'Ends machines of this repository, and all that belongs to them, that nobody ended.',
  help: `[--dry-run] [--json]

  --dry-run     Only say what would be done. Default: $DRY_RUN is "true".

It looks at all regions of the config and ends every machine whose time to live and
grace are over, whose run is finished, or to which no job came. It removes registrations
whose run is finished and whose machine is gone, and schedules, launch templates of one
launch, and volumes whose machine is gone. It cancels a run whose job waits for a machine
that is seen to be dead: GitHub would let it wait for a day. What is not answered is
unknown, which ends nothing within its time and cancels nothing.

Environment: GITHUB_REPOSITORY; RUNNER_TOKEN, a GitHub token with "Administration:
write" (with a runner group: "Self-hosted runners: write" on the organisation), for
registrations; GITHUB_TOKEN with "actions: write", for runs and jobs; AWS credentials;
SCHEDULER_ROLE_ARN, if launch has it; AWS_ENDPOINT_URL and GITHUB_API_URL for other
endpoints.

Outputs: reaped (number of what was ended, removed or cancelled), complete (true: all
regions and GitHub answered).
`,
  options: { 'dry-run': { type: 'boolean' } },
  async run(values, context) {
    const config = context.config();
    const { env, clock, report, ec2, scheduler, signal } = context;
    const dryRun = values['dry-run'] === true || env.DRY_RUN === 'true';
    const { judged, problems } = await reap(
      { repository: repositoryOf(env), regions: config.regions, timeToLive: config.timeToLive, dryRun },
      {
        clock,
        report,
        ec2,
        outside: outsideOf(config, env, scheduler),
        runners: async () => context.github(variable(env, 'RUNNER_TOKEN', "the workflow's step gives it")),
        runs: async () => context.github(variable(env, 'GITHUB_TOKEN', "the workflow's step gives it")),
      },
      signal,
    );
    const due = judged.filter((one) => one.due);
    const ended = judged.filter((one) => one.ended);
    const outputs = { reaped: String(ended.length), complete: String(problems.length === 0) };
    report.summary(reapSummary(judged, problems, dryRun));
    if (problems.length > 0) {
      report.output(outputs);
      throw new Refusal(`Not everything could be seen or ended. ${problems.join('; ')}. ${ended.length} ended.`);
    }
    const text = dryRun ? `${due.length} of ${judged.length} would be ended.` : `${ended.length} of ${judged.length} ended.`;
    return { json: { dryRun, judged }, text, outputs };
  },
};
