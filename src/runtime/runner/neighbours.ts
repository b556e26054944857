import { RUNNER_TAGS, repositoryTags } from '../../core/identity';
import { type Claim, ownership } from '../../core/runner/claim';
import { isOverdue } from '../../core/runner/overdue';
import { isLiving } from '../../core/runner/presence';
import type { TimeToLive } from '../../core/time-to-live';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import type { Ec2, Instance } from '../edges/ec2';
import { type GitHub, GitHubError } from '../edges/github';
import { messageOf, Refusal } from '../failure';
import { bounded, CALL_MS } from './timely';

/** Whom a look at the neighbours needs. */
export interface NeighbourEdges {
  readonly clock: Clock;
  readonly report: Report;
  readonly github: GitHub;
}

/** Status with which GitHub refuses to remove a runner that has a job. */
const BUSY = 422;

/**
 * Ends a repository's machines that are overdue. One failure keeps none of the others
 * from being ended.
 *
 * @param all what EC2 has just shown
 * @returns ids of those that were told to end
 */
export async function endOverdue(ec2: Ec2, all: readonly Instance[], ttl: TimeToLive, clock: Clock, report: Report): Promise<string[]> {
  const ended: string[] = [];
  for (const machine of all.filter((one) => isOverdue(one, ttl, clock.now()))) {
    try {
      await bounded(`EC2 in ${ec2.region}`, CALL_MS, clock, (signal) => ec2.terminate([machine.id], signal));
      ended.push(machine.id);
      report.log(`${ec2.region}: ${machine.id} (${machine.tags.Name ?? 'without a name'}) has outlived its time: terminated.`);
    } catch (error) {
      report.warn(`${machine.id} has outlived its time and could not be terminated: ${messageOf(error)}`);
    }
  }
  return ended;
}

/**
 * Takes a twin's registration away, which GitHub refuses while a job runs on it.
 * @throws Refusal if it may be working
 */
async function dispossess(github: GitHub, { id, tags }: Instance): Promise<void> {
  const registration = Number(tags[RUNNER_TAGS.registration]);
  const yieldTo = (why: string) =>
    new Refusal(`${id} was launched for this very job by somebody else, and ${why}. This launch leaves it alone and ends.`);
  if (!Number.isInteger(registration)) throw yieldTo('does not tell its registration');
  try {
    await github.remove(registration);
  } catch (error) {
    if (error instanceof GitHubError && error.status === BUSY) throw yieldTo('a job is running on it');
    throw yieldTo(`GitHub does not say whether a job is running on it (${messageOf(error)})`);
  }
}

/**
 * One look at the repository's machines in a region. It ends those that are overdue,
 * those of earlier attempts of this run, and a twin's on which no job can run any more.
 *
 * @returns the living machines of this launcher itself
 * @throws Refusal if another launcher has the better right to this job
 * @throws CloudError if EC2 does not answer
 */
export async function lookAround(ec2: Ec2, claim: Claim, ttl: TimeToLive, { clock, report, github }: NeighbourEdges): Promise<Instance[]> {
  const all = await ec2.instances(repositoryTags(claim.repository));
  await endOverdue(ec2, all, ttl, clock, report);
  const mine: Instance[] = [];
  for (const machine of all) {
    const owner = ownership(machine.tags, claim);
    if (owner === 'mine') mine.push(machine);
    if (owner === 'mine' || owner === 'other' || !isLiving(machine.state)) continue;
    if (owner === 'newer') throw new Refusal(`${machine.id} was launched for this very job after this launch: it is the one that counts.`);
    if (owner === 'superseded') await dispossess(github, machine);
    await ec2.terminate([machine.id]);
    report.log(`${ec2.region}: ${machine.id} was launched for this job before: terminated.`);
  }
  return mine;
}
