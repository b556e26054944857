import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RUNNER_TAGS, runTags } from '../../../src/core/identity';
import { Refusal } from '../../../src/runtime/failure';
import { TestWorld, testConfig } from '../../models/context';
import { JIT_SECRET } from '../../models/github';

const NAME = 'spot-17654321098-1-amd64-1';
const RUN = { repository: 'dianplus/tomcat', runId: '17654321098', architecture: 'amd64' };
const LAUNCH = ['launch', '--arch', 'amd64'];

const CAPACITY = { code: 'InsufficientInstanceCapacity', message: 'none left', type: 'c7i.large' };

/** Every call of a straight launch in which something can go wrong. */
const EC2_CALLS = ['subnets', 'offerings', 'hasTemplate', 'createTemplate', 'createFleet'];

function expectNothingLeft(world: TestWorld): void {
  for (const ec2 of world.regions.values())
    expect(ec2.machines.filter(({ state }) => !['shutting-down', 'terminated'].includes(state))).toEqual([]);
  expect(world.github.names).toEqual([]);
}

describe('a launch', () => {
  it('gives a machine whose runner is online, and says which', async () => {
    const world = new TestWorld();
    const folder = mkdtempSync(join(tmpdir(), 'spot-image-test-'));
    world.env.GITHUB_OUTPUT = join(folder, 'output');
    appendFileSync(world.env.GITHUB_OUTPUT, 'earlier=1\n');
    const { code, stdout } = await world.run(...LAUNCH, '--json');
    expect(code).toBe(0);
    const [machine] = world.ec2().machines;
    expect(JSON.parse(stdout)).toEqual({
      label: NAME,
      'runner-name': NAME,
      'instance-id': machine.id,
      'instance-type': 'c6i.large',
      region: 'us-east-1',
      market: 'spot',
      attempt: '1',
      expires: machine.tags[RUNNER_TAGS.expires],
      zone: 'us-east-1a',
      nonce: expect.stringMatching(/^[A-Za-z0-9]{16,64}$/),
      tries: [{ region: 'us-east-1', market: 'spot', outcome: 'online', seconds: 3, why: `${machine.id} (c6i.large)` }],
    });
    const [earlier, ...lines] = readFileSync(world.env.GITHUB_OUTPUT, 'utf8').trim().split('\n');
    expect(earlier).toBe('earlier=1');
    const outputs = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    const json = JSON.parse(stdout);
    expect(outputs).toEqual({ ...json, tries: JSON.stringify(json.tries) });
    rmSync(folder, { recursive: true });
  });

  it('takes five calls of EC2, six where the template is missing', async () => {
    const world = new TestWorld();
    await world.run(...LAUNCH);
    const first = world.ec2().calls.splice(0);
    expect(first.sort()).toEqual(['createFleet', 'createTemplate', 'hasTemplate', 'instances', 'offerings', 'subnets']);
    world.env.GITHUB_RUN_ID = '2';
    await world.run(...LAUNCH);
    expect(world.ec2().calls.sort()).toEqual(['createFleet', 'hasTemplate', 'instances', 'offerings', 'subnets']);
    expect(world.ec2().templates.size).toBe(1);
  });

  it('asks for every type in every zone that offers it', async () => {
    const world = new TestWorld();
    world.config = testConfig({ architectures: [{ name: 'arm64', spot: { families: ['c7g', 'c8g'] } }] });
    world.ec2().missingTypes = ['c8g.large'];
    await world.run('launch', '--arch', 'arm64');
    expect(world.ec2().requests[0].candidates.map(({ type, subnet }) => `${type} ${subnet}`)).toEqual([
      'c7g.large subnet-a',
      'c7g.large subnet-b',
      'c7g.large subnet-c',
    ]);
    expect(world.ec2().requests[0].image).toMatch(/^resolve:ssm:.*-arm64$/);
  });

  it('can be found by the tags of its run, which say when it ends', async () => {
    const world = new TestWorld();
    const started = world.clock.now();
    await world.run(...LAUNCH);
    const { tags } = world.ec2().requests[0];
    expect(tags).toMatchObject({ ...runTags(RUN), [RUNNER_TAGS.attempt]: '1' });
    expect(Date.parse(tags[RUNNER_TAGS.expires])).toBe(started + world.config.timeToLive.totalSeconds * 1000);
  });

  it('registers the runner under its own label only', async () => {
    const world = new TestWorld();
    await world.run(...LAUNCH);
    expect(world.github.registered.map(({ labels }) => labels)).toEqual([[NAME]]);
    expect(world.tokens).toEqual(['ghs_token-of-the-app']);
  });

  it('shows the secret to the machine and to nobody else', async () => {
    const world = new TestWorld();
    const { stdout, stderr } = await world.run(...LAUNCH, '--json');
    expect(world.ec2().requests[0].userData).toContain(JIT_SECRET);
    expect(stdout + stderr + JSON.stringify(world.ec2().machines[0].tags)).not.toContain(JIT_SECRET);
    expect(stdout + stderr).not.toContain('ghs_token-of-the-app');
  });

  it('takes a runner for online when two looks in a row say so', async () => {
    const world = new TestWorld();
    const flapping = [false, true, false, true, true];
    world.github.online = (look) => flapping[look - 1] ?? false;
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.github.calls.filter((call) => call === 'runner')).toHaveLength(flapping.length);
  });

  it('goes on while GitHub does not answer', async () => {
    const world = new TestWorld();
    world.github.before = (action, nth) => {
      if (action === 'runner' && nth <= 5) throw world.github.refusal(nth % 2 ? 502 : undefined);
    };
    expect((await world.run(...LAUNCH)).code).toBe(0);
  });

  it('replaces a registration that an earlier launch of the same name left', async () => {
    const world = new TestWorld();
    const leftover = world.github.add(NAME);
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.github.registered.map(({ id }) => id)).not.toContain(leftover);
    expect(world.github.names).toEqual([NAME]);
  });

  it('uses the subnets of the config', async () => {
    const world = new TestWorld();
    world.config = testConfig({
      pipeline: { regions: [{ name: 'eu-central-1', subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] }] },
    });
    expect((await world.run(...LAUNCH)).code).toBe(0);
    const ec2 = world.ec2('eu-central-1');
    expect(new Set(ec2.requests[0].candidates.map(({ subnet }) => subnet))).toEqual(new Set(['subnet-0123456789abcdef0']));
    expect([...ec2.templates.values()][0].NetworkInterfaces?.[0].Groups).toEqual(['sg-0123456789abcdef0']);
  });

  it('goes to the next region where the first has no capacity, and only then', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] } });
    world.ec2().fleetErrors = [[CAPACITY]];
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(0);
    expect(world.ec2('us-west-2').living).toHaveLength(1);
    expect(stderr).toContain('No machine in us-east-1, spot: InsufficientInstanceCapacity (c7i.large)');
  });

  it('keeps one machine of several', async () => {
    const world = new TestWorld();
    world.ec2().generosity = 3;
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.ec2().machines.map(({ state }) => state)).toEqual(['pending', 'shutting-down', 'shutting-down']);
  });

  it('finds the machine of a request whose answer was lost, and never asks elsewhere', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] } });
    world.ec2().after = (action) => {
      if (action === 'createFleet') throw world.ec2().refusal('TimeoutError');
    };
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.ec2().machines.map(({ state }) => state)).toEqual(['pending']);
    expect(world.ec2('us-west-2').requests).toEqual([]);
  });

  it('takes no later "no" for an answer to a request that may have been heard', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] } });
    const ec2 = world.ec2();
    ec2.after = (action, nth) => {
      if (action === 'createFleet' && nth === 1) throw ec2.refusal('TimeoutError');
    };
    // the quota is used up by the very machine that nobody has heard of, and looking for it fails too
    ec2.before = (action, nth) => {
      if (action === 'createFleet' && nth === 2) throw ec2.refusal('MaxSpotInstanceCountExceeded');
      if (action === 'instances' && ec2.machines.length > 0 && ec2.calls.filter((call) => call === 'createFleet').length < 2)
        throw ec2.refusal('RequestLimitExceeded');
    };
    expect((await world.run(...LAUNCH)).code).toBe(1);
    expect(world.ec2('us-west-2').requests).toEqual([]);
    expect(ec2.working).toEqual([]);
  });

  it('says that a machine may live where EC2 never answered and shows none', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.hidden = true;
    ec2.after = (action) => {
      if (action !== 'createFleet') return;
      world.clock.sleep(1_000).then(() => world.abort.abort(new Refusal('Ended by SIGTERM.')));
      return new Promise<void>(() => undefined);
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect([code, stderr]).toEqual([1, expect.stringContaining('EC2 did not say whether it has launched a machine')]);
  });

  it('asks again with the same token and the same registration where the machine is not seen yet', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.hidden = true;
    ec2.after = (action, nth) => {
      if (action === 'createFleet' && nth < 3) throw ec2.refusal('ECONNRESET');
    };
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(ec2.requests).toHaveLength(3);
    expect(new Set(ec2.requests.map((request) => JSON.stringify(request))).size).toBe(1);
    expect(ec2.machines).toHaveLength(1);
  });

  it('backs off, with jitter, where EC2 throttles', async () => {
    const world = new TestWorld();
    const at: number[] = [];
    world.ec2().before = (action, nth) => {
      if (action !== 'createFleet') return;
      at.push(world.clock.now());
      if (nth < 4) throw world.ec2().refusal('RequestLimitExceeded');
    };
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(at.slice(1).map((ms, i) => ms - at[i])).toEqual([750, 1500, 3000]);
  });

  it('asks for a machine on demand after every region, if the config allows it', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }], onDemandFallback: true } });
    world.ec2().fleetErrors = [[CAPACITY]];
    world.ec2('us-west-2').fleetErrors = [[CAPACITY]];
    const { code, stdout } = await world.run(...LAUNCH, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ market: 'on-demand', region: 'us-east-1', label: 'spot-17654321098-1-amd64-3' });
    expect(world.ec2().requests.map(({ market }) => market)).toEqual(['spot', 'on-demand']);
    expect(world.github.names).toEqual(['spot-17654321098-1-amd64-3']);
  });

  it('waits for Spot capacity to come back, and never longer than its deadline', async () => {
    const world = new TestWorld();
    world.ec2().fleetErrors = [[CAPACITY], [CAPACITY]];
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(new Set(world.ec2().requests.map(({ clientToken }) => clientToken)).size).toBe(3);
  });

  it('ends what has outlived its time, of whatever run, and no other', async () => {
    const world = new TestWorld();
    const other = { ...runTags({ ...RUN, runId: '99' }), [RUNNER_TAGS.attempt]: '1' };
    const at = (ms: number) => new Date(world.clock.now() + ms).toISOString();
    const overdue = world.ec2().add({ ...other, [RUNNER_TAGS.expires]: at(-301_000) });
    const inGrace = world.ec2().add({ ...other, [RUNNER_TAGS.expires]: at(-200_000) });
    const strangers = world.ec2().add({ [RUNNER_TAGS.repository]: 'dianplus/openresty', [RUNNER_TAGS.expires]: at(-999_000) });
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.ec2().working).not.toContain(overdue);
    expect(world.ec2().working).toEqual(expect.arrayContaining([inGrace, strangers]));
  });
});

