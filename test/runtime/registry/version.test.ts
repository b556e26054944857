import { describe, expect, it } from 'vitest';
import { FORCED, SUBSET } from '../../../src/core/merge/annotations';
import { REVISION } from '../../../src/core/merge/content';
import { TestWorld, testConfig } from '../../models/context';
import { ModelRegistry } from '../../models/registry';

const IMAGE = 'ghcr.io/dianplus/tomcat';
const TAG = `${IMAGE}:v1.0.0`;

/** A world in which both architectures of v1.0.0 were built; `run` is which build it is: its attestations tell, its images do not. */
function built() {
  const registry = new ModelRegistry();
  const world = new TestWorld();
  world.shell = registry.answer;
  const build = (name: string, run = '1', revision = 'f00d') =>
    registry.push(`${TAG}-${name}`, name, { [REVISION]: revision }, { attestation: run, created: '2026-01-02T03:04:05Z' });
  build('amd64');
  build('arm64');
  const merge = (...args: string[]) => world.run('merge', '--tag', 'v1.0.0', ...args);
  const written = () => registry.log.splice(0).filter((line) => line.startsWith('create'));
  const annotations = () => JSON.parse(registry.contents.get(registry.tags.get(TAG) ?? '') ?? '{}').annotations;
  return { world, registry, build, merge, written, annotations };
}

describe('a version that is public', () => {
  it('is left alone by a merge of the same images, whatever their attestations say', async () => {
    const { registry, build, merge, written } = built();
    await merge();
    const digest = registry.tags.get(TAG);
    written();
    build('amd64', 'another run');
    expect((await merge()).code).toBe(0);
    expect(written()).toEqual([]);
    expect(registry.tags.get(TAG)).toBe(digest);
  });

  it('is copied by digest to a registry that lacks it', async () => {
    const { world, registry, build, merge, written } = built();
    await merge();
    written();
    build('amd64', 'another run');
    world.config = testConfig({ additionalRegistries: [{ registry: 'registry.example.com' }] });
    expect((await merge()).code).toBe(0);
    expect(written()).toEqual(['create registry.example.com/dianplus/tomcat:v1.0.0']);
    expect(registry.tags.get('registry.example.com/dianplus/tomcat:v1.0.0')).toBe(registry.tags.get(TAG));
  });

  it('never gets other images: the reason says which, since when and what to do', async () => {
    const { registry, build, merge } = built();
    await merge();
    const digest = registry.tags.get(TAG);
    for (const name of ['amd64', 'arm64']) build(name, '1', 'beef');
    const { code, stderr } = await merge();
    expect(code).toBe(1);
    expect(stderr).toMatch(/is public already, with images from 2026-01-02T03:04:05Z.*linux\/amd64 is sha256:.* there and sha256:/);
    expect(registry.tags.get(TAG)).toBe(digest);
  });

  it('never gets other images in a further registry either', async () => {
    const { world, registry, merge, written } = built();
    world.config = testConfig({ additionalRegistries: [{ registry: 'registry.example.com' }] });
    registry.push('registry.example.com/dianplus/tomcat:v1.0.0', 'amd64');
    expect(await merge()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('registry.example.com/dianplus/tomcat:v1.0.0 is public'),
    });
    expect(written()).toEqual([]);
  });

  it('is replaced by a person with a reason, which its index tells; never by a workflow', async () => {
    const { world, registry, build, merge, annotations } = built();
    await merge();
    for (const name of ['amd64', 'arm64']) build(name, '1', 'beef');
    expect((await merge('--force')).code).toBe(2);
    world.env.GITHUB_ACTIONS = 'true';
    expect(await merge('--force', '--reason', 'a secret was inside')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('for people'),
    });
    expect(annotations()[REVISION]).toBe('f00d');
    delete world.env.GITHUB_ACTIONS;
    expect((await merge('--force', '--reason', 'a secret was inside')).code).toBe(0);
    expect(annotations()).toMatchObject({ [FORCED]: 'a secret was inside', [REVISION]: 'beef' });
    expect(registry.platforms(TAG)).toEqual(['linux/amd64', 'linux/arm64']);
  });

  it('cannot be made a mix by force', async () => {
    const { build, merge, written } = built();
    build('amd64', '1', 'beef');
    expect((await merge('--force', '--reason', 'x')).code).toBe(1);
    expect(written()).toEqual([]);
  });

  it('that has one architecture by order says so, and may get the other; a complete one never changes', async () => {
    const { registry, merge, annotations } = built();
    expect((await merge('--only', 'amd64')).code).toBe(0);
    expect([registry.platforms(TAG), annotations()[SUBSET]]).toEqual([['linux/amd64'], 'amd64']);
    expect((await merge()).code).toBe(0);
    expect([registry.platforms(TAG), annotations()[SUBSET]]).toEqual([['linux/amd64', 'linux/arm64'], undefined]);
    expect((await merge('--only', 'amd64')).code).toBe(1);
  });

  it('belongs to the commit of its git tag, where a workflow may ask', async () => {
    const { world, merge, written } = built();
    world.env.GITHUB_TOKEN = 'ghs_token';
    world.github.gitTags.set('v1.0.0', 'beef');
    expect(await merge()).toMatchObject({ code: 1, stderr: expect.stringContaining("belongs to commit beef, its git tag's") });
    expect(written()).toEqual([]);
    world.github.gitTags.set('v1.0.0', 'f00d');
    expect((await merge()).code).toBe(0);
  });

  it('does not grow when what it has would change', async () => {
    const { build, merge, written } = built();
    await merge('--only', 'amd64');
    written();
    for (const name of ['amd64', 'arm64']) build(name, '1', 'beef');
    expect((await merge()).code).toBe(1);
    expect(written()).toEqual([]);
  });
});

