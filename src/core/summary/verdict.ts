/** What became of a build, in one heading, and what to do about it. */
import type { Cause } from '../runner/cause-of-death';
import type { JobTimes, MachineEnd, RunStory } from './facts';
import { jobOn, workSeconds } from './timeline';
import { duration } from './words';

/** Machines of a story, the one that was launched last at the end. */
export function inOrder(machines: readonly MachineEnd[]): MachineEnd[] {
  const key = ({ launchedAt, endedAt }: MachineEnd) => launchedAt ?? endedAt;
  return [...machines].sort((a, b) => key(a) - key(b));
}

/** Was this machine launched because Spot took an earlier one of the same attempt back? */
export function isSecondLife(machine: MachineEnd, earlier: readonly MachineEnd[]): boolean {
  return machine.market === 'on-demand' && earlier.some(({ cause, attempt }) => cause === 'reclaimed' && attempt === machine.attempt);
}

/** How a build ended of which GitHub has a conclusion. */
function jobWords(job: JobTimes, machine: MachineEnd): string {
  const seconds = workSeconds(job, machine);
  const took = seconds === undefined ? '' : ` ${job.conclusion === 'success' ? 'in' : 'after'} ${duration(seconds)}`;
  const what = job.conclusion === 'success' ? 'built' : job.conclusion === 'cancelled' ? 'the build was cancelled' : 'the build failed';
  return `${what}${took}, ${machine.market === 'spot' ? 'on Spot' : 'on demand'}`;
}

const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  reclaimed: 'AWS took the Spot machine back',
  ec2: 'EC2 ended the machine',
  'time-to-live': "the machine's time was over",
  idle: 'no job reached the machine',
  bootstrap: 'the machine could not be set up',
  guest: 'the machine has powered itself off',
  terminated: 'the machine was terminated',
  unknown: 'the machine has ended',
};

/** The heading's words, without the architecture. */
export function verdict({ machines, jobs, tries, unproven }: RunStory): string {
  if (unproven.length > 0) return 'it is not proven that every machine is terminated';
  const ordered = inOrder(machines);
  const last = ordered.pop();
  if (!last) return tries.length > 0 ? 'no machine could be had' : 'no machine';
  const job = jobOn(last, jobs);
  const again = isSecondLife(last, ordered) ? ' (second machine: Spot took the first one back)' : '';
  if (job?.conclusion === 'success') return jobWords(job, last) + again;
  const ownEnd = last.cause === 'terminated' || last.cause === 'guest' || last.cause === 'unknown';
  if (job?.conclusion !== undefined && ownEnd) return jobWords(job, last) + again;
  const seconds = workSeconds(job, last);
  const during = seconds === undefined ? '' : ` ${duration(seconds)} into the build`;
  const none = jobs !== undefined && !job && ownEnd ? ' before a job ran on it' : '';
  return CAUSE_WORDS[last.cause] + during + none + again;
}

const MENDS: Readonly<Partial<Record<Cause, string>>> = {
  reclaimed: 'Spot may do that at any time. If it happens often, allow more instance families, subnets or regions.',
  ec2: 'EC2 could not keep this machine. Choose "Re-run all jobs"; if it happens again, allow other instance families or another region.',
  'time-to-live':
    'The machine ended itself at the end of its time to live. If the build needs longer, raise `pipeline.buildTimeoutMinutes`, from which that time follows.',
  idle: 'The machine ended itself since GitHub gave it no job. Choose "Re-run all jobs".',
  bootstrap:
    'The last lines of its console, below if EC2 has them, tell how far it came. Most often it has no way out to the internet (subnet, route, security group), or a mirror does not answer.',
  unknown: 'Look at the machine in the EC2 console, as long as it is shown there (about an hour).',
};

/** What to do about the end of a machine; empty where nothing is to be done. */
export function mend({ cause }: MachineEnd, job: JobTimes | undefined): string {
  return job?.conclusion === 'success' ? '' : (MENDS[cause] ?? '');
}

/** What people should see although the build went on: how a machine ended that was not to end, and the mend. */
export function warning(story: RunStory): string | undefined {
  const last = inOrder(story.machines).pop();
  const advice = last && mend(last, jobOn(last, story.jobs));
  // an end that is not proven fails the command, which says so itself
  return advice && story.unproven.length === 0 ? `${story.architecture}: ${verdict(story)}. ${advice}` : undefined;
}
