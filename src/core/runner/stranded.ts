/** A job that waits for a machine which is gone: GitHub would let it wait for a day. */
import type { MachineState } from './leftover';
import type { Due, RunState } from './overdue';

/** What GitHub says of a job of the run. */
export interface WaitingJob {
  /** `queued`, `in_progress`, `completed` and others. */
  readonly status: string;
  /** What its `runs-on` asks for. */
  readonly labels?: readonly string[];
}

/** What is known of a machine that is dead, and of its run. */
export interface StrandedFacts {
  /** Name of the machine, which is the label that its job asks for. */
  readonly label: string;
  /** The attempt it was launched for. */
  readonly attempt: number;
  /** Whether another machine of this name lives. */
  readonly machine: MachineState;
  readonly run: RunState;
  /** Jobs of the run's latest attempt, as every look has shown them; `unknown` if one was not answered. */
  readonly looks: readonly (readonly WaitingJob[])[] | 'unknown';
}

const keep = (why: string): Due => ({ due: false, why });

/**
 * Is the run to be cancelled, because its job waits for this dead machine? Cancelling ends
 * every job of the run, so that one which is running keeps it.
 */
export function strandedRun({ label, attempt, machine, run, looks }: StrandedFacts): Due {
  if (machine !== 'none') return keep(machine === 'living' ? 'a machine of this name lives' : 'EC2 does not say whether one lives');
  if (run === 'unknown') return keep('GitHub does not say whether the run goes on');
  if (run.attempt !== attempt) return keep(`the run is at attempt ${run.attempt}, the machine was of attempt ${attempt}`);
  if (run.status === 'finished') return keep('the run is finished');
  if (looks === 'unknown' || looks.length === 0) return keep('GitHub does not say what its jobs wait for');
  const waits = ({ status, labels = [] }: WaitingJob) => status === 'queued' && labels.length === 1 && labels[0] === label;
  if (!looks.every((jobs) => jobs.some(waits))) return keep(`no job waits for ${label}`);
  if (looks.some((jobs) => jobs.some(({ status }) => status === 'in_progress'))) return keep('another job of the run is running');
  return { due: true, why: `its job waits for ${label}, whose machine is gone` };
}
