import type { Command } from '../command';
import { Refusal } from '../failure';
import { repositoryOf, variable } from '../run';
import { reap } from '../runner/reap';

/** `reap`: the end of what nobody ended. */
export const reapCommand: Command = {
  name: 'reap',
  summary: 'Ends machines and registrations of this repository that nobody ended.',
  help: `[--dry-run] [--json]

  --dry-run     Only say what would be ended. Default: $DRY_RUN is "true".

It looks at all regions of the config and ends every machine whose time to live and
grace are over, whose run is finished, or to which no job came. It removes registrations
whose run is finished and whose machine is gone. What GitHub does not answer is unknown,
and ends nothing within its time.

Environment: GITHUB_REPOSITORY; RUNNER_TOKEN, a GitHub token with "Administration:
write", for registrations; GITHUB_TOKEN with "actions: read", for runs and jobs; AWS
credentials; AWS_ENDPOINT_URL and GITHUB_API_URL for other endpoints.

Outputs: reaped (number of machines and registrations ended), complete (true: all
regions and GitHub answered).
`,
  options: { 'dry-run': { type: 'boolean' } },
  async run(values, context) {
    const config = context.config();
    const { env, clock, report, ec2, signal } = context;
    const dryRun = values['dry-run'] === true || env.DRY_RUN === 'true';
    const { judged, problems } = await reap(
      repositoryOf(env),
      config.regions.map(({ name }) => name),
      config.timeToLive,
      dryRun,
      {
        clock,
        report,
        ec2,
        runners: async () => context.github(variable(env, 'RUNNER_TOKEN', "the workflow's step gives it")),
        runs: async () => context.github(variable(env, 'GITHUB_TOKEN', "the workflow's step gives it")),
      },
      signal,
    );
    const due = judged.filter((one) => one.due);
    const ended = judged.filter((one) => one.ended);
    const outputs = { reaped: String(ended.length), complete: String(problems.length === 0) };
    const rows = due.map(({ what, name, region, why }) => `| ${what} | ${name} | ${region ?? ''} | ${why} |`);
    if (rows.length > 0) {
      report.summary(
        `### ${dryRun ? 'To be reaped' : 'Reaped'}\n\n| what | name | region | why |\n| --- | --- | --- | --- |\n${rows.join('\n')}`,
      );
    }
    if (problems.length > 0) {
      report.output(outputs);
      throw new Refusal(`Not everything could be seen or ended. ${problems.join('; ')}. ${ended.length} ended.`);
    }
    const text = dryRun ? `${due.length} of ${judged.length} would be ended.` : `${ended.length} of ${judged.length} ended.`;
    return { json: { dryRun, judged }, text, outputs };
  },
};
