import { type Breakage, runScenario, type Verdict } from './scenario';
import type { Fault } from './world';

/** What many scenarios came to. */
export interface Figures {
  readonly scenarios: number;
  readonly machines: number;
  readonly jobs: number;
  /** How many scenarios are to be blamed for each fault. */
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  /** The first scenarios that went wrong. */
  readonly failed: readonly Verdict[];
  readonly overstay: Verdict['overstay'];
}

const SHOWN = 5;

/** Runs scenario after scenario. */
export async function simulate(first: number, count: number, breakage?: Breakage): Promise<Figures> {
  const faults: Partial<Record<Fault, number>> = {};
  const failed: Verdict[] = [];
  let [machines, jobs, reaped, alone] = [0, 0, 0, 0];
  for (let seed = first; seed < first + count; seed++) {
    const verdict = await runScenario(seed, breakage);
    machines += verdict.machines;
    jobs += verdict.jobs;
    reaped = Math.max(reaped, verdict.overstay.reaped);
    alone = Math.max(alone, verdict.overstay.alone);
    for (const fault of new Set(verdict.faults.map((one) => one.fault))) faults[fault] = (faults[fault] ?? 0) + 1;
    if (verdict.faults.length > 0 && failed.length < SHOWN) failed.push(verdict);
  }
  return { scenarios: count, machines, jobs, faults, failed, overstay: { reaped, alone } };
}

/** Figures of several shares as one. */
export function together(shares: readonly Figures[]): Figures {
  const sum = (of: (share: Figures) => number) => shares.reduce((all, share) => all + of(share), 0);
  const longest = (of: (share: Figures) => number) => Math.max(...shares.map(of));
  const faults: Partial<Record<Fault, number>> = {};
  for (const share of shares) {
    for (const [fault, count] of Object.entries(share.faults)) faults[fault as Fault] = (faults[fault as Fault] ?? 0) + count;
  }
  return {
    scenarios: sum((share) => share.scenarios),
    machines: sum((share) => share.machines),
    jobs: sum((share) => share.jobs),
    faults,
    failed: shares.flatMap((share) => share.failed).slice(0, SHOWN),
    overstay: { reaped: longest((share) => share.overstay.reaped), alone: longest((share) => share.overstay.alone) },
  };
}

/** The first seed, of so many, that shows a fault; undefined if none does. */
export async function seedThatShows(fault: Fault, count: number, breakage: Breakage): Promise<number | undefined> {
  for (let seed = 1; seed <= count; seed++) {
    const { faults } = await runScenario(seed, breakage);
    if (faults.some((one) => one.fault === fault)) return seed;
  }
  return undefined;
}

/** The closing line. */
export function figuresLine({ scenarios, machines, jobs, faults, overstay }: Figures): string {
  const kinds = { leak: 'leaks', 'living job killed': 'living jobs killed', 'secret seen': 'secrets seen' } as const;
  const named = Object.entries(kinds).map(([fault, words]) => `${faults[fault as Fault] ?? 0} ${words}`);
  const rest = (['unproven success', 'two machines', 'nobody won', 'late end', 'left behind', 'waits for nobody', 'defect'] as const).map(
    (fault) => `${faults[fault] ?? 0} ${fault}`,
  );
  return `${scenarios} scenarios, ${named.join(', ')}, ${rest.join(', ')}; ${machines} machines, ${jobs} jobs, longest overstay ${Math.round(overstay.reaped)} s, without a reaper ${Math.round(overstay.alone)} s`;
}
