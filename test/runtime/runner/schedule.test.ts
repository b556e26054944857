import { describe, expect, it } from 'vitest';
import { RUNNER_TAGS, runnerIdentity } from '../../../src/core/identity';
import { scheduleName, schedulePrefix } from '../../../src/core/runner/schedule';
import { Refusal } from '../../../src/runtime/failure';
import { TestWorld, testConfig } from '../../models/context';

const ROLE = 'arn:aws:iam::123456789012:role/spot-image-scheduler';
const REPOSITORY = 'dianplus/tomcat';
const RUN = { repository: REPOSITORY, runId: '17654321098', architecture: 'amd64' };
const LAUNCH = ['launch', '--arch', 'amd64'];
const STOP = ['stop', '--arch', 'amd64'];
const { tags, name: NAME } = runnerIdentity({ ...RUN, attempt: '1', tryNumber: 1 });

function worldWithRole(): TestWorld {
  const world = new TestWorld();
  world.env.SCHEDULER_ROLE_ARN = ROLE;
  world.env.GITHUB_TOKEN = 'ghs_of-the-job';
  return world;
}

const named = (world: TestWorld) => [...world.scheduler().schedules.keys()];

describe('a launch', () => {
  it('plans the end of its machine, two minutes after its time', async () => {
    const world = worldWithRole();
    expect((await world.run(...LAUNCH)).code).toBe(0);
    const [machine] = world.ec2().machines;
    expect([...world.scheduler().schedules.values()]).toMatchObject([
      {
        name: scheduleName(REPOSITORY, machine.id),
        instanceId: machine.id,
        at: new Date(Date.parse(machine.tags[RUNNER_TAGS.expires]) + 120_000),
        roleArn: ROLE,
        description: expect.stringMatching(new RegExp(`${machine.id}.*${NAME}.*${REPOSITORY}`)),
      },
    ]);
  });

  it('is ended by its plan alone, if nobody else does it', async () => {
    const world = worldWithRole();
    await world.run(...LAUNCH);
    const { timeToLive } = world.config;
    await world.clock.sleep((timeToLive.totalSeconds + 119) * 1000);
    // the launch itself has taken some seconds of it
    await world.clock.sleep(1_000);
    expect(world.ec2().working).toEqual([]);
    expect(named(world)).toEqual([]);
  });

  it.each([
    ['AccessDeniedException', /lacks a permission/],
    ['TimeoutError', /did not answer/],
  ])('only warns, with the mend, when AWS answers %s', async (code, mend) => {
    const world = worldWithRole();
    world.scheduler().before = () => {
      throw world.scheduler().refusal(code);
    };
    const { code: exit, stderr } = await world.run(...LAUNCH);
    expect(exit).toBe(0);
    expect(stderr).toMatch(/warning: No schedule ends i-.* from outside/);
    expect(stderr).toMatch(mend);
  });

  it('does not wait for a scheduler that never answers longer than 20 s', async () => {
    const world = worldWithRole();
    const started = world.clock.now();
    world.scheduler().before = () => new Promise(() => undefined);
    const { code, stderr } = await world.run(...LAUNCH);
    expect([code, stderr]).toEqual([0, expect.stringContaining('did not answer within 20 s')]);
    expect(world.clock.now() - started).toBeLessThanOrEqual(25_000);
  });

  it('is online no later for it', async () => {
    const [plain, slow] = [new TestWorld(), worldWithRole()];
    const started = plain.clock.now();
    for (const world of [plain, slow]) world.github.online = (look) => look > 5;
    slow.scheduler().before = () => slow.clock.sleep(10_000);
    await plain.run(...LAUNCH);
    await slow.run(...LAUNCH);
    expect(slow.clock.now() - started).toBe(plain.clock.now() - started);
  });

  it('says once that the role is missing, and plans nothing', async () => {
    const world = worldWithRole();
    world.env.SCHEDULER_ROLE_ARN = '';
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(0);
    expect(stderr.match(/AWS_SCHEDULER_ROLE_ARN/g)).toHaveLength(1);
    expect(world.schedulers.size).toBe(0);
  });

  it.each([
    ['the config wants none', { endBySchedule: false }],
    ['the region has none', { regions: [{ name: 'us-east-9' }] }],
  ])('plans nothing, and warns of nothing, where %s', async (_why, pipeline) => {
    const world = worldWithRole();
    world.config = testConfig({ pipeline });
    for (const role of [ROLE, '']) {
      world.env.SCHEDULER_ROLE_ARN = role;
      world.env.GITHUB_RUN_ID = role ? '1' : '2';
      const { code, stderr } = await world.run(...LAUNCH);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('schedule')]);
    }
    expect(world.schedulers.size).toBe(0);
  });

  it('takes the plan back when it is undone, also one that is just being made', async () => {
    for (const delay of [0, 2_000]) {
      const world = worldWithRole();
      world.github.online = () => false;
      world.scheduler().before = (action) => (action === 'create' ? world.clock.sleep(delay) : undefined);
      world.clock.at(world.clock.now() + 1_000, () => world.abort.abort(new Refusal('Ended by SIGINT.')));
      expect((await world.run(...LAUNCH)).code).toBe(1);
      await world.clock.sleep(10_000); // what was on its way has arrived
      expect(world.scheduler().calls).toEqual(['create', 'remove']);
      expect(named(world)).toEqual([]);
    }
  });

  it('leaves the plan where the machine could not be ended: that is what it is for', async () => {
    const world = worldWithRole();
    world.github.online = () => false;
    world.ec2().before = (action) => {
      if (action === 'terminate') throw world.ec2().refusal('InternalError');
    };
    expect((await world.run(...LAUNCH)).code).toBe(1);
    expect(named(world)).toHaveLength(1);
  });

  it('is undone within 7 s although no schedule can be removed', async () => {
    const world = worldWithRole();
    world.github.online = () => false;
    const at = world.clock.now() + 1_000;
    world.scheduler().before = (action) => (action === 'remove' ? new Promise(() => undefined) : undefined);
    world.clock.at(at, () => world.abort.abort(new Refusal('Ended by SIGINT.')));
    expect((await world.run(...LAUNCH)).code).toBe(1);
    expect(world.clock.now() - at).toBeLessThanOrEqual(7_000);
    expect(world.ec2().working).toEqual([]);
  });
});

