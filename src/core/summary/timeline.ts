/** When what happened: from the times of EC2, GitHub and `stop` to one line of events. */
import type { JobTimes, MachineEnd, RunStory, StepTimes } from './facts';
import { isMoment } from './words';

/** Something that took its time, or a moment where `to` is undefined. Milliseconds since 1970. */
export interface Happening {
  readonly what: string;
  readonly from: number;
  readonly to?: number;
}

/** One part of the story. */
export interface Chapter {
  readonly title: string;
  readonly happenings: readonly Happening[];
}

/** GitHub's times are whole seconds, and its clock is not EC2's. */
const NEAR_MS = 2_000;
/** A job with more steps than these is not one of ours. */
const MOST_STEPS = 30;

/**
 * What is known: a stretch if both ends are, a moment if one is, nothing if none is.
 * Ends in the wrong order are two clocks that disagree: the stretch is unknown.
 */
function known(what: string, from: number | undefined, to: number | undefined, only: 'stretch' | 'any' = 'any'): Happening[] {
  if (isMoment(from) && isMoment(to)) return to >= from ? [{ what, from, to }] : [];
  if (only === 'stretch') return [];
  const at = isMoment(from) ? from : to;
  return isMoment(at) ? [{ what, from: at }] : [];
}

/** The job that ran on this machine. */
export function jobOn({ runner }: MachineEnd, jobs: readonly JobTimes[] | undefined): JobTimes | undefined {
  return runner === undefined ? undefined : jobs?.find((job) => job.runner === runner);
}

/** The step that launched a machine: one called "Launch …" during which EC2 says that it was launched. */
export function launchStep({ launchedAt }: MachineEnd, jobs: readonly JobTimes[] | undefined): StepTimes | undefined {
  if (launchedAt === undefined) return undefined;
  return jobs
    ?.flatMap(({ steps }) => steps)
    .find(
      ({ name, startedAt, completedAt }) =>
        /^launch\b/i.test(name) &&
        isMoment(startedAt) &&
        startedAt <= launchedAt + NEAR_MS &&
        (completedAt === undefined || completedAt >= launchedAt - NEAR_MS),
    );
}

function seconds(from: number | undefined, to: number | undefined): number | undefined {
  return isMoment(from) && isMoment(to) && to >= from ? (to - from) / 1000 : undefined;
}

/** How long a job worked on its machine, in seconds. GitHub notices only minutes later that a machine is gone. */
export function workSeconds(job: JobTimes | undefined, { endedAt }: MachineEnd): number | undefined {
  if (job?.completedAt === undefined) return undefined;
  return seconds(job.startedAt, Math.min(job.completedAt, endedAt));
}

/** Steps that took any time. One that the machine's end cut short ended with it, whatever GitHub says later. */
function stepHappenings({ steps }: JobTimes, { endedAt }: MachineEnd): Happening[] {
  return steps
    .filter(({ conclusion, startedAt, completedAt }) => conclusion !== 'skipped' && seconds(startedAt, completedAt) !== 0)
    .slice(0, MOST_STEPS)
    .flatMap(({ name, startedAt, completedAt }) => {
      const cut = isMoment(startedAt) && startedAt <= endedAt && (completedAt === undefined || completedAt > endedAt + NEAR_MS);
      return cut ? known(`${name}, broken off`, startedAt, endedAt) : known(name, startedAt, completedAt);
    });
}

/** The chapters of one machine's story that have anything to tell. */
export function timeline(machine: MachineEnd, { jobs, stop, unproven }: RunStory): Chapter[] {
  const { launchedAt, endedAt } = machine;
  const launch = launchStep(machine, jobs);
  const job = jobOn(machine, jobs);
  // a launch that succeeds ends when it has seen the runner online
  const online = launch?.conclusion === 'success' ? launch.completedAt : undefined;
  const late = job?.conclusion !== 'success' && (job?.completedAt ?? 0) > endedAt + NEAR_MS;
  const chapters: Chapter[] = [
    {
      title: 'Launch',
      happenings: [
        ...known('asking EC2', launch?.startedAt, launchedAt, 'stretch'),
        ...(online === undefined
          ? known('machine launched', launchedAt, undefined)
          : known('boot until the runner is online', launchedAt, online, 'stretch')),
        ...known('runner online', online, undefined),
      ],
    },
    {
      title: 'Build',
      happenings: job
        ? [
            ...known('until the job is picked up', online, job.startedAt, 'stretch'),
            ...known('job picked up', job.startedAt, undefined),
            ...stepHappenings(job, machine),
          ]
        : [],
    },
    {
      title: 'Stop',
      happenings: [
        ...known('end of the machine', endedAt, undefined),
        ...(late ? known('until GitHub gives the job up', endedAt, job?.completedAt, 'stretch') : []),
        ...(unproven.length === 0 ? known('stop until its end is proven', stop.startedAt, stop.provenAt, 'stretch') : []),
      ],
    },
  ];
  return chapters
    .filter(({ happenings }) => happenings.length > 0)
    .map(({ title, happenings }) => ({ title, happenings: [...happenings].sort((a, b) => a.from - b.from) }));
}
