/**
 * A runner's life: one registration at GitHub and at most one machine at EC2, for one
 * job. This is the state machine that launch, stop and reap share; the decisions that
 * drive it are the other files of this folder, each a function from facts to a verdict.
 *
 * | state        | what may exist                  | leaves it                                                    |
 * | ------------ | ------------------------------- | ------------------------------------------------------------ |
 * | `wanted`     | nothing                         | `registered`, or `failed`                                    |
 * | `registered` | a registration                  | `asked`, or `failed`                                         |
 * | `asked`      | and perhaps a machine           | `lost` (asked again, same token), `named`, `failed`          |
 * | `starting`   | and a machine                   | `online` (two looks in a row), `failed`                      |
 * | `online`     | a machine that may run a job    | `failed`: stop, reap, the guest's own timers                 |
 * | `ending`     | what has been asked to end      | `cleared`: an explicit "gone"; an error is never one         |
 * | `ended`      | nothing                         | never: a next try is another runner with another identity    |
 *
 * What holds in every state, and who sees to it:
 *
 * - Identity comes first (`identity.ts`). Name, label, tags and token are known before
 *   anything exists, so that each of these lines of defence finds the machine by itself:
 *   the launcher's own undo, the guest's timers, `stop`, the next launch or stop of the
 *   repository, `reap`.
 * - One request is one token. A lost answer is asked for again with the same token and
 *   the same registration, and looked for by tag; only a clear "no" leads to a next try,
 *   which has a new token and a new registration (`next-try.ts`).
 * - One job has one machine. Of two launchers the one with the newer registration wins:
 *   it removes the other's registration, which GitHub refuses while a job runs on it,
 *   and only then ends the other's machine (`claim.ts`).
 * - GitHub and EC2 give three answers: present, absent, unknown. Whatever is not explicit
 *   is unknown, which never proves an end (`presence.ts`) and never ends a machine within
 *   its time (`reap.ts`).
 * - After its time to live and a grace a machine has no right to exist, whatever anybody says.
 */

/** Where a runner is in its life. */
export type LifeState = 'wanted' | 'registered' | 'asked' | 'starting' | 'online' | 'ending' | 'ended';

/** What moves a runner on. */
export type LifeEvent =
  /** GitHub has registered it. */
  | 'registered'
  /** EC2 is being asked for its machine. */
  | 'asked'
  /** EC2's answer did not arrive. */
  | 'lost'
  /** EC2 has named its machine. */
  | 'named'
  /** GitHub said twice in a row that it is online. */
  | 'online'
  /** Refused, dead, late, cancelled, superseded, or simply over. */
  | 'failed'
  /** Machine and registration are seen to be gone, or there never were any. */
  | 'cleared';

const TRANSITIONS: Readonly<Record<LifeState, Partial<Record<LifeEvent, LifeState>>>> = {
  wanted: { registered: 'registered', failed: 'ending' },
  registered: { asked: 'asked', failed: 'ending' },
  asked: { lost: 'asked', asked: 'asked', named: 'starting', failed: 'ending' },
  starting: { online: 'online', failed: 'ending' },
  online: { failed: 'ending' },
  ending: { failed: 'ending', cleared: 'ended' },
  ended: {},
};

/**
 * The state after an event.
 * @throws Error if the event cannot happen in this state, which is a defect
 */
export function follow(state: LifeState, event: LifeEvent): LifeState {
  const next = TRANSITIONS[state][event];
  if (next === undefined) throw new Error(`A runner that is ${state} cannot be "${event}".`);
  return next;
}
