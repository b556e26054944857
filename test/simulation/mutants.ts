/**
 * The pure decisions, each one wrong in one place: the simulation is bundled with the
 * changed source and has to find out. A change that no longer fits its file fails loudly.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import type { seedThatShows } from './figures';
import type { Breakage } from './scenario';
import type { Fault } from './world';

const ROOT = resolve(__dirname, '../..');

/** A decision with one wrong place. */
export interface Mutant {
  /** What it does wrong. */
  readonly wrong: string;
  /** Path below `src/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The world in which it matters. */
  readonly breakage?: Breakage;
  readonly found: Fault;
}

const noFaults = { ec2Fault: 0, gitHubFault: 0, scarcity: 0, staleness: 0 };

/** Every launch has a twin, the first one is often killed, and its machine does not end by itself. */
const TWINS = { twins: 1, kills: 0.5, dead: 0.5, scheduler: 'none' } as const;

/** Every mutant, and what has to be found. */
export const MUTANTS: readonly Mutant[] = [
  {
    wrong: 'presence: no answer counts as absent',
    file: 'core/runner/presence.ts',
    from: "if (!answered) return 'unknown';",
    to: "if (!answered) return 'absent';",
    breakage: { habits: { ec2Fault: 0.3 } },
    found: 'unproven success',
  },
  {
    wrong: 'presence: a first look that shows nothing counts as absent',
    file: 'core/runner/presence.ts',
    from: 'lookedSeconds >= SETTLE_SECONDS',
    to: 'true',
    breakage: { habits: { staleness: 60 } },
    found: 'unproven success',
  },
  {
    wrong: 'presence: what shuts down counts as ended',
    file: 'core/runner/presence.ts',
    from: "state !== 'terminated'",
    to: "state !== 'terminated' && state !== 'shutting-down'",
    found: 'unproven success',
  },
  {
    wrong: 'overdue: a machine whose job runs counts as idle',
    file: 'core/runner/overdue.ts',
    from: "if (job === 'none') return end",
    to: "if (job !== 'unknown') return end",
    found: 'living job killed',
  },
  {
    wrong: 'overdue: the silence of GitHub about a run counts as its end',
    file: 'core/runner/overdue.ts',
    from: "if (run === 'unknown') return keep('GitHub does not say whether its run goes on');\n  const attempt",
    to: "if (run === 'unknown') return end('it is gone');\n  const attempt",
    breakage: { habits: { gitHubFault: 0.3 } },
    found: 'living job killed',
  },
  {
    wrong: 'overdue: an answer that is older than the machine counts',
    file: 'core/runner/overdue.ts',
    from: 'if (run.attempt < attempt) return keep',
    to: 'if (run.attempt < 0) return keep',
    breakage: { habits: { staleness: 1_200 } },
    found: 'living job killed',
  },
  {
    wrong: 'overdue: a time that is over does not count',
    file: 'core/runner/overdue.ts',
    from: "if (isOverdue(machine, ttl, now)) return end('its time to live is over');\n  if (run",
    to: 'if (run',
    breakage: {
      habits: { ...noFaults, dead: 1, kills: 1, scheduler: 'none' },
      noStop: true,
      reap: {
        github: (github) =>
          new Proxy(github, { get: (edge, key) => (key === 'workflowRun' ? async () => undefined : Reflect.get(edge, key, edge)) }),
      },
    },
    found: 'leak',
  },
  {
    wrong: 'claim: the older registration wins',
    file: 'core/runner/claim.ts',
    from: "return id > newest ? 'newer' : 'superseded';",
    to: "return id < newest ? 'newer' : 'superseded';",
    breakage: { habits: { ...noFaults, twins: 1 } },
    found: 'nobody won',
  },
  {
    wrong: "claim: a machine of another launcher is nobody's",
    file: 'core/runner/claim.ts',
    from: "return id > newest ? 'newer' : 'superseded';",
    to: "return 'other';",
    breakage: { habits: { ...noFaults, ...TWINS } },
    found: 'two machines',
  },
  {
    wrong: 'next try: a lost answer leads to a new token',
    file: 'core/runner/next-try.ts',
    from: "if (classes.every(heals)) {\n      const afterMs = backOffMs(sent, random);\n      return inTime(afterMs) ? { verdict: 'repeat', afterMs } : { verdict: 'give-up' };\n    }",
    to: 'if (classes.every(heals)) return next(target);',
    breakage: { habits: { ec2Fault: 0.3, dead: 1, scheduler: 'none' }, noStop: true },
    found: 'two machines',
  },
  {
    wrong: 'schedule: it comes before the end of the time to live',
    file: 'core/runner/schedule.ts',
    from: 'new Date(expires.getTime() + SCHEDULE_GRACE_SECONDS * 1000)',
    to: 'new Date(expires.getTime() - 3_600_000)',
    breakage: { habits: { ...noFaults, scheduler: 'works' } },
    found: 'living job killed',
  },
  {
    wrong: 'stop: a machine of this very attempt is left alone',
    file: 'runtime/runner/stop.ts',
    from: 'Number(tags[RUNNER_TAGS.attempt]) <= Number(facts.attempt)\n  );',
    to: 'Number(tags[RUNNER_TAGS.attempt]) < Number(facts.attempt)\n  );',
    found: 'unproven success',
  },
  {
    wrong: 'the machine carries no end of its time, and the reaper knows none',
    file: 'core/runner/overdue.ts',
    from: 'isLiving(machine.state) && expires !== undefined && now >= expires + REAP_GRACE_SECONDS * 1000',
    to: 'isLiving(machine.state) && expires !== undefined && now >= expires - 3_600_000',
    found: 'living job killed',
  },
];

/** Bundles the simulation with the change. @returns its `seedThatShows` @throws Error if the change does not fit the file */
export async function mutantSimulation({ file, from, to }: Mutant): Promise<typeof seedThatShows> {
  const target = join(ROOT, 'src', file);
  const source = readFileSync(target, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${file} does not have exactly one place that says: ${from}`);
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'figures.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'mutant',
        setup: (bundle) => {
          bundle.onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path === target ? { contents: source.replace(from, () => to), loader: 'ts' } : undefined,
          );
        },
      },
    ],
  });
  const module = { exports: {} as { seedThatShows: typeof seedThatShows } };
  const wrapper = new Script(`(function (module, exports, require) {${outputFiles[0].text}\n})`).runInThisContext() as (
    ...args: unknown[]
  ) => void;
  wrapper(module, module.exports, require);
  return module.exports.seedThatShows;
}
