/** Is this the machine that was launched for the job? */
import type { GuestIdentity } from '../guest-identity';

/** What the launch announced of its machine. */
export interface Announced extends GuestIdentity {
  /** What `uname -m` prints on the architecture's machines. */
  readonly machine: string;
}

/** What is seen on the machine that runs the job. */
export interface Seen {
  /** What root wrote on this machine. */
  readonly identity: GuestIdentity;
  /** The name under which GitHub knows the runner that runs this job. */
  readonly runnerName: string;
  /** What `uname -m` prints. */
  readonly machine: string;
}

/** One respect in which the machine is another than the one that was launched. */
export interface Difference {
  readonly what: string;
  readonly announced: string;
  readonly found: string;
}

/**
 * Everything in which the machine at hand differs from the one announced; nothing means
 * that it is the one. An announcement that is missing is a difference: an output that
 * GitHub dropped must not make the check pass.
 */
export function differences(announced: Announced, { identity, runnerName, machine }: Seen): Difference[] {
  const compared: Difference[] = [
    { what: 'instance id', announced: announced.instanceId, found: identity.instanceId },
    { what: 'name of the runner that the machine was made for', announced: announced.runnerName, found: identity.runnerName },
    { what: 'name of the runner that has the job', announced: announced.runnerName, found: runnerName },
    { what: 'nonce', announced: announced.nonce, found: identity.nonce },
    { what: 'instance type', announced: announced.instanceType, found: identity.instanceType },
    { what: 'zone', announced: announced.zone, found: identity.zone },
    { what: 'uname -m', announced: announced.machine, found: machine },
  ];
  return compared.filter((one) => one.announced !== one.found || one.announced === '');
}
