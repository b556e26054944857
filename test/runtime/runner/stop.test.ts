import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runnerIdentity } from '../../../src/core/identity';
import { STOP_DEADLINE_SECONDS } from '../../../src/core/time-to-live';
import { Refusal } from '../../../src/runtime/failure';
import { TestWorld, testConfig } from '../../models/context';

const STOP = ['stop', '--arch', 'amd64'];

function identity(overrides: Partial<Parameters<typeof runnerIdentity>[0]> = {}) {
  return runnerIdentity({
    repository: 'dianplus/tomcat',
    runId: '17654321098',
    attempt: '1',
    architecture: 'amd64',
    tryNumber: 1,
    ...overrides,
  });
}

describe('a stop', () => {
  it('ends the machine that the launch made, and what GitHub knows of it', async () => {
    const world = new TestWorld();
    await world.run('launch', '--arch', 'amd64');
    const { code, stdout } = await world.run(...STOP, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      stopped: true,
      instances: [{ region: 'us-east-1', state: 'terminated', type: 'c6i.large', reason: 'Client.UserInitiatedShutdown: User initiated' }],
      deaths: [{ cause: 'terminated' }],
      registration: { fate: 'ended', removed: [identity().name] },
    });
    expect(world.ec2().living).toEqual([]);
    expect(world.github.names).toEqual([]);
  });

  it('writes the proof to the outputs', async () => {
    const world = new TestWorld();
    const folder = mkdtempSync(join(tmpdir(), 'spot-image-test-'));
    world.env.GITHUB_OUTPUT = join(folder, 'output');
    world.env.GITHUB_STEP_SUMMARY = join(folder, 'summary');
    world.env.GITHUB_RUN_ATTEMPT = '2';
    const launchedAt = world.clock.now() - 600_000;
    const ids = [
      world
        .ec2()
        .add(identity().tags, 'terminated', { launchedAt: launchedAt - 600_000, transition: 'User initiated (2026-11-24 07:45:00 GMT)' }),
      world.ec2().add(identity({ attempt: '2' }).tags, 'running', { launchedAt, reasonCode: 'Server.SpotInstanceTermination' }),
    ];
    world.ec2().after = (action) => {
      if (action === 'instances') world.ec2().shutDown(world.ec2().machines[1], 'Server.SpotInstanceTermination', 'Spot took it');
    };
    await world.run(...STOP);
    // 5 and 10 minutes at $0.03, and as long a disk and an address
    expect(readFileSync(world.env.GITHUB_OUTPUT, 'utf8')).toBe(
      `instance-ids=${ids.join(',')}\nstopped=true\ncause-of-death=reclaimed\nseconds-lived=900\ncost-usd=0.0096\ncost-cny=0.064\n`,
    );
    const summary = readFileSync(world.env.GITHUB_STEP_SUMMARY, 'utf8');
    expect(summary).toContain('AWS took the Spot machine back');
    expect(summary).toContain('$0.0096 / ¥0.064, within the target of ¥0.05–0.1.');
    rmSync(folder, { recursive: true });
  });

  it('says "unknown" of a cost whose price nobody knows, and ends the machine all the same', async () => {
    const world = new TestWorld();
    world.ec2().price = undefined;
    world.ec2().add(identity().tags, 'running', { launchedAt: world.clock.now() });
    world.ec2().before = (action) => {
      if (action === 'console' || action === 'spotPrice') throw world.ec2().refusal('UnauthorizedOperation');
    };
    const { code, stdout } = await world.run(...STOP);
    expect([code, stdout]).toEqual([0, expect.stringContaining('cost unknown / unknown')]);
  });

  it("shows the guest's own last words, without what looks like a secret", async () => {
    const world = new TestWorld();
    const console = `login: x\nspot-image: failed: download runner\nspot-image: key ${'A1b2'.repeat(20)}\n`;
    world.ec2().add(identity().tags, 'terminated', { console, reasonCode: 'Client.InstanceInitiatedShutdown' });
    const { stderr, stdout } = await world.run(...STOP);
    expect(stderr).toContain('spot-image: failed: download runner');
    expect(stdout).toContain('failed: download runner');
    expect(stderr).not.toContain('A1b2A1b2');
    expect(stderr).not.toContain('login');
  });

  it('leaves the machine of a later attempt alone: it may come late', async () => {
    const world = new TestWorld();
    const later = world.ec2().add(identity({ attempt: '2' }).tags);
    world.github.add(identity({ attempt: '2' }).name);
    expect((await world.run(...STOP)).code).toBe(0);
    expect(world.ec2().living).toEqual([later]);
    expect(world.github.names).toHaveLength(1);
  });

  it('ends what has outlived its time, of whatever run', async () => {
    const world = new TestWorld();
    const expires = new Date(world.clock.now() - 301_000).toISOString();
    world.ec2().add({ ...identity({ runId: '7', architecture: 'arm64' }).tags, 'spot-image:expires': expires });
    expect((await world.run(...STOP)).code).toBe(0);
    expect(world.ec2().machines[0].state).not.toBe('running');
  });

  it('ends the machines of earlier attempts too, in all regions', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] } });
    world.env.GITHUB_RUN_ATTEMPT = '3';
    world.ec2('us-east-1').add(identity({ attempt: '1' }).tags);
    world.ec2('us-west-2').add(identity({ attempt: '3', tryNumber: 2 }).tags);
    expect((await world.run(...STOP)).code).toBe(0);
    expect([...world.regions.values()].flatMap((ec2) => ec2.living)).toEqual([]);
  });

  it('ends nothing that belongs to another run, repository or architecture', async () => {
    const world = new TestWorld();
    const others = [identity({ runId: '1' }), identity({ repository: 'dianplus/openresty' }), identity({ architecture: 'arm64' })];
    for (const { tags, name } of others) {
      world.ec2().add(tags);
      world.github.add(name);
    }
    world.github.add('a-runner-of-somebody');
    const before = [...world.github.names];
    expect((await world.run(...STOP)).code).toBe(0);
    expect(world.ec2().living).toHaveLength(others.length);
    // within one repository, runs and architectures are what names tell apart
    expect(world.github.names).toEqual(before.filter((name) => name !== identity().name));
  });

  it('waits until the machine is terminated', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.add(identity().tags);
    ec2.after = (action, nth) => {
      if (action === 'instances' && nth < 10 && ec2.machines[0].state === 'terminated') ec2.machines[0].state = 'shutting-down';
    };
    expect((await world.run(...STOP)).code).toBe(0);
    expect(ec2.calls.filter((call) => call === 'instances').length).toBeGreaterThanOrEqual(10);
  });

  it('needs two looks to say that there is no machine', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.after = (action, nth) => {
      if (action === 'instances' && nth === 1) ec2.add(identity().tags); // its tags were not seen yet
    };
    expect((await world.run(...STOP)).code).toBe(0);
    expect(ec2.living).toEqual([]);
  });

  it('is content with a machine that has ended by itself', async () => {
    const world = new TestWorld();
    world.ec2().add(identity().tags, 'terminated');
    expect((await world.run(...STOP)).code).toBe(0);
    expect(world.ec2().calls).not.toContain('terminate');
  });

  it('succeeds where there is nothing, and says so', async () => {
    expect(await new TestWorld().run(...STOP)).toMatchObject({ code: 0, stdout: expect.stringContaining('No machine of this run exists') });
  });
});

