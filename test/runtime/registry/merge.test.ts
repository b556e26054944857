import { describe, expect, it } from 'vitest';
import { REVISION } from '../../../src/core/merge/content';
import { TestWorld, testConfig } from '../../models/context';
import { ModelRegistry } from '../../models/registry';

const IMAGE = 'ghcr.io/dianplus/tomcat';

/** A world with a registry that holds what the two builds of `latest` pushed. */
function built(): { world: TestWorld; registry: ModelRegistry } {
  const registry = new ModelRegistry();
  const world = new TestWorld();
  world.shell = registry.answer;
  for (const name of ['amd64', 'arm64']) registry.push(`${IMAGE}:latest-${name}`, name, { [REVISION]: 'f00d' });
  return { world, registry };
}

describe('a merge', () => {
  it("puts every architecture's image under one tag", async () => {
    const { world, registry } = built();
    const { code, stdout } = await world.run('merge', '--tag', 'latest', '--json');
    expect(code).toBe(0);
    expect(registry.platforms(`${IMAGE}:latest`)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(JSON.parse(stdout)).toMatchObject({ tag: 'latest', digest: registry.tags.get(`${IMAGE}:latest`), targets: [`${IMAGE}:latest`] });
  });

  it('looks up each arch tag once, and works by digest from there', async () => {
    const { world, registry } = built();
    const inspected = () => registry.log.filter((line) => /-(amd64|arm64)$/.test(line));
    registry.before = (args) => {
      if (args[0] === 'create') registry.push(`${IMAGE}:latest-arm64`, 'riscv64'); // somebody pushes in between
      return undefined;
    };
    await world.run('merge', '--tag', 'latest');
    expect(registry.platforms(`${IMAGE}:latest`)).toEqual(['linux/amd64', 'linux/arm64']);
    expect(inspected().sort()).toEqual([`inspect ${IMAGE}:latest-amd64`, `inspect ${IMAGE}:latest-arm64`]);
  });

  it('annotates the index for people, with nothing of the moment', async () => {
    const { world } = built();
    const annotations = async () => JSON.parse((await world.run('merge', '--tag', 'latest', '--json')).stdout).annotations;
    const first = await annotations();
    expect(first).toEqual({
      'org.opencontainers.image.title': 'tomcat',
      'org.opencontainers.image.vendor': 'dianplus',
      'org.opencontainers.image.description': 'tomcat container image',
      'org.opencontainers.image.source': 'https://github.com/dianplus/tomcat',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': 'latest',
      'org.opencontainers.image.revision': 'f00d',
    });
    await world.clock.sleep(86_400_000);
    expect(await annotations()).toEqual(first);
  });

  it('refuses images of different commits, and leaves the public tag alone', async () => {
    const { world, registry } = built();
    registry.push(`${IMAGE}:latest-arm64`, 'arm64', { [REVISION]: 'beef' });
    const { code, stderr } = await world.run('merge', '--tag', 'latest');
    expect(code).toBe(1);
    expect(stderr).toMatch(/different commits: .*latest-arm64 from beef/);
    expect(registry.log.filter((line) => line.startsWith('create'))).toEqual([]);
  });

  it('reaches the other registries first, the public tag last', async () => {
    const { world, registry } = built();
    world.config = testConfig({ additionalRegistries: [{ registry: 'registry.example.com' }] });
    expect((await world.run('merge', '--tag', 'latest')).code).toBe(0);
    expect(registry.log.filter((line) => line.startsWith('create'))).toEqual([
      `create registry.example.com/dianplus/tomcat:latest`,
      `create ${IMAGE}:latest`,
    ]);
    expect(registry.tags.get('registry.example.com/dianplus/tomcat:latest')).toBe(registry.tags.get(`${IMAGE}:latest`));
  });

  it('shows in a dry run what it would push, and pushes nothing', async () => {
    const { world, registry } = built();
    const before = new Map(registry.tags);
    const { code, stdout } = await world.run('merge', '--tag', 'latest', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      tag: 'latest',
      sources: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
      index: {},
    });
    expect(registry.tags).toEqual(before);
  });
});