describe('a launch that is not the only one', () => {
  const twin = (world: TestWorld, registration: number, attempt = '1') =>
    world.ec2().add({
      ...runTags(RUN),
      Name: NAME,
      [RUNNER_TAGS.attempt]: attempt,
      [RUNNER_TAGS.registration]: String(registration),
      [RUNNER_TAGS.expires]: new Date(world.clock.now() + 3_600_000).toISOString(),
    });

  it("takes the place of a twin's machine on which no job runs", async () => {
    const world = new TestWorld();
    const before = twin(world, world.github.add(NAME));
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.ec2().working).toHaveLength(1);
    expect(world.ec2().working).not.toContain(before);
  });

  it('leaves a twin alone on which a job runs, and ends', async () => {
    const world = new TestWorld();
    const before = twin(world, world.github.add(NAME, { busy: true, online: true }));
    const { code, stderr } = await world.run(...LAUNCH);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/job is running on/)]);
    expect(world.ec2().working).toEqual([before]);
    expect(world.github.names).toEqual([NAME]);
  });

  it('leaves a twin alone where GitHub does not say whether a job runs on it', async () => {
    const world = new TestWorld();
    const before = twin(world, world.github.add('spot-17654321098-1-amd64-2'));
    world.github.before = (action) => {
      if (action === 'remove') throw world.github.refusal(502);
    };
    expect((await world.run(...LAUNCH)).code).toBe(1);
    expect(world.ec2().working).toContain(before);
  });

  it('ends the machine of an earlier attempt, however busy GitHub calls it', async () => {
    const world = new TestWorld();
    world.env.GITHUB_RUN_ATTEMPT = '2';
    const before = twin(world, world.github.add(NAME, { busy: true, online: true }));
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.ec2().working).not.toContain(before);
  });

  it.each([1, 4])('sees a twin although EC2 fails %i times to show the machines', async (times) => {
    const world = new TestWorld();
    const before = twin(world, world.github.add(NAME));
    world.ec2().before = (action, nth) => {
      if (action === 'instances' && nth <= times) throw world.ec2().refusal('RequestLimitExceeded');
    };
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(world.ec2().working).toHaveLength(1);
    expect(world.ec2().working).not.toContain(before);
  });

  it('goes on as the next try where its token was used by another', async () => {
    const world = new TestWorld();
    world.ec2().before = (action, nth) => {
      if (action === 'createFleet' && nth === 1) {
        twin(world, 0);
        throw world.ec2().refusal('IdempotentParameterMismatch');
      }
    };
    const { code, stdout } = await world.run(...LAUNCH, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).label).toBe('spot-17654321098-1-amd64-2');
    expect(world.ec2().working).toHaveLength(1);
  });

  it('yields to the machine of a newer launch, and ends only its own', async () => {
    const world = new TestWorld();
    world.github.online = () => false;
    let newer = '';
    world.github.before = (action, nth) => {
      if (action === 'runner' && nth === 5) newer = twin(world, 1000);
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect([code, stderr]).toEqual([1, expect.stringContaining('it is the one that counts')]);
    expect(
      world
        .ec2()
        .machines.filter(({ state }) => !['shutting-down', 'terminated'].includes(state))
        .map(({ id }) => id),
    ).toEqual([newer]);
  });
});