describe('a stop that cannot see', () => {
  it.each(['instances', 'terminate'])('goes on asking when %s fails for a while', async (action) => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.add(identity().tags);
    ec2.before = (name, nth) => {
      if (name === action && nth < 4) throw ec2.refusal('RequestLimitExceeded');
    };
    expect((await world.run(...STOP)).code).toBe(0);
    expect(ec2.living).toEqual([]);
  });

  it('never calls the unknown a success', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.before = () => {
      throw ec2.refusal('InternalError', 'try again');
    };
    const { code, stderr } = await world.run(...STOP);
    expect(code).toBe(1);
    expect(stderr).toMatch(/not proven.*InternalError.*spot-image:run-id = 17654321098/);
  });

  it('does not call a machine that will not end a success', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    const id = ec2.add(identity().tags);
    const started = world.clock.now();
    ec2.after = (action) => {
      if (action === 'instances') ec2.machines[0].state = 'shutting-down';
    };
    const { code, stderr } = await world.run(...STOP);
    expect(code).toBe(1);
    expect(stderr).toContain(`${id} is shutting-down`);
    expect(world.clock.now() - started).toBeLessThanOrEqual(480_000);
  });

  it('ends in time although EC2 never answers', async () => {
    const world = new TestWorld();
    world.ec2().before = (action) => (action === 'instances' ? new Promise(() => undefined) : undefined);
    const began = world.clock.now();
    const { code, stderr } = await world.run(...STOP);
    expect([code, stderr]).toEqual([1, expect.stringContaining('did not answer within')]);
    expect(world.clock.now() - began).toBeLessThanOrEqual(STOP_DEADLINE_SECONDS * 1000);
  });

  it('gives up at once where it may not look', async () => {
    const world = new TestWorld();
    const started = world.clock.now();
    world.ec2().before = () => {
      throw world.ec2().refusal('UnauthorizedOperation');
    };
    expect((await world.run(...STOP)).code).toBe(1);
    expect(world.clock.now()).toBe(started);
  });

  it('ends the machines of one region although another does not answer', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] } });
    world.ec2('us-west-2').add(identity().tags);
    world.ec2('us-east-1').before = () => {
      throw world.ec2().refusal('InternalError');
    };
    expect((await world.run(...STOP)).code).toBe(1);
    expect(world.ec2('us-west-2').living).toEqual([]);
  });

  it.each([500, 403, undefined])('ends the machine although GitHub answers %s, and warns', async (status) => {
    const world = new TestWorld();
    world.env.GITHUB_ACTIONS = 'true';
    world.ec2().add(identity().tags);
    world.github.before = () => {
      throw world.github.refusal(status);
    };
    const { code, stderr } = await world.run(...STOP);
    expect(code).toBe(0);
    expect(stderr).toContain('::warning::Whether GitHub still has a registration of this run is unknown');
    expect(world.ec2().living).toEqual([]);
  });

  it('ends the machine although there is no token for GitHub', async () => {
    const world = new TestWorld();
    world.env.RUNNER_TOKEN = '';
    world.ec2().add(identity().tags);
    const { code, stderr } = await world.run(...STOP);
    expect(code).toBe(0);
    expect(stderr).toContain('RUNNER_TOKEN is not set');
    expect(world.ec2().living).toEqual([]);
  });

  it('takes a registration that is gone for removed', async () => {
    const world = new TestWorld();
    world.github.add(identity().name);
    world.github.before = (action) => {
      if (action === 'remove') world.github.registered.splice(0);
    };
    expect(await world.run(...STOP)).toMatchObject({ code: 0, stdout: expect.stringContaining('No registration was left') });
  });

  it('has requested the termination before it is cancelled, and does not call that a proof', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.add(identity().tags);
    ec2.after = (action) => {
      if (action === 'terminate') world.abort.abort(new Refusal('Ended by SIGINT.'));
    };
    expect((await world.run(...STOP)).code).toBe(1);
    expect(ec2.machines[0].state).toBe('shutting-down');
  });
});

