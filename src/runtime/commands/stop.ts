import type { Command } from '../command';
import { Refusal } from '../failure';
import { architectureFrom, runFacts, variable } from '../run';
import { obituaryLine, obituaryOutputs } from '../runner/obituary-text';
import { outsideOf } from '../runner/schedule';
import { AFTER_MS, removeRegistrations, stopInstances } from '../runner/stop';
import { beginStopSummary } from '../summary/stop-summary';

/** `stop`: the end of a run's machines, proven. */
export const stopCommand: Command = {
  name: 'stop',
  summary: "Terminates a run's machines of one architecture and proves it.",
  help: `--arch NAME [--json]

  --arch NAME   The architecture whose machines are to end.

It finds the machines by tag in all regions, never by what an earlier step said,
terminates them, and waits until EC2 says that they are terminated. Then it removes
the runners' registrations, schedules, launch templates and volumes; if these cannot be
seen or removed, it warns. In passing it ends what is overdue of this repository.

Environment: GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT; RUNNER_TOKEN, a
GitHub token with "Administration: write" (with a runner group: "Self-hosted runners:
write" on the organisation); AWS credentials; SCHEDULER_ROLE_ARN, if launch has it;
AWS_ENDPOINT_URL and GITHUB_API_URL for other endpoints. For the run's summary: GITHUB_TOKEN
with "actions: read", for the times of the jobs; LAUNCH_TRIES, the launch's output "tries".

Outputs: instance-ids (comma-separated), stopped (true: proven), cause-of-death (of the
machine that lived last: reclaimed, ec2, time-to-live, idle, bootstrap, guest, terminated
or unknown; empty without a machine), seconds-lived, cost-usd, cost-cny (of all machines;
"unknown" where a price or a time is).
`,
  options: { arch: { type: 'string' } },
  async run(values, context) {
    const config = context.config();
    const { env, clock, report, ec2, scheduler, signal } = context;
    const architecture = architectureFrom(values, config);
    const run = { ...runFacts(env, architecture), attempt: variable(env, 'GITHUB_RUN_ATTEMPT') };
    const summary = beginStopSummary(context, run.runId, architecture);
    const regions = config.regions.map(({ name }) => name);
    // side by side: neither may keep the other from its work
    const github = async () => context.github(variable(env, 'RUNNER_TOKEN', "the workflow's step gives it"));
    const [stops, early] = await Promise.all([
      stopInstances(regions, run, config.timeToLive, { clock, report, ec2, outside: outsideOf(config, env, scheduler) }, signal),
      removeRegistrations(github, run, clock),
    ]);
    // GitHub keeps the registration of a runner that still has its job; without its machine it does not
    const registration = early.fate === 'unknown' ? await removeRegistrations(github, run, clock, AFTER_MS) : early;
    if (registration.fate === 'unknown') {
      report.warn(
        `Whether GitHub still has a registration of this run is unknown: ${registration.problem} It can take no job without its machine.`,
      );
    }
    for (const problem of stops.flatMap(({ left }) => left)) report.warn(problem);
    const instances = stops.flatMap((stop) =>
      stop.instances.map(({ id, state, type, reason }) => ({ region: stop.region, id, state, type, reason })),
    );
    const unknown = stops.filter(({ fate }) => fate === 'unknown');
    const obituaries = stops.flatMap((stop) => stop.obituaries);
    const outputs = {
      'instance-ids': instances.map(({ id }) => id).join(','),
      stopped: String(unknown.length === 0),
      ...obituaryOutputs(obituaries),
    };
    for (const { id, console } of obituaries) {
      if (console.length > 0) report.log(`Console of ${id}:\n${console.map((line) => `  ${line}`).join('\n')}`);
    }
    await summary.tell(stops);
    // by whom a machine was terminated nobody says; where it was not this stop, people have to know
    const foundDead = stops.flatMap((stop) => stop.foundDead);
    // of an earlier attempt it was that one's stop; beside a machine that lived until now it was the launch
    const now = obituaries.filter((one) => one.attempt === run.attempt);
    const lost = now.every(({ id }) => foundDead.includes(id)) ? now : [];
    for (const { id, cause, why } of lost) {
      if (cause === 'terminated' || cause === 'unknown') {
        report.warn(
          `${id} was dead before this stop: ${why}. A build that ran on it has failed; one that still waited for it was cancelled. Use "Re-run all jobs".`,
        );
      }
    }
    if (unknown.length > 0) {
      report.output(outputs);
      const why = unknown.map(({ region, problem }) => `${region}: ${problem}`).join('; ');
      throw new Refusal(
        `It is not proven that all machines of this run are terminated. ${why}. Look at EC2 for the tag spot-image:run-id = ${run.runId}.`,
      );
    }
    const found = instances.length > 0 ? obituaries.map(obituaryLine).join(' ') : 'No machine of this run exists.';
    const registrations = {
      ended: `Removed registrations: ${registration.removed.join(', ')}.`,
      absent: 'No registration was left.',
      unknown: '',
    }[registration.fate];
    return {
      json: { stopped: true, instances, deaths: obituaries, registration: { fate: registration.fate, removed: registration.removed } },
      text: `${found} ${registrations}`.trimEnd(),
      outputs,
    };
  },
};
