import type { Command } from '../command';
import { Refusal } from '../failure';
import { architectureFrom, runFacts, variable } from '../run';
import { launch } from '../runner/launch';
import { missingRole, outsideOf } from '../runner/schedule';

/** `launch`: one machine for one job. */
export const launchCommand: Command = {
  name: 'launch',
  summary: 'Launches a machine whose runner takes one job.',
  help: `--arch NAME [--json]

  --arch NAME   The architecture to build.

It asks for a Spot machine in one region after the other, then on demand if the config
allows it, and waits until the runner is online. Before, it ends what is overdue of this
repository, and machines of earlier attempts of this run. If anything fails, or it is
asked to end, it terminates what it launched and removes the registration.

Environment: GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT; RUNNER_TOKEN, a
GitHub token with "Administration: write" (with a runner group: "Self-hosted runners:
write" on the organisation); AWS credentials; SCHEDULER_ROLE_ARN, the role with which a
schedule ends the machine from outside, should all else fail; AWS_ENDPOINT_URL and
GITHUB_API_URL for other endpoints.

Outputs: label, runner-name, instance-id, instance-type, region, market (spot or
on-demand), attempt.
`,
  options: { arch: { type: 'string' } },
  async run(values, context) {
    const config = context.config();
    const architecture = architectureFrom(values, config);
    if (!architecture.spot) {
      throw new Refusal(`${architecture.name} is not built on a Spot machine: its builder is kept ready, so there is nothing to launch.`);
    }
    const attempt = variable(context.env, 'GITHUB_RUN_ATTEMPT');
    const token = variable(context.env, 'RUNNER_TOKEN', 'the workflow\'s step gives it, a GitHub token with "Administration: write"');
    const facts = { ...runFacts(context.env, architecture), attempt, machine: architecture.spot };
    const { clock, report, ec2, scheduler, signal } = context;
    const outside = outsideOf(config, context.env, scheduler);
    const missing = missingRole(config, context.env);
    if (missing) report.warn(missing);
    const { identity, instanceId, instanceType, region, market, expires, refused } = await launch(
      facts,
      config,
      { clock, report, github: await context.github(token), ec2, outside },
      signal,
    );
    const outputs = {
      label: identity.label,
      'runner-name': identity.name,
      'instance-id': instanceId,
      'instance-type': instanceType,
      region,
      market,
      attempt,
    };
    if (refused.length > 0) {
      report.summary(
        `${instanceId} (${instanceType}, ${market}, ${region}) was had after:\n\n${refused.map((why) => `- ${why}`).join('\n')}\n`,
      );
    }
    return {
      json: { ...outputs, expires: expires.toISOString() },
      text: `${instanceId} (${instanceType}, ${market}, ${region}) runs ${identity.name}. It ends at ${expires.toISOString()} at the latest.`,
      outputs,
    };
  },
};