describe('a launch that cannot be', () => {
  it.each([
    ['there is no capacity', [CAPACITY], /InsufficientInstanceCapacity.*try again later/],
    ['the quota is used up', [{ code: 'MaxSpotInstanceCountExceeded', message: '' }], /5 vCPU.*Service Quotas/],
    ['a permission is missing', [{ code: 'UnauthorizedOperation', message: '' }], /lacks a permission/],
    ['EC2 gives no reason', [], /no reason/],
    ['nobody knows the code', [{ code: 'BrandNewCode', message: '' }], /BrandNewCode/],
  ])('says what to do when %s, and leaves nothing', async (_when, errors, reason) => {
    const world = new TestWorld();
    world.ec2().fleetErrors = [errors, errors, errors];
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
    expectNothingLeft(world);
  });

  it('tells of all regions', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] } });
    world.ec2().fleetErrors = [[CAPACITY]];
    world.ec2('us-west-2').zones = [];
    const { stderr } = await world.run(...LAUNCH);
    expect(stderr).toMatch(/us-east-1, spot: Insufficient.*us-west-2, spot: it has no default VPC/);
  });

  it.each(EC2_CALLS)('leaves nothing when EC2 refuses %s', async (action) => {
    const world = new TestWorld();
    world.ec2().before = (name) => {
      if (name === action) throw world.ec2().refusal('UnauthorizedOperation');
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toMatch(/UnauthorizedOperation.*the role lacks a permission/);
    expectNothingLeft(world);
  });

  it.each(EC2_CALLS)('leaves nothing when the answer to %s is lost for ever', async (action) => {
    const world = new TestWorld();
    if (action === 'createTemplate') world.ec2().hasTemplate = async () => false;
    world.ec2().after = (name) => {
      // while it still hopes for an answer, tags are not seen either
      if (name === 'instances' && !world.github.calls.includes('remove')) throw world.ec2().refusal('TimeoutError');
      if (name === action) throw world.ec2().refusal('TimeoutError');
    };
    expect((await world.run(...LAUNCH)).code).toBe(1);
    expectNothingLeft(world);
  });

  it('ends by its id a machine whose tags are not seen yet', async () => {
    const world = new TestWorld();
    world.github.online = () => false;
    world.ec2().hidden = true;
    expect((await world.run(...LAUNCH)).code).toBe(1);
    expectNothingLeft(world);
  });

  it.each([401, 403, 404])('names the permission when GitHub answers %i', async (status) => {
    const world = new TestWorld();
    world.github.before = () => {
      throw world.github.refusal(status);
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toContain('Administration: write');
    expect(world.ec2().requests).toEqual([]);
  });

  it('asks EC2 for nothing when GitHub does not answer', async () => {
    const world = new TestWorld();
    world.github.before = () => {
      throw world.github.refusal(undefined);
    };
    expect((await world.run(...LAUNCH)).code).toBe(1);
    expect(world.ec2().requests).toEqual([]);
  });

  it('ends the machine whose runner does not come in time, and points to its console', async () => {
    const world = new TestWorld();
    const started = world.clock.now();
    world.github.online = () => false;
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toContain('Get system log');
    expectNothingLeft(world);
    expect((world.clock.now() - started) / 1000).toBeLessThanOrEqual(10 * 60 + 10);
  });

  it('is never silent for more than 15 s while it waits', async () => {
    const world = new TestWorld();
    world.github.online = (look) => look > 60;
    const { stderr } = await world.run(...LAUNCH);
    const seconds = [...stderr.matchAll(/after (\d+) s/g)].map(([, s]) => Number(s));
    const gaps = seconds.map((s, i) => s - (seconds[i - 1] ?? 0));
    expect(seconds.length).toBeGreaterThan(10);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(15);
  });

  it('does not wait for the runner of a machine that is dead', async () => {
    const world = new TestWorld();
    const started = world.clock.now();
    world.github.online = () => false;
    world.ec2().after = (action) => {
      if (action === 'createFleet')
        world.clock.at(0, () => world.ec2().shutDown(world.ec2().machines[0], 'Client.UserInitiatedShutdown', 'User initiated'));
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toMatch(/is shutting-down \(Client.UserInitiatedShutdown/);
    expect(world.clock.now() - started).toBeLessThan(60_000);
  });

  it('replaces, in time, a machine that Spot took back before its runner came', async () => {
    const world = new TestWorld();
    world.github.online = (look) => look > 12;
    world.ec2().after = (action, nth) => {
      if (action === 'createFleet' && nth === 1)
        world.clock.at(0, () => world.ec2().shutDown(world.ec2().machines[0], 'Server.SpotInstanceTermination', 'Spot'));
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(0);
    expect(stderr).toContain('Server.SpotInstanceTermination');
    expect(world.ec2().machines.map(({ state }) => state)).toEqual(['terminated', 'pending']);
  });

  it('gives up when the registration is gone', async () => {
    const world = new TestWorld();
    world.github.online = () => false;
    world.github.before = (action, nth) => {
      if (action === 'runner' && nth === 3) world.github.registered.splice(0);
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toContain('no registration of the runner any more');
    expectNothingLeft(world);
  });

  it('says what may be left, and until when, if it cannot undo', async () => {
    const world = new TestWorld();
    const expires = new Date(world.clock.now() + world.config.timeToLive.totalSeconds * 1000).toISOString();
    world.github.online = () => false;
    world.ec2().before = (action) => {
      if (action === 'terminate' || action === 'instances') throw world.ec2().refusal('InternalError');
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toContain('Not everything could be undone');
    expect(stderr).toContain(expires);
  });

  it('ends the machine although GitHub is down', async () => {
    const world = new TestWorld();
    world.github.before = (action) => {
      if (action !== 'register') throw world.github.refusal(503);
    };
    const { stderr } = await world.run(...LAUNCH);
    expect(world.ec2().machines[0].state).not.toMatch(/pending|running/);
    expect(stderr).toContain('registration at GitHub could not be removed');
  });

  it('is refused for an architecture that is not built on Spot', async () => {
    const world = new TestWorld();
    world.config = testConfig({ architectures: [{ name: 'amd64', hosted: {} }] });
    expect(await world.run(...LAUNCH)).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to launch') });
  });

  it.each(['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'RUNNER_TOKEN'])('names %s if it is missing', async (name) => {
    const world = new TestWorld();
    world.env[name] = undefined;
    expect(await world.run(...LAUNCH)).toMatchObject({ code: 1, stderr: expect.stringContaining(`${name} is not set`) });
    expect(world.ec2().requests).toEqual([]);
  });
});

describe('a launch that is cancelled', () => {
  const moments = [
    ...EC2_CALLS.flatMap((action) => [['ec2', action, 'before'] as const, ['ec2', action, 'after'] as const]),
    ['github', 'register', 'before'] as const,
    ['github', 'register', 'after'] as const,
    ['github', 'runner', 'before'] as const,
    ['github', 'runner', 'after'] as const,
  ];

  it.each(moments)('leaves nothing, and ends within 7.5 s: %s %s, %s it took effect', async (service, action, when) => {
    const world = new TestWorld();
    let cancelledAt = 0;
    const side = service === 'ec2' ? world.ec2() : world.github;
    side[when] = (name) => {
      if (name !== action || cancelledAt > 0) return;
      cancelledAt = world.clock.now();
      world.abort.abort(new Refusal('Ended by SIGINT.'));
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toContain('Ended by SIGINT');
    expect(world.clock.now() - cancelledAt).toBeLessThanOrEqual(7_500);
    expectNothingLeft(world);
  });

  it('requests the termination of a machine whose answer is still under way', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    let cancelledAt = 0;
    ec2.after = async (action) => {
      if (action !== 'createFleet') return;
      cancelledAt = world.clock.now();
      world.abort.abort(new Refusal('Ended by SIGTERM.'));
      await world.clock.sleep(60_000); // the answer comes when nobody waits for it any more
    };
    await world.run(...LAUNCH);
    expect(world.clock.now() - cancelledAt).toBeLessThanOrEqual(7_500);
    expectNothingLeft(world);
  });
});
