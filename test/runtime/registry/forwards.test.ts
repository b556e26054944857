/** Public tags that move with branches and versions: only forwards, and only where the order is known. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FORCED } from '../../../src/core/merge/annotations';
import { REVISION } from '../../../src/core/merge/content';
import type { Ancestry } from '../../../src/core/tags/ancestry';
import { GitHubError } from '../../../src/runtime/edges/github';
import { TestWorld, testConfig } from '../../models/context';
import { ModelRegistry } from '../../models/registry';

const IMAGE = 'ghcr.io/dianplus/tomcat';
const OTHER = 'registry.example.com/dianplus/tomcat';

let world: TestWorld;
let registry: ModelRegistry;

beforeEach(() => {
  registry = new ModelRegistry();
  world = new TestWorld();
  world.shell = registry.answer;
});

function build(tag: string, revision: string | undefined): void {
  for (const name of ['amd64', 'arm64']) registry.push(`${IMAGE}:${tag}-${name}`, name, revision ? { [REVISION]: revision } : {});
}

const merge = (tag: string, ...args: string[]) => world.run('merge', '--tag', tag, ...args);
const under = (tag: string, reference = IMAGE) => registry.tags.get(`${reference}:${tag}`);

describe("a branch's tag", () => {
  /** It names commit `old`; `new` is built. */
  async function moved(ancestry: (base: string, head: string) => Ancestry) {
    build('latest', 'old');
    expect((await merge('latest')).code).toBe(0);
    const before = under('latest');
    build('latest', 'new');
    world.github.ancestry = ancestry;
    return { ...(await merge('latest')), before };
  }
  /** `new` is where the branch is, and this far from `old`. */
  const seen = (ancestry: Ancestry) => (base: string, head: string) =>
    base === 'old' && head === 'new' ? ancestry : base === 'old' && head === 'master' ? 'diverged' : 'identical';

  it('is published for the first time without a question', async () => {
    world.github.ancestry = () => 'unknown';
    build('latest', 'c0');
    expect((await merge('latest')).code).toBe(0);
    expect(world.tokens).toEqual([]);
  });

  it('moves to a descendant', async () => {
    const { code, before } = await moved(seen('ahead'));
    expect(code).toBe(0);
    expect(under('latest')).not.toBe(before);
  });

  it('follows a branch that was pushed by force', async () => {
    expect((await moved(seen('diverged'))).code).toBe(0);
  });

  it.each<[string, (base: string, head: string) => Ancestry, RegExp]>([
    ['goes back', seen('behind'), /already at old, which is newer than new: it never goes back/],
    ['leaves its branch', (base) => (base === 'new' ? 'diverged' : 'ahead'), /new is not on the branch that latest belongs to/],
    ['moves where nobody knows the order', () => 'unknown', /GitHub could not say.*Merge again.*--force --reason/],
  ])('never %s', async (_, ancestry, reason) => {
    const { code, stderr, before } = await moved(ancestry);
    expect(code).toBe(1);
    expect(stderr).toMatch(reason);
    expect(under('latest')).toBe(before);
  });

  it("stays where it is if GitHub does not answer; the reason tells GitHub's", async () => {
    world.github.before = () => {
      throw new GitHubError(503, 'GET compare', 'down');
    };
    const { code, stderr } = await moved(seen('ahead'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('503: down')]);
  });

  it('names the same commit again without a question', async () => {
    build('latest', 'c0');
    await merge('latest');
    registry.push(`${IMAGE}:latest-amd64`, 'amd64', { [REVISION]: 'c0', other: 'built again' });
    world.github.ancestry = () => 'unknown';
    expect((await merge('latest')).code).toBe(0);
  });

  it('never goes back in a further registry either', async () => {
    world.config = testConfig({ additionalRegistries: [{ registry: 'registry.example.com' }] });
    registry.push(`${OTHER}:latest`, 'amd64', { [REVISION]: 'new' });
    build('latest', 'old');
    world.github.ancestry = (base, head) => (base === 'new' && head === 'old' ? 'behind' : 'ahead');
    expect(await merge('latest')).toMatchObject({ code: 1, stderr: expect.stringContaining('never goes back') });
    expect(under('latest')).toBeUndefined();
  });

  it('moves back for a person with a reason, which its index tells', async () => {
    await moved(seen('behind'));
    expect((await merge('latest', '--force', '--reason', 'the new one leaks')).code).toBe(0);
    const index = JSON.parse(registry.contents.get(under('latest') ?? '') ?? '{}');
    expect(index.annotations[FORCED]).toBe('the new one leaks');
  });

  it('is no tag that a person made up: that one goes anywhere', async () => {
    for (const commit of ['b', 'a']) {
      build('try', commit);
      expect((await merge('try')).code).toBe(0);
    }
    expect(world.tokens).toEqual([]);
  });

  it('never takes images that say no commit', async () => {
    build('latest', 'c0');
    await merge('latest');
    build('latest', undefined);
    expect(await merge('latest')).toMatchObject({ code: 1, stderr: expect.stringContaining('No image says from which commit') });
  });
});

describe('the aliases of a version', () => {
  beforeEach(() => {
    world.config = testConfig({ pipeline: { aliases: true } });
  });

  it('name its index', async () => {
    build('v1.2.3', 'c0');
    expect((await merge('v1.2.3')).code).toBe(0);
    for (const alias of ['1.2.3', '1.2', 'v1']) expect(under(alias)).toBe(under('v1.2.3'));
  });

  it('are written after it', async () => {
    build('v1.2.3', 'c0');
    await merge('v1.2.3');
    expect(registry.log.filter((line) => line.startsWith('create'))[0]).toBe(`create ${IMAGE}:v1.2.3`);
  });

  it('stay where they are when an older series is built again', async () => {
    for (const version of ['v1.3.0', 'v1.2.4']) {
      build(version, version);
      expect((await merge(version)).code).toBe(0);
    }
    expect(under('v1')).toBe(under('v1.3.0'));
    expect(under('1.2')).toBe(under('v1.2.4'));
  });

  it('are refused before anything is written if nobody knows what they name', async () => {
    registry.push(`${IMAGE}:v1`, 'amd64');
    build('v1.2.3', 'c0');
    expect(await merge('v1.2.3')).toMatchObject({ code: 1, stderr: expect.stringContaining('Delete v1, then merge again') });
    expect(under('v1.2.3')).toBeUndefined();
  });

  it('do not leave a whole image for a part of one', async () => {
    build('v1.2.3', 'c0');
    await merge('v1.2.3', '--only', 'amd64');
    expect(under('v1')).toBeUndefined();
    await merge('v1.2.3');
    expect(under('v1')).toBe(under('v1.2.3'));
  });

  it.each(['1.2.3', '1.2', 'v1'])('are completed by another merge after one that ended before %s', async (alias) => {
    build('v1.2.3', 'c0');
    registry.before = (args) =>
      args[0] === 'create' && args.includes(`${IMAGE}:${alias}`) ? { code: 1, stdout: '', stderr: 'ERROR: gone\n' } : undefined;
    expect((await merge('v1.2.3')).code).toBe(1);
    registry.before = () => undefined;
    expect((await merge('v1.2.3')).code).toBe(0);
    for (const each of ['1.2.3', '1.2', 'v1']) expect(under(each)).toBe(under('v1.2.3'));
  });

  it('are never merged by name', async () => {
    expect(await merge('v1')).toMatchObject({ code: 1, stderr: expect.stringContaining('is an alias that follows the versions') });
  });
});
