import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import type { Ec2 } from '../edges/ec2';
import type { GitHub } from '../edges/github';
import { messageOf, Refusal } from '../failure';

/** Whom to watch, and until when. */
export interface Awaited {
  /** Id of the registration. */
  readonly registration: number;
  readonly instanceId: string;
  /** The instance's tags, by which EC2 finds it. */
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

const POLL_MS = 3_000;
/** One look proves nothing: a runner may flap, and a new registration may not be seen everywhere. */
const LOOKS_IN_A_ROW = 2;
/** EC2 is asked whether the machine still lives with every tenth look at the runner: twice a minute. */
const LOOKS_PER_INSTANCE_LOOK = 10;
/** Nobody should wonder whether anything still happens. */
const LONGEST_SILENCE_MS = 15_000;

async function look(github: GitHub, id: number): Promise<'online' | 'offline' | 'gone' | `unknown: ${string}`> {
  try {
    const runner = await github.runner(id);
    if (!runner) return 'gone';
    return runner.online ? 'online' : 'offline';
  } catch (error) {
    return `unknown: ${messageOf(error)}`;
  }
}

/** The machine's death, if EC2 knows of it. A machine that EC2 does not show is not dead: tags take a moment. */
async function deathOf(ec2: Ec2, { instanceId, tags }: Awaited): Promise<string | undefined> {
  const instance = await ec2.instances(tags).then(
    (all) => all.find(({ id }) => id === instanceId),
    () => undefined,
  );
  if (!instance || instance.state === 'pending' || instance.state === 'running') return undefined;
  return `${instance.state}${instance.reason ? ` (${instance.reason})` : ''}`;
}

/**
 * Waits until GitHub says twice in a row that the runner is online.
 *
 * @throws Refusal if the machine or the registration is gone, or the deadline has come
 */
export async function waitUntilOnline(
  { clock, report, github, ec2 }: { clock: Clock; report: Report; github: GitHub; ec2: Ec2 },
  awaited: Awaited,
  signal: AbortSignal,
): Promise<void> {
  const started = clock.now();
  let said = '';
  let saidAt = started;
  let inARow = 0;
  let goneInARow = 0;
  for (let looks = 1; ; looks++) {
    const state = await look(github, awaited.registration);
    signal.throwIfAborted();
    const now = clock.now();
    if (state !== said || now - saidAt >= LONGEST_SILENCE_MS) {
      report.log(`Runner is ${state} after ${Math.round((now - started) / 1000)} s.`);
      said = state;
      saidAt = now;
    }
    inARow = state === 'online' ? inARow + 1 : 0;
    if (inARow >= LOOKS_IN_A_ROW) return;
    goneInARow = state === 'gone' ? goneInARow + 1 : 0;
    if (goneInARow >= LOOKS_IN_A_ROW)
      throw new Refusal('GitHub has no registration of the runner any more: somebody removed it, or it was used. Use "Re-run all jobs".');
    if (looks % LOOKS_PER_INSTANCE_LOOK === 0) {
      const death = await deathOf(ec2, awaited);
      if (death) throw new Refusal(`${awaited.instanceId} is ${death} before its runner was online. Use "Re-run all jobs".`);
    }
    if (now + POLL_MS > awaited.deadline) {
      throw new Refusal(
        `The runner was not online in time; it is ${state}. The machine's console (EC2, "Get system log", lines with "spot-image:") tells how far it came; it needs a way out to the internet.`,
      );
    }
    await clock.sleep(POLL_MS, signal);
  }
}