describe('a stop', () => {
  it('removes the schedule when the machine is terminated, and not before', async () => {
    const world = worldWithRole();
    await world.run(...LAUNCH);
    const states: string[] = [];
    world.scheduler().before = (action) => {
      if (action === 'remove') states.push(world.ec2().machines[0].state);
    };
    expect((await world.run(...STOP)).code).toBe(0);
    expect(states).toEqual(['terminated']);
    expect(named(world)).toEqual([]);
  });

  it('keeps the schedule of a machine that will not end', async () => {
    const world = worldWithRole();
    await world.run(...LAUNCH);
    world.ec2().after = (action) => {
      if (action === 'instances') world.ec2().machines[0].state = 'shutting-down';
    };
    expect((await world.run(...STOP)).code).toBe(1);
    expect(named(world)).toHaveLength(1);
  });

  it('is content where the schedule is gone, and warns where it cannot be removed', async () => {
    const world = worldWithRole();
    world.ec2().add(tags, 'terminated');
    expect((await world.run(...STOP)).stderr).not.toContain('schedule');
    world.scheduler().before = () => {
      throw world.scheduler().refusal('AccessDeniedException');
    };
    const { code, stderr } = await world.run(...STOP);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/warning: The schedule that ends i-.*could not be removed.*lacks a permission/),
    ]);
  });
});

describe('a reaper', () => {
  it('removes the schedules of machines that are gone, and keeps the others', async () => {
    const world = worldWithRole();
    const ec2 = world.ec2();
    const plan = (instanceId: string, of = REPOSITORY) =>
      world.scheduler().create({
        name: scheduleName(of, instanceId),
        instanceId,
        at: new Date(world.clock.now() + 9_999_000),
        roleArn: ROLE,
        description: '',
      });
    const gone = ec2.add(tags, 'terminated');
    const living = ec2.add({ ...tags, [RUNNER_TAGS.expires]: new Date(world.clock.now() + 9_000_000).toISOString() });
    for (const id of [gone, living, 'i-vanished']) await plan(id);
    await plan('i-of-another', 'dianplus/openresty');
    await world.clock.sleep(900_000);
    await plan('i-not-seen-yet');
    world.github.workflowRuns.set(RUN.runId, { finished: false, attempt: 1 });

    const { stderr } = await world.run('reap', '--dry-run');
    expect(stderr).toContain(`us-east-1: schedule ${scheduleName(REPOSITORY, gone)} is to be removed: its machine is terminated.`);
    expect(named(world)).toHaveLength(5);

    expect((await world.run('reap')).code).toBe(0);
    expect(named(world)).toEqual([
      scheduleName(REPOSITORY, living),
      scheduleName('dianplus/openresty', 'i-of-another'),
      scheduleName(REPOSITORY, 'i-not-seen-yet'),
    ]);
  });

  it('removes none where EC2 does not answer', async () => {
    const world = worldWithRole();
    await world
      .scheduler()
      .create({ name: scheduleName(REPOSITORY, 'i-1'), instanceId: 'i-1', at: new Date(4e12), roleArn: ROLE, description: '' });
    await world.clock.sleep(3_600_000);
    world.ec2().before = () => {
      throw world.ec2().refusal('InternalError');
    };
    expect((await world.run('reap')).code).toBe(1);
    expect(named(world)).toHaveLength(1);
  });

  it('says so where schedules cannot be seen, and asks for none without the role', async () => {
    const world = worldWithRole();
    world.scheduler().before = () => {
      throw world.scheduler().refusal('AccessDeniedException');
    };
    expect(await world.run('reap')).toMatchObject({ code: 1, stderr: expect.stringContaining('AccessDeniedException') });
    world.env.SCHEDULER_ROLE_ARN = undefined;
    expect((await world.run('reap')).code).toBe(0);
  });

  it('lists by the prefix of its repository', async () => {
    const world = worldWithRole();
    let asked = '';
    const { list } = world.scheduler();
    world.scheduler().list = (prefix) => {
      asked = prefix;
      return list.call(world.scheduler(), prefix);
    };
    await world.run('reap');
    expect(asked).toBe(schedulePrefix(REPOSITORY));
  });
});