describe('a merge of digests', () => {
  it('takes them and not the arch tags, and tells where a tag has moved on', async () => {
    const { registry, build, merge } = built();
    const digests = ['amd64', 'arm64'].map((name) => `${name}=${registry.tags.get(`${TAG}-${name}`)}`);
    const old = registry.images(`${TAG}-arm64`);
    build('arm64', '1', 'beef');
    const { code, stderr } = await merge(...digests.flatMap((digest) => ['--digest', digest]));
    expect(code).toBe(0);
    expect(registry.images(TAG)['linux/arm64']).toBe(old['linux/arm64']);
    expect(stderr).toMatch(/Notice: .*v1\.0\.0-arm64 is sha256:/);
  });

  it.each([
    [['--digest', 'amd64=sha256:1']],
    [['--digest', `amd64=sha256:${'a'.repeat(64)}`]],
    [['--digest', `s390x=sha256:${'a'.repeat(64)}`]],
    [['--only', 'amd64,s390x']],
  ])('is wrong usage where it is not whole: %j', async (args) => {
    const { merge, written } = built();
    expect((await merge(...args)).code).toBe(2);
    expect(written()).toEqual([]);
  });
});

describe('verify', () => {
  it('finds nothing wrong with a merge', async () => {
    const { world, merge } = built();
    await merge();
    const { code, stdout } = await world.run('verify', '--tag', 'v1.0.0', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ whole: true, findings: [] })]);
  });

  it('finds a tag that names what was built for another one', async () => {
    const { world, registry, merge } = built();
    await merge();
    registry.tags.set(`${IMAGE}:latest`, registry.tags.get(TAG) ?? '');
    const { code, stdout } = await world.run('verify', '--tag', 'latest', '--json');
    expect([code, JSON.parse(stdout).findings]).toEqual([1, [expect.stringContaining('names what was built for "v1.0.0"')]]);
  });

  it('finds an image that was deleted, and every other fault at once', async () => {
    const { world, registry, merge } = built();
    await merge();
    world.config = testConfig({ additionalRegistries: [{ registry: 'registry.example.com' }] });
    registry.contents.delete(registry.images(TAG)['linux/arm64']);
    const { code, stdout } = await world.run('verify', '--tag', 'v1.0.0', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings).toEqual([
      expect.stringContaining('the image for linux/arm64 cannot be fetched'),
      'There is no registry.example.com/dianplus/tomcat:v1.0.0.',
    ]);
  });
});
