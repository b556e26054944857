import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RUNNER_RELEASE } from '../../../src/core/guest-tools';
import { RUNNER_TAGS, runTags } from '../../../src/core/identity';
import { Refusal } from '../../../src/runtime/failure';
import { TestWorld, testConfig } from '../../models/context';
import { JIT_SECRET } from '../../models/github';
import { CAPACITY, expectNothingLeft, LAUNCH, pipeline, RUN, refuseAll } from './launch-worlds';

const json = ({ stdout }: { stdout: string }) => JSON.parse(stdout);

describe('a launch that is made again', () => {
  it('is on demand, although the config does not allow it for a first one, and has another identity', async () => {
    const world = new TestWorld();
    const first = json(await world.run(...LAUNCH, '--json'));
    world.ec2().machines[0].state = 'terminated';
    const again = json(await world.run(...LAUNCH, '--again', '--json'));
    expect(again).toMatchObject({ market: 'on-demand', attempt: '1' });
    expect(world.ec2().requests.map(({ market }) => market)).toEqual(['spot', 'on-demand']);
    for (const name of ['label', 'runner-name', 'instance-id', 'nonce']) expect(again[name]).not.toBe(first[name]);
    expect(new Set(world.ec2().requests.map(({ clientToken }) => clientToken)).size).toBe(2);
    expect(world.ec2().machines[1].tags).toMatchObject(runTags(RUN));
  });

  it('is found by the stop of its architecture', async () => {
    const world = new TestWorld();
    await world.run(...LAUNCH, '--again');
    expect((await world.run('stop', '--arch', 'amd64')).code).toBe(0);
    expectNothingLeft(world);
  });

  it('leaves a machine alone on which the first build still runs, and ends', async () => {
    const world = new TestWorld();
    await world.run(...LAUNCH);
    Object.assign(world.github.registered[0], { busy: true, online: true });
    const { code, stderr } = await world.run(...LAUNCH, '--again');
    expect([code, stderr]).toEqual([1, expect.stringContaining('a job is running on it')]);
    expect(world.ec2().working).toEqual([world.ec2().machines[0].id]);
    expect(world.github.names).toEqual(['spot-17654321098-1-amd64-1']);
  });

  it('neither asks for what the first one left while that is shutting down, nor for its busy registration', async () => {
    const world = new TestWorld();
    await world.run(...LAUNCH);
    Object.assign(world.github.registered[0], { busy: true, online: true });
    world.ec2().shutDown(world.ec2().machines[0], 'Server.SpotInstanceTermination', 'Spot');
    expect((await world.run(...LAUNCH, '--again')).code).toBe(0);
    expect(world.github.names).toEqual(['spot-17654321098-1-amd64-1', 'spot-17654321098-1-amd64-101']);
  });

  it('takes the place of one that was made again before', async () => {
    const world = new TestWorld();
    await world.run(...LAUNCH, '--again');
    expect((await world.run(...LAUNCH, '--again')).code).toBe(0);
    expect(world.ec2().working).toHaveLength(1);
    expect(world.github.names).toEqual([expect.stringMatching(/-10[12]$/)]);
  });
});

