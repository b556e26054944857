import { isRunnerOf, type RunFacts, runTags } from '../../core/identity';
import { STOP_DEADLINE_SECONDS } from '../../core/time-to-live';
import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import { CloudError, type Ec2, type Instance } from '../edges/ec2';
import type { GitHub } from '../edges/github';
import { messageOf } from '../failure';
import { isRefusedForGood } from './reasons';

/** What is known of a run's machines or registrations after an attempt to end them. */
export type Fate =
  /** There were some, and their end was seen. */
  | 'ended'
  /** Looked twice, and there was none. */
  | 'absent'
  /** It could not be seen. Never success. */
  | 'unknown';

/** What `stop` found and did in one region. */
export interface RegionStop {
  readonly region: string;
  readonly fate: Fate;
  readonly instances: readonly Instance[];
  /** Why the fate is unknown. */
  readonly problem?: string;
}

/** What became of the registrations at GitHub. */
export interface RegistrationStop {
  readonly fate: Fate;
  /** Names of those removed. */
  readonly removed: readonly string[];
  readonly problem?: string;
}

/** Whom `stop` talks to. */
export interface StopEdges {
  readonly clock: Clock;
  readonly report: Report;
  ec2(region: string): Promise<Ec2>;
}

const POLL_MS = 5_000;
/** Tags of a new instance are not seen everywhere at once: one empty look proves nothing. */
const LOOKS_FOR_ABSENT = 2;

/** Requests the termination of a run's instances in one region, found by tag. Gives what it saw before. */
export async function requestTermination(ec2: Ec2, run: RunFacts): Promise<Instance[]> {
  const instances = await ec2.instances(runTags(run));
  const living = instances.filter(({ state }) => state !== 'terminated' && state !== 'shutting-down');
  if (living.length > 0) await ec2.terminate(living.map(({ id }) => id));
  return instances;
}

async function stopRegion(region: string, run: RunFacts, edges: StopEdges, signal: AbortSignal): Promise<RegionStop> {
  const { clock, report } = edges;
  const deadline = clock.now() + STOP_DEADLINE_SECONDS * 1000;
  const known = new Map<string, Instance>();
  const answer = (fate: Fate, problem?: string): RegionStop => ({ region, fate, instances: [...known.values()], problem });
  let problem: string | undefined;
  try {
    const ec2 = await edges.ec2(region);
    for (let emptyLooks = 0; ; ) {
      try {
        const seen = await requestTermination(ec2, run);
        problem = undefined;
        for (const instance of seen) {
          const { id, state, reason } = instance;
          if (known.get(id)?.state !== state) report.log(`${region}: ${id} is ${state}${reason ? ` (${reason})` : ''}.`);
          known.set(id, instance);
        }
        if (known.size === 0 && ++emptyLooks >= LOOKS_FOR_ABSENT) return answer('absent');
        if (known.size > 0 && [...known.values()].every(({ state }) => state === 'terminated')) return answer('ended');
      } catch (error) {
        problem = messageOf(error);
        if (error instanceof CloudError && isRefusedForGood(error.code)) break;
      }
      if (clock.now() + POLL_MS >= deadline) break;
      await clock.sleep(POLL_MS, signal);
    }
    const alive = [...known.values()].filter(({ state }) => state !== 'terminated').map(({ id, state }) => `${id} is ${state}`);
    return answer('unknown', problem ?? `not terminated within ${STOP_DEADLINE_SECONDS} s: ${alive.join(', ')}`);
  } catch (error) {
    return answer('unknown', messageOf(error));
  }
}

/**
 * Ends a run's machines of one architecture, in all regions at once, and waits until
 * EC2 says that they are terminated. Never throws: what could not be seen is `unknown`.
 */
export function stopInstances(regions: readonly string[], run: RunFacts, edges: StopEdges, signal: AbortSignal): Promise<RegionStop[]> {
  return Promise.all(regions.map((region) => stopRegion(region, run, edges, signal)));
}

/** Removes a run's registrations of one architecture. Never throws. */
export async function removeRegistrations(github: () => Promise<GitHub>, run: RunFacts): Promise<RegistrationStop> {
  const removed: string[] = [];
  try {
    const client = await github();
    for (const { id, name } of (await client.runners()).filter((runner) => isRunnerOf(runner.name, run))) {
      if (await client.remove(id)) removed.push(name);
    }
    return { fate: removed.length > 0 ? 'ended' : 'absent', removed };
  } catch (error) {
    return { fate: 'unknown', removed, problem: messageOf(error) };
  }
}
