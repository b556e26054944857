import { describe, expect, it } from 'vitest';
import { TestWorld, testConfig } from '../../models/context';

function priced(): TestWorld {
  const world = new TestWorld();
  const prices: Readonly<Record<string, number>> = {
    'c7i.large us-east-1a': 0.04,
    'c7i.large us-east-1b': 0.03,
    'c7g.large us-east-1c': 0.02,
  };
  world.ec2().prices = (type, zone) => prices[`${type} ${zone}`];
  return world;
}

describe('plan', () => {
  it('shows each architecture, cheapest first, with the cost beside the target', async () => {
    const { code, stdout } = await priced().run('plan');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^amd64 in us-east-1: \d+ candidates\n.*\nc7i\.large +2 +4 +us-east-1b +\$0\.03 +\$0\.0893 +\$0\.0050 ¥0\.034 /m,
    );
    expect(stdout).toMatch(/^arm64 in us-east-1: \d+ candidates\n.*\nc7g\.large +2 +4 +us-east-1c +\$0\.02 /m);
    expect(stdout).toContain('¥0.05-0.1');
  });

  it('calls a price that EC2 does not tell unknown', async () => {
    const { stdout } = await priced().run('plan', '--arch', 'amd64');
    expect(stdout).toMatch(/^c6i\.large .*unknown +\$0\.085 +unknown +unknown$/m);
    expect(stdout).not.toMatch(/\$0(?:\.0+)?\b(?!\.)/);
  });

  it('looks only: four questions, none of which changes anything', async () => {
    const world = priced();
    await world.run('plan', '--arch', 'amd64');
    expect([...world.account().calls].sort()).toEqual(['DescribeInstanceTypes']);
    expect([...world.ec2().calls].sort()).toEqual(['offerings', 'spotPrices', 'subnets']);
    expect(world.account().rehearsals).toEqual([]);
  });

  it('says why a type is no candidate', async () => {
    const world = priced();
    world.ec2().missingTypes = ['c8a.large'];
    expect((await world.run('plan')).stdout).toContain('c8a.large: not offered in us-east-1');
  });

  it('tells of a region that does not answer, shows the others, and fails only if none is left', async () => {
    const world = priced();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] } });
    world.account('us-west-2').refused.DescribeInstanceTypes = 'UnauthorizedOperation';
    const both = await world.run('plan', '--arch', 'amd64');
    expect(both.code).toBe(0);
    expect(both.stdout).toMatch(/amd64 in us-west-2: .*UnauthorizedOperation/);
    const one = await world.run('plan', '--region', 'us-west-2');
    expect(one.code).toBe(1);
    expect(one.stdout).not.toContain('us-east-1');
  });

  it('is JSON for programs', async () => {
    const { sections } = JSON.parse((await priced().run('plan', '--arch', 'arm64', '--json')).stdout);
    expect(sections).toHaveLength(1);
    expect(sections[0].table.candidates[0]).toMatchObject({
      type: 'c7g.large',
      zone: 'us-east-1c',
      vcpus: 2,
      memoryGib: 4,
      spot: { value: 0.02, currency: 'USD' },
    });
  });

  it('has nothing to show where builders are kept ready', async () => {
    const world = new TestWorld();
    world.config = testConfig({ architectures: [{ name: 'amd64', hosted: {} }] });
    expect(await world.run('plan')).toMatchObject({ code: 0, stdout: 'amd64: its builder is kept ready; nothing is launched.\n' });
  });
});

describe('setup', () => {
  it('makes the templates that a launch would, once', async () => {
    const world = new TestWorld();
    const first = JSON.parse((await world.run('setup', '--json')).stdout);
    expect(first.templates.map(({ state }: { state: string }) => state)).toEqual(['made', 'made']);
    const second = JSON.parse((await world.run('setup', '--json')).stdout);
    expect(second.templates.map(({ state }: { state: string }) => state)).toEqual(['there', 'there']);
    const names = [...world.ec2().templates.keys()];
    expect(names).toHaveLength(2);
    await world.run('launch', '--arch', 'amd64');
    expect([...world.ec2().templates.keys()]).toEqual(names);
    expect(world.ec2().requests.map(({ template }) => names.includes(template))).toEqual([true]);
  });

  it('makes nothing in a dry run', async () => {
    const world = new TestWorld();
    const { stdout, code } = await world.run('setup', '--dry-run');
    expect([code, world.ec2().templates.size]).toEqual([0, 0]);
    expect(stdout.match(/to be made/g)).toHaveLength(2);
  });

  it('makes one template for architectures that share a kind of machine, in every region', async () => {
    const world = new TestWorld();
    world.config = testConfig({
      architectures: [{ name: 'amd64' }, { name: 's390x', emulated: { on: 'amd64' } }],
      pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] },
    });
    await world.run('setup');
    expect([world.ec2('us-east-1').templates.size, world.ec2('us-west-2').templates.size]).toEqual([1, 1]);
  });

  it('fails with the reason if it may not', async () => {
    const world = new TestWorld();
    world.ec2().before = (action) => {
      if (action === 'createTemplate') throw world.ec2().refusal('UnauthorizedOperation');
    };
    expect(await world.run('setup')).toMatchObject({ code: 1, stderr: expect.stringContaining('UnauthorizedOperation') });
  });
});