describe("a launch that may end on GitHub's own runner", () => {
  const MARKETS = { hostedFallback: true, onDemandFallback: true };

  it.each([
    ['capacity', 'InsufficientInstanceCapacity', ['spot', 'on-demand', 'on-demand', 'on-demand']],
    ['quota', 'MaxSpotInstanceCountExceeded', ['spot', 'on-demand']],
    ['price', 'SpotMaxPriceTooLow', ['spot', 'on-demand']],
  ])('goes there for reasons of %s, after all else, and leaves nothing', async (kind, code, markets) => {
    const world = new TestWorld();
    world.config = pipeline(MARKETS);
    refuseAll(world, code);
    const run = await world.run(...LAUNCH, '--json');
    expect(run.code, run.stderr).toBe(0);
    expect(json(run)).toMatchObject({ market: 'hosted', label: 'ubuntu-24.04', attempt: '1', 'instance-id': '', nonce: '', expires: '' });
    expect(json(run).tries.map((one: { market: string }) => one.market)).toEqual(markets);
    expect(json(run).tries[0].outcome).toBe(kind);
    expect(run.stderr).toContain("GitHub's own runner ubuntu-24.04");
    expect(world.ec2().machines).toEqual([]);
    expectNothingLeft(world);
  });

  it('takes the runner of its CPU', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: MARKETS });
    refuseAll(world, 'VcpuLimitExceeded');
    expect(json(await world.run('launch', '--arch', 'arm64', '--json')).label).toBe('ubuntu-24.04-arm');
  });

  it('takes a machine where there is one', async () => {
    const world = new TestWorld();
    world.config = pipeline(MARKETS);
    refuseAll(world, 'InsufficientInstanceCapacity', 'spot');
    expect(json(await world.run(...LAUNCH, '--json'))).toMatchObject({ market: 'on-demand' });
  });

  it.each(['UnauthorizedOperation', 'InvalidSubnetID.NotFound', 'BrandNewCode'])('never goes there after %s', async (code) => {
    const world = new TestWorld();
    world.config = pipeline(MARKETS);
    world.ec2().fleetErrors = [[CAPACITY], [{ code, message: '' }]];
    const run = await world.run(...LAUNCH);
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining(code)]);
    expectNothingLeft(world);
  });

  it('does not go there where there is no place to launch in', async () => {
    const world = new TestWorld();
    world.config = pipeline(MARKETS);
    world.ec2().zones = [];
    expect(await world.run(...LAUNCH)).toMatchObject({ code: 1, stderr: expect.stringContaining('no default VPC') });
  });

  it('does not go there where the config does not allow it', async () => {
    const world = new TestWorld();
    refuseAll(world, 'InsufficientInstanceCapacity');
    expect((await world.run(...LAUNCH)).code).toBe(1);
  });

  it('ends as cancelled where it is cancelled on the way there', async () => {
    const world = new TestWorld();
    world.config = pipeline({ hostedFallback: true });
    refuseAll(world, 'MaxSpotInstanceCountExceeded');
    world.github.before = (action) => {
      if (action === 'remove') world.abort.abort(new Refusal('Ended by SIGTERM.'));
    };
    expect(await world.run(...LAUNCH)).toMatchObject({ code: 1, stderr: expect.stringContaining('Ended by SIGTERM') });
    expectNothingLeft(world);
  });
});

describe('a launch within a price', () => {
  // the time to live is 80 minutes: 0.06 an hour is 0.08 a build

  it('drops what may cost more, and tells EC2 the limit', async () => {
    const world = new TestWorld();
    world.config = pipeline({ maxBuildPrice: 0.08 });
    world.ec2().prices = (type, zone) => (type === 'c7i.large' || zone === 'us-east-1b' ? 0.07 : 0.03);
    expect((await world.run(...LAUNCH)).code).toBe(0);
    const [request] = world.ec2().requests;
    expect(request.candidates.map(({ type, zone }) => `${type} ${zone}`)).toEqual(['c6i.large us-east-1a', 'c6i.large us-east-1c']);
    expect(request.maxPrice).toBeCloseTo(0.06, 9);
  });

  it('takes at most six calls of EC2, and none for prices where there is no limit', async () => {
    const world = new TestWorld();
    world.config = pipeline({ maxBuildPrice: 1 });
    await world.run(...LAUNCH);
    expect(world.ec2().calls.splice(0).sort()).toEqual([
      'createFleet',
      'createTemplate',
      'hasTemplate',
      'instances',
      'spotPrices',
      'subnets',
    ]);
    world.config = pipeline({});
    await world.run(...LAUNCH, '--again');
    expect(world.ec2().calls).not.toContain('spotPrices');
    expect(world.ec2().requests[1].maxPrice).toBeUndefined();
  });

  it('refuses all of it with price, limit and the cheapest, and leaves nothing', async () => {
    const world = new TestWorld();
    world.config = pipeline({ maxBuildPrice: 0.05 });
    world.ec2().prices = (type) => (type === 'c7i.large' ? 0.06 : 0.09);
    const { code, stderr } = await world.run(...LAUNCH);
    expect(code).toBe(1);
    expect(stderr).toMatch(/maxBuildPrice is 0\.05 USD, and the cheapest candidate, c7i\.large in us-east-1a, may cost 0\.0800 USD/);
    expect(world.ec2().requests).toEqual([]);
    expectNothingLeft(world);
  });

  it('refuses a candidate whose price nobody knows', async () => {
    const world = new TestWorld();
    world.config = pipeline({ maxBuildPrice: 5 });
    world.ec2().prices = (type) => (type === 'c6i.large' ? undefined : 0.05);
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(new Set(world.ec2().requests[0].candidates.map(({ type }) => type))).toEqual(new Set(['c7i.large']));
    world.ec2().prices = () => undefined;
    world.env.GITHUB_RUN_ID = '2';
    expect(await world.run(...LAUNCH)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the price of c6i.large, c7i.large is unknown'),
    });
  });

  it('goes by the price list on demand, which does not know every type', async () => {
    const world = new TestWorld();
    world.config = pipeline({ maxBuildPrice: 0.115, onDemandFallback: true }, ['c6i', 'c7i', 'm6i']);
    refuseAll(world, 'InsufficientInstanceCapacity', 'spot');
    expect((await world.run(...LAUNCH)).code).toBe(0);
    const [, onDemand] = world.ec2().requests;
    expect(new Set(onDemand.candidates.map(({ type }) => type))).toEqual(new Set(['c6i.large'])); // 0.085 an hour; c7i is 0.0893, m6i unknown
  });

  it('lets the build go to the hosted runner, if that is allowed', async () => {
    const world = new TestWorld();
    world.config = pipeline({ maxBuildPrice: 0.001, hostedFallback: true });
    expect(json(await world.run(...LAUNCH, '--json'))).toMatchObject({ market: 'hosted' });
  });
});

