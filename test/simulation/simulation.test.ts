import { describe, expect, it } from 'vitest';
import { BREAKAGES, ONLY_SCHEDULE } from './breakages';
import { figuresLine, seedThatShows, simulate } from './figures';
import { MUTANTS, mutantSimulation } from './mutants';
import { runScenario } from './scenario';

/** On a busy machine; on an idle one it is two seconds. */
const LONGEST_MS = 120_000;

describe('the life of runners', () => {
  it(
    'has no fault in some hundred scenarios',
    async () => {
      const figures = await simulate(1, 300);
      expect(figures.failed, figuresLine(figures)).toEqual([]);
      // a simulation in which nothing happens proves nothing
      expect(figures.machines).toBeGreaterThan(300);
      expect(figures.jobs).toBeGreaterThan(100);
    },
    LONGEST_MS,
  );

  it('repeats with the same seed', async () => {
    for (const seed of [3, 31, 58]) expect(await runScenario(seed)).toEqual(await runScenario(seed));
    expect(await runScenario(1)).not.toEqual({ ...(await runScenario(2)), seed: 1 });
  });

  it(
    'ends every machine by the schedule alone, if timers, stop and reaper are all missing',
    async () => {
      const figures = await simulate(1, 200, ONLY_SCHEDULE);
      expect(figures.faults, figuresLine(figures)).toEqual({});
      expect(figures.machines).toBeGreaterThan(100);
      // it came after the time to live, by its grace and the time in which a machine shuts down
      expect(figures.overstay.alone).toBeGreaterThan(0);
    },
    LONGEST_MS,
  );

  it.each(BREAKAGES)(
    'is found out with %s',
    async (_missing, breakage, found) => {
      expect(await seedThatShows(found, 600, breakage)).toBeDefined();
    },
    LONGEST_MS,
  );

  it.each(MUTANTS)(
    'is found out with a decision that is wrong: $wrong',
    async (mutant) => {
      const find = await mutantSimulation(mutant);
      expect(await find(mutant.found, 600, mutant.breakage ?? {})).toBeDefined();
    },
    LONGEST_MS,
  );
});
