import { describe, expect, it } from 'vitest';
import { launchDeadlineSeconds } from '../../../src/core/time-to-live';
import { Refusal } from '../../../src/runtime/failure';
import { TestWorld } from '../../models/context';
import { CAPACITY, expectNothingLeft, LAUNCH, pipeline } from './launch-worlds';

/** Nothing ever comes back. */
const never = () => new Promise<never>(() => undefined);

const CALLS = [
  ...['subnets', 'offerings', 'spotPrices', 'hasTemplate', 'createTemplate', 'createFleet', 'instances'].map((action) => ['ec2', action]),
  ...['register', 'runner', 'remove', 'runnerReleases'].map((action) => ['github', action]),
] as const;

/** A world in which all calls of a launch are made: a price limit, a leftover name, an old runner, a try that fails. */
function busyWorld(action: string): TestWorld {
  const world = new TestWorld();
  world.config = pipeline({ onDemandFallback: true, ...(action === 'offerings' ? {} : { maxBuildPrice: 5 }) });
  world.ec2().fleetErrors = [[CAPACITY]];
  world.github.online = () => false;
  return world;
}

/** Longest time between two lines, and from the start to the first. */
function listen(world: TestWorld): () => number {
  let [last, longest] = [world.clock.now(), 0];
  const note = () => {
    longest = Math.max(longest, world.clock.now() - last);
    last = world.clock.now();
  };
  world.said = note;
  return () => {
    note();
    return longest;
  };
}

describe('a call that hangs for ever', () => {
  it.each(CALLS)('does not outlive the deadline, nor is there silence: %s %s', async (service, action) => {
    for (const when of ['before', 'after'] as const) {
      const world = busyWorld(action);
      const side = service === 'ec2' ? world.ec2() : world.github;
      const silence = listen(world);
      const started = world.clock.now();
      side[when] = (name) => (name === action ? never() : undefined);
      const { code, stderr } = await world.run(...LAUNCH);
      expect(code).toBe(1);
      expect((world.clock.now() - started) / 1000).toBeLessThanOrEqual(launchDeadlineSeconds(world.config.timeToLive) + 5 + 7.5);
      expect(silence()).toBeLessThanOrEqual(15_000);
      if (!/Not everything could be undone/.test(stderr)) expectNothingLeft(world);
      expect(side.calls, stderr).toContain(action);
    }
  });

  it.each(CALLS)('does not delay the end after a signal: %s %s', async (service, action) => {
    for (const when of ['before', 'after'] as const) {
      const world = busyWorld(action);
      const side = service === 'ec2' ? world.ec2() : world.github;
      let cancelledAt = 0;
      side[when] = (name) => {
        if (name !== action) return undefined;
        if (cancelledAt === 0)
          world.clock.at(world.clock.now() + 1_000, () => {
            cancelledAt = world.clock.now();
            world.abort.abort(new Refusal('Ended by SIGTERM.'));
          });
        return never();
      };
      const { code, stderr } = await world.run(...LAUNCH);
      expect([code, stderr]).toEqual([1, expect.stringContaining('Ended by SIGTERM')]);
      expect(cancelledAt).toBeGreaterThan(0);
      expect(world.clock.now() - cancelledAt).toBeLessThanOrEqual(7_500);
      if (!/Not everything could be undone/.test(stderr)) expectNothingLeft(world);
    }
  });

  it('of a fleet request is asked again with the same token', async () => {
    const world = new TestWorld();
    world.ec2().after = (action, nth) => (action === 'createFleet' && nth === 1 ? never() : undefined);
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.ec2().working).toHaveLength(1);
  });

  it('of the list of releases does not keep a launch from its machine', async () => {
    const world = new TestWorld();
    world.github.before = (action) => (action === 'runnerReleases' ? never() : undefined);
    expect((await world.run(...LAUNCH)).code).toBe(0);
  });
});
