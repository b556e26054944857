import { PLATFORMS } from '../../core/platform';
import type { RuntimeArchitecture } from '../../core/runtime-config';
import type { JobTimes, RunStory, Unproven } from '../../core/summary/facts';
import { runSummary } from '../../core/summary/run-summary';
import { readTries } from '../../core/summary/tries';
import { warning } from '../../core/summary/verdict';
import type { Context } from '../command';
import type { Job } from '../edges/github';
import type { RegionStop } from '../runner/stop';
import { within } from '../runner/timely';

/** What waits for the end of a stop, to tell the run's story. */
export interface StopSummary {
  /** Writes the summary, if there is anything to tell, and warns of an end that was not to be. Never throws. */
  tell(stops: readonly RegionStop[]): Promise<void>;
}

/** How long a summary waits for GitHub once everything else is done: after a cancellation every second counts. */
const PATIENCE_MS = 10_000;

function timesOf({ name = '', conclusion, runner, startedAt, completedAt, steps = [] }: Job): JobTimes {
  return { name, conclusion, runner, startedAt, completedAt, steps };
}

/** Jobs of the run; undefined where GitHub does not answer. A public repository's are shown to anybody. */
async function jobTimes({ github, env, report }: Context, runId: string): Promise<JobTimes[] | undefined> {
  try {
    return (await (await github(env.GITHUB_TOKEN || undefined)).jobs(runId)).map(timesOf);
  } catch (error) {
    report.log(`The summary has no times of jobs: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function unprovenOf(stops: readonly RegionStop[]): Unproven[] {
  return stops.filter(({ fate }) => fate === 'unknown').map(({ region, problem = 'no answer' }) => ({ region, problem }));
}

/**
 * Begins a summary: GitHub is asked for the times of the run's jobs while the stop does
 * its work, so that they cost it no time.
 *
 * Environment: GITHUB_TOKEN, a token with "actions: read"; LAUNCH_TRIES, the output
 * `tries` of the launch. Without them the summary is smaller.
 */
export function beginStopSummary(context: Context, runId: string, { name, platform, spot }: RuntimeArchitecture): StopSummary {
  const { clock, env, report } = context;
  const startedAt = clock.now();
  const asked = jobTimes(context, runId);
  return {
    async tell(stops) {
      try {
        const provenAt = clock.now();
        const machines = stops.flatMap(({ obituaries }) => obituaries);
        const unproven = unprovenOf(stops);
        const tries = readTries(env.LAUNCH_TRIES);
        if (machines.length + unproven.length + tries.length === 0) return;
        const jobs = await within(asked, context.signal.aborted ? 0 : PATIENCE_MS, context.clock);
        const hostedRunner = Object.values(PLATFORMS).find(({ ec2Cpu }) => ec2Cpu !== undefined && ec2Cpu === spot?.cpu)?.hostedRunner;
        const stop = { startedAt, provenAt };
        const story: RunStory = { architecture: name, platform, hostedRunner, machines, jobs, tries, unproven, stop };
        report.summary(runSummary(story));
        const unusual = warning(story);
        if (unusual !== undefined) report.warn(unusual);
      } catch (error) {
        // the machine's end is proven or not without it
        report.log(`The summary could not be written: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}
