import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';
import type { Instance } from '../edges/ec2';
import type { GitHub } from '../edges/github';
import { messageOf } from '../failure';
import { abortable } from './abortable';
import { LONGEST_CALL_MS, lateGitHub, timely } from './timely';

/** Whom to watch, and until when. */
export interface Awaited {
  /** Id of the registration. */
  readonly registration: number;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  /** Looks at the machine; undefined while EC2 does not show it: tags take a moment. */
  machine(): Promise<Instance | undefined>;
}

/** What came of waiting. */
export type Waited =
  | { readonly kind: 'online' }
  /** The machine ended first. */
  | { readonly kind: 'died'; readonly machine: Instance }
  /** GitHub has no such registration any more. */
  | { readonly kind: 'gone' }
  /** The deadline has come; `state` is what was last known of the runner. */
  | { readonly kind: 'late'; readonly state: string };

const POLL_MS = 3_000;
/** One look proves nothing: a runner may flap, and a new registration may not be seen everywhere. */
const LOOKS_IN_A_ROW = 2;
/** EC2 is asked whether the machine still lives with every tenth look at the runner: twice a minute. */
const LOOKS_PER_INSTANCE_LOOK = 10;
/** Nobody should wonder whether anything still happens. */
const LONGEST_SILENCE_MS = 10_000;

async function look(github: GitHub, id: number, clock: Clock): Promise<'online' | 'offline' | 'gone' | `unknown: ${string}`> {
  try {
    const runner = await timely(github.runner(id), LONGEST_CALL_MS.look, clock, () => lateGitHub(`GET runners/${id}`));
    if (!runner) return 'gone';
    return runner.online ? 'online' : 'offline';
  } catch (error) {
    return `unknown: ${messageOf(error)}`;
  }
}

/** Waits until GitHub says twice in a row that the runner is online, or until it cannot be any more. */
export async function waitUntilOnline(
  { clock, report, github }: { clock: Clock; report: Report; github: GitHub },
  awaited: Awaited,
  signal: AbortSignal,
): Promise<Waited> {
  const started = clock.now();
  let said = '';
  let saidAt = started;
  let inARow = 0;
  let gone = 0;
  for (let looks = 1; ; looks++) {
    const state = await abortable(look(github, awaited.registration, clock), signal);
    const now = clock.now();
    if (state !== said || now - saidAt >= LONGEST_SILENCE_MS) {
      report.log(`Runner is ${state} after ${Math.round((now - started) / 1000)} s.`);
      said = state;
      saidAt = now;
    }
    inARow = state === 'online' ? inARow + 1 : 0;
    if (inARow >= LOOKS_IN_A_ROW) return { kind: 'online' };
    // a registration that was made a moment ago is not seen everywhere either
    gone = state === 'gone' ? gone + 1 : 0;
    if (gone >= LOOKS_IN_A_ROW) return { kind: 'gone' };
    if (looks % LOOKS_PER_INSTANCE_LOOK === 0) {
      const machine = await abortable(awaited.machine(), signal);
      if (machine && machine.state !== 'pending' && machine.state !== 'running') return { kind: 'died', machine };
    }
    if (now + POLL_MS > awaited.deadline) return { kind: 'late', state };
    await clock.sleep(POLL_MS, signal);
  }
}
