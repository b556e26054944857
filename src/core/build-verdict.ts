/**
 * What a build on Spot machines came to. It is read off what the jobs said explicitly,
 * their outputs, and never off their results: a job that may fail without ending the run
 * counts as a success to the jobs behind it (actions/runner #1161).
 */
import { FIRST_TRY, isBuiltAgain, SECOND_TRY, type TryJobs } from './build-jobs';
import { isSha256 } from './checksum';

/** The outputs of jobs by job and name, as GitHub's `needs` context has them; a job that was skipped has none. */
export type JobOutputs = Readonly<Record<string, { readonly outputs?: Readonly<Record<string, string>> } | undefined>>;

/** What a build came to. */
export type BuildVerdict =
  | {
      readonly ok: true;
      /** Of what was pushed. */
      readonly digest: string;
      /** The same with its repository. */
      readonly reference: string;
      /** What happened, in a sentence or two. */
      readonly story: string;
    }
  | {
      readonly ok: false;
      /** Every reason, and what to do. */
      readonly story: string;
    };

/** The outputs of one try. */
interface Try {
  readonly market: string;
  readonly attempt: string;
  readonly digest: string;
  readonly reference: string;
  readonly stopped: string;
  readonly causeOfDeath: string;
}

function readTry(jobs: JobOutputs, ids: TryJobs): Try {
  const output = (job: string, name: string) => jobs[job]?.outputs?.[name] ?? '';
  const attempt = output(ids.launch, 'attempt');
  const digest = output(ids.build, 'digest');
  // what is no digest is none, whatever else it is
  return {
    attempt: /^\d+$/.test(attempt) ? attempt : '',
    market: output(ids.launch, 'market'),
    digest: isSha256(digest) ? digest : '',
    reference: output(ids.build, 'reference'),
    stopped: output(ids.stop, 'stopped'),
    causeOfDeath: output(ids.stop, 'cause-of-death'),
  };
}

const RECLAIMED = 'Spot took the machine back in the middle of the build.';

/** Why there is no image, and what to do. */
function whyNone(ids: TryJobs, { attempt }: Try, runAttempt: string): string {
  if (attempt === '') return `No machine could be had: see the job "${ids.launch}".`;
  if (attempt !== runAttempt)
    return 'The machine of this build was stopped with the earlier attempt. Choose "Re-run all jobs", which launches another one.';
  return `The build failed: see the job "${ids.build}".`;
}

/**
 * The verdict: an image that one of the two tries pushed, and the proof that every
 * machine is gone. What is not proven is not good.
 *
 * @param jobs what the jobs of both tries said
 * @param runAttempt this attempt of the run; a job that was not run again still says what it said in an earlier one
 */
export function buildVerdict(jobs: JobOutputs, runAttempt: string): BuildVerdict {
  const first = readTry(jobs, FIRST_TRY);
  const second = readTry(jobs, SECOND_TRY);
  const again = isBuiltAgain(first);
  const last = again ? second : first;
  // without a second try the first stop, which looks for every machine of the run, has seen them all
  const unproven = [
    ...(first.stopped === 'true' ? [] : [FIRST_TRY.stop]),
    ...(second.stopped === 'true' || (!again && second.stopped !== 'false') ? [] : [SECOND_TRY.stop]),
  ].map((job) => `It is not proven that the machine is terminated: see the job "${job}".`);
  const missing = last.digest === '' || last.reference === '';
  const reasons = [...(missing ? [whyNone(again ? SECOND_TRY : FIRST_TRY, last, runAttempt)] : []), ...unproven];
  const before = again ? `${RECLAIMED} ` : '';
  if (reasons.length > 0) return { ok: false, story: `${before}${reasons.join(' ')}` };
  const { digest, reference } = last;
  return { ok: true, digest, reference, story: `${before}Built ${again ? 'on demand, at the second try: ' : ''}${reference}.` };
}