describe('a merge is refused', () => {
  it('if an architecture is missing, with the workflow that makes it', async () => {
    const { world, registry } = built();
    registry.tags.delete(`${IMAGE}:latest-arm64`);
    const { code, stderr } = await world.run('merge', '--tag', 'latest');
    expect(code).toBe(1);
    expect(stderr).toContain(`There is no ${IMAGE}:latest-arm64. Run the workflow "Build ARM64"`);
    expect(registry.tags.has(`${IMAGE}:latest`)).toBe(false);
  });

  it('if the tag would lose an architecture that nobody has left out by name', async () => {
    const { world, registry } = built();
    await world.run('merge', '--tag', 'latest');
    const before = registry.tags.get(`${IMAGE}:latest`);
    world.config = testConfig({ architectures: [{ name: 'amd64' }] });
    expect(await world.run('merge', '--tag', 'latest')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has an image for linux/arm64 now, which this merge would take away'),
    });
    expect(registry.tags.get(`${IMAGE}:latest`)).toBe(before);
    expect((await world.run('merge', '--tag', 'latest', '--only', 'amd64')).code).toBe(0);
  });

  it.each(['V1.0.0', 'Latest'])('for "%s", which another tag differs from in case only', async (tag) => {
    const { world, registry } = built();
    for (const name of ['amd64', 'arm64']) registry.push(`${IMAGE}:${tag}-${name}`, name, { [REVISION]: 'f00d' });
    const before = new Map(registry.tags);
    expect((await world.run('merge', '--tag', tag)).code).toBe(1);
    expect(registry.tags).toEqual(before);
  });

  it('also in a dry run', async () => {
    const { world, registry } = built();
    registry.push(`${IMAGE}:latest-arm64`, 'amd64');
    expect(await world.run('merge', '--tag', 'latest', '--dry-run')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('must be for linux/arm64'),
    });
  });

  it.each(['latest-amd64', 'not a tag', ''])('for "%s", which is no base tag', async (tag) => {
    const { world, registry } = built();
    const before = new Map(registry.tags);
    expect((await world.run('merge', '--tag', tag)).code).not.toBe(0);
    expect(registry.tags).toEqual(before);
  });

  it('if the registry does not answer: silence is not absence', async () => {
    const { world, registry } = built();
    registry.before = () => ({ code: 1, stdout: '', stderr: 'ERROR: dial tcp: connection refused\n' });
    const { code, stderr } = await world.run('merge', '--tag', 'latest');
    expect(code).toBe(1);
    expect(stderr).toContain('connection refused');
    expect(stderr).not.toContain('Run the workflow');
  });

  it('if the public tag moves between the decision and the write', async () => {
    const { world, registry } = built();
    let looks = 0;
    registry.before = ([verb, reference]) => {
      if (verb === 'inspect' && reference === `${IMAGE}:latest` && ++looks === 2) registry.push(reference, 'amd64');
      return undefined;
    };
    expect(await world.run('merge', '--tag', 'latest')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('when this merge began'),
    });
    expect(registry.log.filter((line) => line.startsWith('create'))).toEqual([]);
  });

  it('if the tag does not name what was pushed', async () => {
    const { world, registry } = built();
    registry.before = ([verb, reference]) => {
      if (verb === 'inspect' && reference === `${IMAGE}:latest` && registry.tags.has(reference)) registry.push(reference, 'amd64');
      return undefined;
    };
    expect(await world.run('merge', '--tag', 'latest')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Somebody else moves it/),
    });
  });

  it.each([0, 1])('by registry %i: the tags that were not reached stay as they were, and again completes', async (nth) => {
    const { world, registry } = built();
    world.config = testConfig({ additionalRegistries: [{ registry: 'registry.example.com' }] });
    const targets = [`registry.example.com/dianplus/tomcat:latest`, `${IMAGE}:latest`];
    const old = registry.push(targets[nth], 'amd64', { [REVISION]: 'beef' });
    world.github.ancestry = () => 'ahead';
    registry.before = (args) =>
      args[0] === 'create' && args.includes(targets[nth]) ? { code: 1, stdout: '', stderr: 'ERROR: denied\n' } : undefined;
    expect(await world.run('merge', '--tag', 'latest')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Cannot push ${targets[nth]}: denied`),
    });
    expect(registry.tags.get(targets[nth])).toBe(old);
    registry.before = () => undefined;
    expect((await world.run('merge', '--tag', 'latest')).code).toBe(0);
    expect(new Set(targets.map((t) => registry.tags.get(t))).size).toBe(1);
  });
});