describe('a stop before which nobody answers', () => {
  const never = () => new Promise<void>(() => undefined);

  it.each(['instances', 'terminate'])('gives up a call of %s that hangs, and asks again', async (action) => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.add(identity().tags);
    ec2.before = (name, nth) => (name === action && nth < 3 ? never() : undefined);
    const started = world.clock.now();
    expect((await world.run(...STOP)).code).toBe(0);
    expect(ec2.living).toEqual([]);
    expect(world.clock.now() - started).toBeLessThan(120_000);
  });

  it('is not kept by a machine of another run whose end hangs', async () => {
    const world = new TestWorld();
    const expires = new Date(world.clock.now() - 400_000).toISOString();
    world.ec2().add({ ...identity({ runId: '7' }).tags, 'spot-image:expires': expires });
    world.ec2().before = (action) => (action === 'terminate' ? never() : undefined);
    const started = world.clock.now();
    expect(await world.run(...STOP)).toMatchObject({ code: 0, stderr: expect.stringContaining('could not be terminated') });
    expect(world.clock.now() - started).toBeLessThanOrEqual(120_000);
  });

  it('says in time that nothing is proven', async () => {
    const world = new TestWorld();
    world.ec2().before = never;
    world.github.before = never;
    const started = world.clock.now();
    const { code, stderr } = await world.run(...STOP);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/not proven.*did not answer/)]);
    // a cancelled run gives its last jobs five minutes
    expect(world.clock.now() - started).toBeLessThanOrEqual(300_000);
  });

  it('has its proof in time although GitHub, console, prices and leftovers hang', async () => {
    const world = new TestWorld();
    world.ec2().add(identity().tags, 'running', { launchedAt: world.clock.now() });
    world.ec2().before = (action) => (['instances', 'terminate'].includes(action) ? undefined : never());
    world.github.before = never;
    const started = world.clock.now();
    expect((await world.run(...STOP)).code).toBe(0);
    expect(world.clock.now() - started).toBeLessThanOrEqual(150_000);
  });
});

