/**
 * Who a runner is, before anything of it exists.
 *
 * Name, label, tags and client token all derive from the same facts of the run, so
 * that whoever knows the run finds the machine: nobody depends on an id that an
 * earlier step may never have printed.
 */
import { createHash } from 'node:crypto';

/** Keys of the tags that instances and their volumes carry. */
export const RUNNER_TAGS = {
  repository: 'spot-image:repository',
  runId: 'spot-image:run-id',
  attempt: 'spot-image:attempt',
  architecture: 'spot-image:architecture',
  /** Which launch of this attempt it was, from 1. */
  tryNumber: 'spot-image:try',
  /** Id of the registration at GitHub that the machine was made for. Tells launchers of the same job apart. */
  registration: 'spot-image:registration',
  /** End of the time to live, ISO 8601 in UTC. */
  expires: 'spot-image:expires',
} as const;

/** What every name begins with that a launch gives: of machines, registrations, templates. The policies go by it. */
export const OWN_PREFIX = 'spot-';

/** What the names of launch templates begin with that many launches share. */
export const TEMPLATE_PREFIX = `${OWN_PREFIX}image-`;

/** Key of the tag that launch templates carry: its value is the name, which IAM cannot see otherwise. */
export const TEMPLATE_TAG = 'spot-image:template';

/** What a run's machines of one architecture have in common, over all attempts. */
export interface RunFacts {
  /** `owner/name` on GitHub. */
  readonly repository: string;
  /** GITHUB_RUN_ID: digits. */
  readonly runId: string;
  /** Name of the architecture. */
  readonly architecture: string;
}

/** What makes one runner different from every other one. */
export interface RunnerFacts extends RunFacts {
  /** GITHUB_RUN_ATTEMPT: digits, from 1. */
  readonly attempt: string;
  /** Which launch of this attempt, from 1. */
  readonly tryNumber: number;
}

/** A runner's identity. */
export interface RunnerIdentity {
  /** Name of the registration at GitHub, and of the instance. At most 64 characters. */
  readonly name: string;
  /** The label that only this runner has, for `runs-on`. */
  readonly label: string;
  /** EC2's idempotency token: 64 hexadecimal digits. */
  readonly clientToken: string;
  /** Tags of the instance and its volume, without the time to live. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Longest name of a runner that GitHub accepts. */
const LONGEST_NAME = 64;

function check(what: string, value: string, grammar: RegExp, like: string): void {
  if (!grammar.test(value)) throw new Error(`${what} is "${value}", which is none; it looks like "${like}".`);
}

const REPOSITORY = /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/;

function checkRun(run: RunFacts): void {
  check('The repository', run.repository, REPOSITORY, 'dianplus/openresty');
  check('The run id', run.runId, /^[1-9][0-9]*$/, '17654321098');
  check('The architecture', run.architecture, /^[a-z][a-z0-9]*$/, 'arm64');
}

/**
 * The identity of one runner. The same facts always give the same one, and two
 * different runners never share a name, a label or a token.
 *
 * The run's id is unique on GitHub, so that the name need not contain the repository.
 *
 * @throws Error that names the fact which cannot be
 */
export function runnerIdentity(facts: RunnerFacts): RunnerIdentity {
  checkRun(facts);
  check('The attempt', facts.attempt, /^[1-9][0-9]*$/, '1');
  check('The try', String(facts.tryNumber), /^[1-9][0-9]*$/, '1');
  const name = `${OWN_PREFIX}${facts.runId}-${facts.attempt}-${facts.architecture}-${facts.tryNumber}`;
  if (name.length > LONGEST_NAME)
    throw new Error(`The runner's name "${name}" has ${name.length} characters; GitHub allows ${LONGEST_NAME}.`);
  return {
    name,
    label: name,
    clientToken: createHash('sha256').update(`${facts.repository} ${name}`).digest('hex'),
    tags: {
      Name: name,
      ...runTags(facts),
      [RUNNER_TAGS.attempt]: facts.attempt,
      [RUNNER_TAGS.tryNumber]: String(facts.tryNumber),
    },
  };
}

/**
 * The tags by which a run's machines of one architecture are found: those of every
 * attempt and try, since an attempt that is over has no right to a machine.
 *
 * @throws Error that names the fact which cannot be
 */
export function runTags(run: RunFacts): Readonly<Record<string, string>> {
  checkRun(run);
  return {
    [RUNNER_TAGS.repository]: run.repository,
    [RUNNER_TAGS.runId]: run.runId,
    [RUNNER_TAGS.architecture]: run.architecture,
  };
}

/** What a runner's name tells. */
export interface NamedRunner {
  readonly runId: string;
  readonly attempt: string;
  readonly architecture: string;
}

/** Reads a name that `runnerIdentity` gave; undefined for any other one. */
export function readRunnerName(name: string): NamedRunner | undefined {
  const match = /^spot-([1-9][0-9]*)-([1-9][0-9]*)-([a-z][a-z0-9]*)-[1-9][0-9]*$/.exec(name);
  return match ? { runId: match[1], attempt: match[2], architecture: match[3] } : undefined;
}

/** Does a registration at GitHub belong to this run and architecture, of whatever attempt and try? */
export function isRunnerOf(name: string, run: RunFacts): boolean {
  const named = readRunnerName(name);
  return named !== undefined && named.runId === run.runId && named.architecture === run.architecture;
}

/**
 * The tag by which everything of a repository is found, of whatever run.
 * @throws Error if it is no repository
 */
export function repositoryTags(repository: string): Readonly<Record<string, string>> {
  check('The repository', repository, REPOSITORY, 'dianplus/openresty');
  return { [RUNNER_TAGS.repository]: repository };
}