describe('what a guest is given', () => {
  const setup = (userData: string) => {
    const { write_files: files } = parse(userData) as { write_files: { content: string; encoding?: string }[] };
    const packed = files.find(({ encoding }) => encoding === 'gz+b64');
    return import('node:zlib').then(({ gunzipSync }) => gunzipSync(Buffer.from(packed?.content ?? '', 'base64')).toString());
  };

  it('has the nonce that the launch announces, another one each time', async () => {
    const world = new TestWorld();
    const one = json(await world.run(...LAUNCH, '--json'));
    const other = json(await world.run(...LAUNCH, '--again', '--json'));
    expect(await setup(world.ec2().requests[0].userData ?? '')).toContain(one.nonce);
    expect(await setup(world.ec2().requests[1].userData ?? '')).toContain(other.nonce);
    expect(one.nonce).not.toBe(other.nonce);
  });

  it('has the proxy, and the addresses of the mirrors', async () => {
    const world = new TestWorld();
    world.config = testConfig({
      mirrors: { 'https://github.com/': 'https://mirror.example.com/github/' },
      pipeline: { proxy: 'http://proxy.example.com:3128' },
    });
    await world.run(...LAUNCH);
    const files = await setup(world.ec2().requests[0].userData ?? '');
    expect(files).toContain('https_proxy=http://proxy.example.com:3128');
    expect(files).toContain('https://mirror.example.com/github/actions/runner/releases');
    expect(files).not.toContain('https://github.com/');
  });

  it('is the fixed image, if there is one', async () => {
    const world = new TestWorld();
    world.config = testConfig({ architectures: [{ name: 'amd64', spot: { families: ['c7i'], ami: 'ami-0a1b2c3d' } }] });
    await world.run(...LAUNCH);
    expect(world.ec2().requests[0].image).toBe('ami-0a1b2c3d');
    expect([...world.ec2().templates.values()][0].ImageId).toBe('ami-0a1b2c3d');
  });
});