describe('what machines left behind', () => {
  const own = () => identity().tags;

  it('goes with them: templates of this launch, and volumes that no machine has', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.add(own());
    const others = [identity({ attempt: '2' }), identity({ runId: '7' }), identity({ architecture: 'arm64' })].map(({ tags }) => tags);
    ec2.leftTemplates.push(
      { id: 'lt-own', tags: own() },
      { id: 'lt-static', tags: {} },
      ...others.map((tags, i) => ({ id: `lt-${i}`, tags })),
    );
    ec2.leftVolumes.push({ id: 'vol-own', tags: own(), state: 'available' }, { id: 'vol-used', tags: own(), state: 'in-use' });
    expect(await world.run(...STOP)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/removed .*lt-own.*vol-own|removed .*vol-own.*lt-own/),
    });
    expect(ec2.leftTemplates.map(({ id }) => id)).toEqual(['lt-static', 'lt-0', 'lt-1', 'lt-2']);
    expect(ec2.leftVolumes.map(({ id }) => id)).toEqual(['vol-used']);
    expect(ec2.calls.filter((call) => call === 'removeVolume')).toHaveLength(1);
  });

  it('is only warned of where it cannot be removed', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.add(own());
    ec2.leftTemplates.push({ id: 'lt-own', tags: own() });
    ec2.before = (action) => {
      if (action === 'deleteTemplate' || action === 'taggedVolumes') throw ec2.refusal('UnauthorizedOperation');
    };
    const { code, stderr } = await world.run(...STOP);
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: lt-own could not be removed/);
    expect(stderr).toMatch(/warning: Whether volumes were left behind is unknown/);
  });

  it('is not touched while a machine may live', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.add(own());
    ec2.leftTemplates.push({ id: 'lt-own', tags: own() });
    ec2.after = (action) => {
      if (action === 'instances') ec2.machines[0].state = 'shutting-down';
    };
    expect((await world.run(...STOP)).code).toBe(1);
    expect(ec2.leftTemplates).toHaveLength(1);
  });
});

describe('a machine that was dead before', () => {
  const died = async (reasonCode: string) => {
    const world = new TestWorld();
    world.env.GITHUB_ACTIONS = 'true';
    world.ec2().add(identity().tags, 'terminated', { reasonCode });
    return (await world.run(...STOP)).stderr;
  };

  it('is annotated with the cause of its death, for the run that was cancelled with it', async () => {
    expect(await died('Server.SpotInstanceTermination')).toContain('::warning::amd64: AWS took the Spot machine back');
  });

  it('is annotated also where it was terminated by somebody else', async () => {
    expect(await died('Client.UserInitiatedShutdown')).toMatch(/::warning::i-.* was dead before this stop: /);
  });

  it("is not, if it is an earlier attempt's, or one of several that launch has ended", async () => {
    const world = new TestWorld();
    world.env.GITHUB_ACTIONS = 'true';
    world.ec2().add(identity({ attempt: '1' }).tags, 'terminated', { reasonCode: 'Client.UserInitiatedShutdown' });
    world.env.GITHUB_RUN_ATTEMPT = '2';
    world.ec2().add(identity({ attempt: '2' }).tags, 'terminated', { reasonCode: 'Client.UserInitiatedShutdown' });
    world.ec2().add(identity({ attempt: '2' }).tags);
    expect((await world.run(...STOP)).stderr).not.toContain('dead before');
  });

  it('is not, if it powered itself off after its job', async () => {
    expect(await died('Client.InstanceInitiatedShutdown')).not.toContain('::warning::amd64');
  });

  it('is not, if this stop has ended it', async () => {
    const world = new TestWorld();
    world.env.GITHUB_ACTIONS = 'true';
    world.ec2().add(identity().tags);
    expect((await world.run(...STOP)).stderr).not.toMatch(/::warning::amd64|dead before/);
  });
});
