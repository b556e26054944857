import { RUNNER_TAGS, type RunFacts, runTags } from '../../core/identity';
import type { Clock } from '../edges/clock';
import type { Ec2 } from '../edges/ec2';
import { messageOf } from '../failure';
import { bounded, CALL_MS } from './timely';

/**
 * Removes what the machines of a run have left behind at EC2: launch templates that were
 * made for them, and volumes that no machine has. Never throws; what stays costs
 * little, and the reaper comes again.
 *
 * @param attempt what belongs to a later one is left alone
 * @returns what was removed, and what could not be, one sentence each
 */
export async function removeLeftovers(
  ec2: Ec2,
  run: RunFacts,
  attempt: string,
  clock: Clock,
): Promise<{ removed: string[]; problems: string[] }> {
  const removed: string[] = [];
  const problems: string[] = [];
  const ask = <T>(send: (signal: AbortSignal) => Promise<T>) => bounded(`EC2 in ${ec2.region}`, CALL_MS, clock, send);
  const isOwn = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) => Number(tags[RUNNER_TAGS.attempt]) <= Number(attempt);
  const remove = async (id: string, send: (signal: AbortSignal) => Promise<void>) => {
    try {
      await ask(send);
      removed.push(id);
    } catch (error) {
      problems.push(`${id} could not be removed: ${messageOf(error)}`);
    }
  };
  const templates = async () => {
    const found = await ask((signal) => ec2.taggedTemplates(runTags(run), signal));
    for (const { id } of found.filter(isOwn)) await remove(id, (signal) => ec2.deleteTemplate(id, signal));
  };
  const volumes = async () => {
    const found = await ask((signal) => ec2.taggedVolumes(runTags(run), signal));
    const free = found.filter((volume) => isOwn(volume) && volume.state === 'available');
    for (const { id } of free) await remove(id, (signal) => ec2.removeVolume(id, signal));
  };
  const kinds = { templates, volumes };
  await Promise.all(
    Object.entries(kinds).map(([what, work]) =>
      work().catch((error: unknown) => problems.push(`Whether ${what} were left behind is unknown: ${messageOf(error)}`)),
    ),
  );
  return { removed, problems };
}
