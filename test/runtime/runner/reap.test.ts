import { describe, expect, it } from 'vitest';
import { RUNNER_TAGS, runnerIdentity } from '../../../src/core/identity';
import { TestWorld, testConfig } from '../../models/context';

const MINUTE = 60_000;

function identity(runId: string, attempt = '1') {
  return runnerIdentity({ repository: 'dianplus/tomcat', runId, attempt, architecture: 'amd64', tryNumber: 1 });
}

/** A world with a machine of run 7, launched some minutes ago, and what GitHub says of the run. */
function worldWith(minutes: number, run?: { finished: boolean; attempt: number }) {
  const world = new TestWorld();
  world.env.GITHUB_TOKEN = 'ghs_of-the-job';
  const launchedAt = world.clock.now() - minutes * MINUTE;
  const expires = new Date(launchedAt + world.config.timeToLive.totalSeconds * 1000).toISOString();
  const id = world.ec2().add({ ...identity('7').tags, [RUNNER_TAGS.expires]: expires }, 'running', { launchedAt });
  if (run) world.github.workflowRuns.set('7', run);
  return { world, id };
}

const ACTIVE = { finished: false, attempt: 1 };
const FINISHED = { finished: true, attempt: 1 };

describe('a reaper', () => {
  it('ends the machine of a run that is finished, and removes its ghost', async () => {
    const { world } = worldWith(5, FINISHED);
    world.github.add(identity('7').name);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.ec2().working).toEqual([]);
    // the registration goes with the next look, when the machine is seen to be gone
    expect((await world.run('reap')).code).toBe(0);
    expect(world.github.names).toEqual([]);
  });

  it('only says so in a dry run', async () => {
    const { world, id } = worldWith(5, FINISHED);
    const { code, stdout, stderr } = await world.run('reap', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, judged: [{ name: id, due: true, why: 'its run is finished', ended: false }] });
    expect(stderr).toContain(`machine ${id} is to be ended`);
    expect(world.ec2().calls).not.toContain('terminate');
  });

  it.each([
    ['true', true],
    ['false', false],
    ['', false],
  ])("takes the workflow's input for it: %j", async (input, dryRun) => {
    const { world } = worldWith(5, FINISHED);
    world.env.DRY_RUN = input;
    expect(JSON.parse((await world.run('reap', '--json')).stdout).dryRun).toBe(dryRun);
    expect(world.ec2().calls.includes('terminate')).toBe(!dryRun);
  });

  it('ends a machine to which no job came', async () => {
    const { world } = worldWith(20, ACTIVE);
    world.github.add(identity('7').name);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.ec2().working).toEqual([]);
  });

  it.each([
    ['its runner is busy', (world: TestWorld) => void world.github.add(identity('7').name, { online: true, busy: true })],
    [
      'its runner was online at one of two looks',
      (world: TestWorld) => {
        const id = world.github.add(identity('7').name, { online: true });
        world.github.after = (action, nth) => {
          const runner = world.github.registered.find((one) => one.id === id);
          if (action === 'runners' && nth === 1 && runner) runner.online = false;
        };
      },
    ],
    [
      'a job of the run is on it',
      (world: TestWorld) => void world.github.runJobs.set('7', [{ status: 'in_progress', runner: identity('7').name }]),
    ],
  ])('leaves a machine alone while %s', async (_why, arrange) => {
    const { world, id } = worldWith(20, ACTIVE);
    arrange(world);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.ec2().working).toEqual([id]);
  });

  it.each(['workflowRun', 'runners', 'jobs'])('takes no error of GitHub for an answer: %s', async (call) => {
    const { world, id } = worldWith(20, ACTIVE);
    world.github.before = (action) => {
      if (action === call) throw world.github.refusal(502);
    };
    const { code, stderr } = await world.run('reap');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Not everything could be seen')]);
    expect(world.ec2().working).toEqual([id]);
  });

  it('takes "not found" of a run for unknown: it also means "you may not"', async () => {
    const { world, id } = worldWith(20);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.ec2().working).toEqual([id]);
  });

  it('ends without any word from GitHub what has outlived its time', async () => {
    const { world } = worldWith(100, ACTIVE);
    world.github.before = () => {
      throw world.github.refusal(undefined);
    };
    expect((await world.run('reap')).code).toBe(1);
    expect(world.ec2().working).toEqual([]);
  });

  it('goes on in other regions where one does not answer, and removes no registration then', async () => {
    const { world } = worldWith(5, FINISHED);
    world.config = testConfig({ pipeline: { regions: [{ name: 'eu-west-1' }, { name: 'us-east-1' }] } });
    world.github.workflowRuns.set('8', FINISHED);
    world.github.add(identity('8').name);
    world.ec2('eu-west-1').before = () => {
      throw world.ec2('eu-west-1').refusal('InternalError');
    };
    expect((await world.run('reap')).code).toBe(1);
    expect(world.ec2('us-east-1').working).toEqual([]);
    expect(world.github.names).toEqual([identity('8').name]);
  });

  it('touches neither machines nor runners of others', async () => {
    const { world } = worldWith(5, FINISHED);
    const other = world.ec2().add({ ...identity('7').tags, [RUNNER_TAGS.repository]: 'dianplus/openresty' });
    world.github.add('a-runner-of-somebody');
    await world.run('reap');
    expect(world.ec2().working).toEqual([other]);
    expect(world.github.names).toEqual(['a-runner-of-somebody']);
  });
});