describe('a launch template', () => {
  it('that was made a moment ago and is not seen yet is waited for', async () => {
    const world = new TestWorld();
    world.ec2().templateDelayMs = 9_000;
    expect((await world.run(...LAUNCH)).code).toBe(0);
    expect(new Set(world.ec2().requests.map(({ clientToken }) => clientToken)).size).toBe(1);
    expect(world.ec2().machines).toHaveLength(1);
  });

  it('that is never seen is not waited for beyond the deadline', async () => {
    const world = new TestWorld();
    const started = world.clock.now();
    world.ec2().templateDelayMs = 3_600_000;
    const { code, stderr } = await world.run(...LAUNCH);
    expect([code, stderr]).toEqual([1, expect.stringContaining('InvalidLaunchTemplateName.NotFound')]);
    expect(world.clock.now() - started).toBeLessThan(310_000);
    expectNothingLeft(world);
  });

  it('of its own carries the user-data where a region refuses it in the request, and is gone afterwards', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    ec2.takesUserData = false;
    let tags: Readonly<Record<string, string>> = {};
    ec2.before = (action) => {
      if (action === 'createFleet') tags = [...ec2.templateTags.values()][0] ?? {};
    };
    const run = await world.run(...LAUNCH, '--json');
    expect(run.code, run.stderr).toBe(0);
    expect(ec2.machines).toHaveLength(1);
    expect(ec2.machines[0].userData).toContain(JIT_SECRET);
    expect(tags).toEqual(ec2.machines[0].tags);
    expect(tags).toMatchObject({ ...runTags(RUN), [RUNNER_TAGS.expires]: json(run).expires });
    expect([...ec2.templateTags.keys()]).toEqual([]);
    expect(JSON.stringify([...ec2.templates.values()])).not.toContain(Buffer.from(JIT_SECRET).toString('base64').slice(0, 20));
    expect(json(run).tries.map((one: { outcome: string }) => one.outcome)).toEqual(['user-data', 'online']);
    expect(world.github.names).toEqual([json(run).label]);
  });

  it('of its own is not tried twice where even that is refused', async () => {
    const world = new TestWorld();
    world.ec2().takesUserData = false;
    world.ec2().before = (action, nth) => {
      if (action === 'createFleet' && nth > 1) throw world.ec2().refusal('InvalidParameter', 'LaunchTemplateSpecificationUserData');
    };
    expect((await world.run(...LAUNCH)).code).toBe(1);
    expect(world.ec2().calls.filter((call) => call === 'createFleet')).toHaveLength(2);
    expectNothingLeft(world);
  });

  it.each(['before', 'after'] as const)('of its own is gone after a cancellation, %s each of its calls', async (when) => {
    for (const action of ['createTemplate', 'createFleet', 'deleteTemplate']) {
      const world = new TestWorld();
      const ec2 = world.ec2();
      ec2.takesUserData = false;
      let cancelledAt = 0;
      ec2[when] = (name, nth) => {
        if (name !== action || cancelledAt > 0 || (name !== 'deleteTemplate' && nth < 2)) return;
        cancelledAt = world.clock.now();
        world.abort.abort(new Refusal('Ended by SIGINT.'));
      };
      expect((await world.run(...LAUNCH)).code, action).toBe(1);
      expect(cancelledAt, action).toBeGreaterThan(0);
      expect(world.clock.now() - cancelledAt).toBeLessThanOrEqual(7_500);
      expectNothingLeft(world);
    }
  });

  it('of its own that cannot be removed is spoken of', async () => {
    const world = new TestWorld();
    world.ec2().takesUserData = false;
    world.ec2().before = (action) => {
      if (action === 'deleteTemplate') throw world.ec2().refusal('UnauthorizedOperation');
    };
    const { code, stderr } = await world.run(...LAUNCH);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/warning: The launch template .* could not be removed/)]);
  });
});

describe('the runner release', () => {
  const DAY = 86_400_000;
  const at = (days: number) => {
    const world = new TestWorld();
    world.clock.jump(Date.parse(RUNNER_RELEASE.released) + days * DAY);
    return world;
  };
  const superseded = (days: number) => ({
    version: '99.0.0',
    released: new Date(Date.parse(RUNNER_RELEASE.released) + days * DAY).toISOString(),
  });

  it('is not asked for while it is young', async () => {
    const world = at(59);
    await world.run(...LAUNCH);
    expect(world.github.calls).not.toContain('runnerReleases');
  });

  it('is warned of 60 days after it was superseded, and refused after 90', async () => {
    const warned = at(100);
    warned.github.releases = [superseded(40)];
    expect(await warned.run(...LAUNCH)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^warning: GitHub's runner .* superseded 60 days ago/m),
    });
    const refused = at(130);
    refused.github.releases = [superseded(40)];
    expect(await refused.run(...LAUNCH)).toMatchObject({ code: 1, stderr: expect.stringContaining('superseded 90 days ago') });
    expectNothingLeft(refused);
  });

  it('is judged by its date where GitHub does not say', async () => {
    const world = at(181);
    world.github.before = (action) => {
      if (action === 'runnerReleases') throw world.github.refusal(404);
    };
    expect(await world.run(...LAUNCH)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not known') });
  });
});
