import { renderTries } from '../../core/runner/tries';
import { prose } from '../../core/summary/escape';
import { launchLine } from '../../core/summary/launch-line';
import type { Command } from '../command';
import { Refusal } from '../failure';
import { architectureFrom, runFacts, variable } from '../run';
import { type Launched, LaunchFailure, launch } from '../runner/launch';
import { missingRole, outsideOf } from '../runner/schedule';

/** The outputs: always the same names, so that a workflow need not ask which there are. */
function outputsOf(launched: Launched, attempt: string): Record<string, string> {
  const tries = renderTries(launched.tries);
  if (launched.kind === 'hosted') {
    const none = { 'runner-name': '', 'instance-id': '', 'instance-type': '', region: '', zone: '' };
    return { label: launched.label, ...none, market: 'hosted', attempt, nonce: '', expires: '', tries };
  }
  const { identity, instanceId, instanceType, region, zone, market, nonce, expires } = launched;
  return {
    label: identity.label,
    'runner-name': identity.name,
    'instance-id': instanceId,
    'instance-type': instanceType,
    region,
    zone,
    market,
    attempt,
    nonce,
    expires: expires.toISOString(),
    tries,
  };
}

function sentence(launched: Launched): string {
  if (launched.kind === 'hosted') return `EC2 has no machine: the build goes to GitHub's own runner ${launched.label}.`;
  const { identity, instanceId, instanceType, region, market, expires } = launched;
  return `${instanceId} (${instanceType}, ${market}, ${region}) runs ${identity.name}. It ends at ${expires.toISOString()} at the latest.`;
}

/** What the run's summary says of it, in Markdown. */
function summaryOf(launched: Launched, architecture: string): string {
  if (launched.kind === 'hosted') {
    const tries = launched.tries.map(({ region, market, why }) => `- ${prose(`${region}, ${market}: ${why}`)}\n`).join('');
    return `${prose(architecture)}: no machine at EC2, so GitHub's own runner ${prose(launched.label)} builds it. Tried:\n\n${tries}`;
  }
  const { instanceType: type, region, zone, market, tries } = launched;
  const { seconds } = tries[tries.length - 1];
  return `${launchLine({ architecture, type, region, zone, market, seconds, refused: tries.length - 1 })}\n`;
}

/** `launch`: one machine for one job. */
export const launchCommand: Command = {
  name: 'launch',
  summary: 'Launches a machine whose runner takes one job.',
  help: `--arch NAME [--again] [--json]

  --arch NAME   The architecture to build.
  --again       For a build whose machine was taken back: on demand only, beside what the
                first launch of this attempt left.

It asks for a Spot machine in one region after the other, then on demand if the config
allows it, and waits until the runner is online. If EC2 has none for reasons of capacity,
quota or price, and the config allows it, the build goes to GitHub's own runner: then
market is "hosted" and label is that runner's. Before, it ends what is overdue of this
repository, and machines of earlier attempts of this run. If anything fails, or it is
asked to end, it terminates what it launched and removes the registration.

Environment: GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT; RUNNER_TOKEN, a
GitHub token with "Administration: write" (with a runner group: "Self-hosted runners:
write" on the organisation); AWS credentials; SCHEDULER_ROLE_ARN, the role with which a
schedule ends the machine from outside, should all else fail; AWS_ENDPOINT_URL and
GITHUB_API_URL for other endpoints.

Outputs: label, runner-name, instance-id, instance-type, region, zone, market (spot,
on-demand or hosted), attempt, nonce, expires (RFC 3339), tries (JSON: what became of
each try, also of a launch that fails).
`,
  options: { arch: { type: 'string' }, again: { type: 'boolean' } },
  async run(values, context) {
    const config = context.config();
    const architecture = architectureFrom(values, config);
    if (!architecture.spot) {
      throw new Refusal(`${architecture.name} is not built on a Spot machine: its builder is kept ready, so there is nothing to launch.`);
    }
    const attempt = variable(context.env, 'GITHUB_RUN_ATTEMPT');
    const token = variable(context.env, 'RUNNER_TOKEN', 'the workflow\'s step gives it, a GitHub token with "Administration: write"');
    const facts = { ...runFacts(context.env, architecture), attempt, machine: architecture.spot, again: values.again === true };
    const { clock, report, ec2, scheduler, signal } = context;
    const outside = outsideOf(config, context.env, scheduler);
    const missing = missingRole(config, context.env);
    if (missing) report.warn(missing);
    try {
      const launched = await launch(facts, config, { clock, report, github: await context.github(token), ec2, outside }, signal);
      report.summary(summaryOf(launched, architecture.name));
      const outputs = outputsOf(launched, attempt);
      return { json: { ...outputs, tries: launched.tries }, text: sentence(launched), outputs };
    } catch (error) {
      if (error instanceof LaunchFailure) report.output({ tries: renderTries(error.tries) });
      throw error;
    }
  },
};
