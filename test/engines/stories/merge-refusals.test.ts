/** What a merge refuses, what it leaves alone and what people may force, with images that BuildKit built. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FORCED, SUBSET } from '../../../src/core/merge/annotations';
import { type MergeSite, startMergeSite } from './merge-site';

let site: MergeSite;
let script: string;
let count = 0;
let tag: string;

beforeAll(async () => {
  site = await startMergeSite();
  script = site.script();
});
beforeEach(() => {
  tag = `v1.0.${++count}`;
});
afterAll(() => site?.stop());

const merge = (...args: string[]) => site.run(script, ['merge', '--tag', tag, ...args]);

async function refused(reason: RegExp): Promise<void> {
  const { code, stderr } = await merge();
  expect(stderr).toMatch(reason);
  expect(code).toBe(1);
  expect(await site.repository.get(tag)).toBeUndefined();
}

describe('a merge is refused', () => {
  it.each([
    ['commit', { REVISION: 'beef' }, /built from different commits: .*-amd64 from f00d \(since .*-arm64 from beef/],
    ['base', { BASE: 'sha256:c' }, /differ in org\.opencontainers\.image\.base\.digest: .*-amd64 has "sha256:b".*-arm64 has "sha256:c"/],
    ['version of a part', { PART: '2.0' }, /differ in resty_lua_version: .*"1\.0".*"2\.0".*Run the workflow "Build AMD64"/],
  ])('if the images differ in their %s', async (_, args, reason) => {
    await site.build(tag, 'amd64');
    await site.build(tag, 'arm64', { args });
    await refused(reason);
  });

  it.each(['mode=max', 'false'])("if the index's word and the image's own config disagree (provenance %s)", async (provenance) => {
    await site.build(tag, 'amd64');
    await site.build(tag, 'arm64', { platform: 'linux/amd64', provenance, args: { BYTES: provenance } });
    const { text, type, digest } = await site.repository.must(`${tag}-arm64`);
    const lie = (one: { platform: { architecture: string } }) =>
      one.platform.architecture === 'amd64' ? { ...one, platform: { os: 'linux', architecture: 'arm64' } } : one;
    const index = /index|list/.test(type)
      ? { ...JSON.parse(text), manifests: JSON.parse(text).manifests.map(lie) }
      : {
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.index.v1+json',
          manifests: [{ mediaType: type, digest, size: text.length, platform: { os: 'linux', architecture: 'arm64' } }],
        };
    await site.repository.put(`${tag}-arm64`, JSON.stringify(index));
    await refused(/-arm64 is for linux\/arm64 only by its index; its image itself was built for linux\/amd64/);
  });

  it('if an arch tag holds two images of one platform', async () => {
    await site.build(tag, 'arm64');
    await site.build(`${tag}-b`, 'amd64', { args: { BYTES: 'others' } });
    await site.build(tag, 'amd64');
    const [one, other] = await Promise.all([site.repository.must(`${tag}-amd64`), site.repository.must(`${tag}-b-amd64`)]);
    const manifests = [one, other].flatMap(({ text }) => JSON.parse(text).manifests);
    await site.repository.put(`${tag}-amd64`, JSON.stringify({ ...JSON.parse(one.text), manifests }));
    await refused(/must hold exactly one image; it holds 2 \(linux\/amd64, linux\/amd64\)/);
  });

  it('if the image under an arch tag is gone from the registry', async () => {
    await site.build(tag, 'arm64');
    await site.build(tag, 'amd64', { args: { BYTES: 'soon gone' } });
    const { amd64 } = await site.repository.images(`${tag}-amd64`);
    await site.repository.delete(amd64);
    await refused(/Cannot read .*-amd64: .*not found/);
  });
});

describe('a version that is public', () => {
  beforeEach(async () => {
    await site.build(tag, 'amd64');
    await site.build(tag, 'arm64');
  });

  it('stays, with success, when the same images were built again with other attestations', async () => {
    await merge();
    const before = await site.repository.must(tag);
    const { digest } = await site.repository.must(`${tag}-amd64`);
    await site.build(tag, 'amd64');
    expect((await site.repository.must(`${tag}-amd64`)).digest).not.toBe(digest);
    const { code, output } = await merge();
    expect(code, output).toBe(0);
    expect((await site.repository.must(tag)).digest).toBe(before.digest);
  });

  it('never gets other images; a person may force them, and the index tells why', async () => {
    await merge();
    const before = await site.repository.must(tag);
    for (const name of ['amd64', 'arm64']) await site.build(tag, name, { args: { BYTES: 'others' } });
    expect(await merge()).toMatchObject({ code: 1, stderr: expect.stringMatching(/public already.*A version never changes/) });
    const why = ['--force', '--reason', 'the key inside had leaked'];
    expect(await site.run(script, ['merge', '--tag', tag, ...why], { GITHUB_ACTIONS: 'true' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--force is for people'),
    });
    expect((await site.repository.must(tag)).digest).toBe(before.digest);
    const { code, output } = await merge(...why);
    expect(code, output).toBe(0);
    const after = await site.repository.must(tag);
    expect(after.annotations[FORCED]).toBe('the key inside had leaked');
    expect(await site.repository.images(tag)).toEqual({
      ...(await site.repository.images(`${tag}-amd64`)),
      ...(await site.repository.images(`${tag}-arm64`)),
    });
  });

  it('may begin as a part that says so, and grow', async () => {
    expect((await merge('--only', 'arm64')).code).toBe(0);
    const part = await site.repository.must(tag);
    expect(part.annotations[SUBSET]).toBe('arm64');
    expect(Object.keys(await site.repository.images(tag))).toEqual(['arm64']);
    const { code, output } = await merge();
    expect(code, output).toBe(0);
    expect((await site.repository.must(tag)).annotations[SUBSET]).toBeUndefined();
    expect(Object.keys(await site.repository.images(tag)).sort()).toEqual(['amd64', 'arm64']);
    expect((await merge('--only', 'arm64')).code, 'a whole one never shrinks').toBe(1);
  });
});

describe('more architectures', () => {
  const FIVE = ['amd64', 'arm64', 'riscv64', 's390x', 'ppc64le'];

  it.each([3, 5])('%i of them are one index', async (number) => {
    const names = FIVE.slice(0, number);
    const rows = names.map((name) => (name === 'amd64' || name === 'arm64' ? { name } : { name, emulated: { on: 'amd64' } }));
    for (const name of names) await site.build(tag, name);
    const { code, output } = await site.run(site.script({ architectures: rows }), ['merge', '--tag', tag]);
    expect(code, output).toBe(0);
    expect(Object.keys(await site.repository.images(tag)).sort()).toEqual([...names].sort());
    const { manifests } = await site.repository.must(tag);
    expect(manifests, 'an attestation for each').toHaveLength(2 * number);
  });
});

describe('verify', () => {
  const verify = () => site.run(script, ['verify', '--tag', tag]);

  async function merged(...without: string[]): Promise<void> {
    const how = (name: string) => ({ args: { BYTES: tag }, ...(without.includes(name) ? { provenance: 'false' } : {}) });
    for (const name of ['amd64', 'arm64']) await site.build(tag, name, how(name));
    const { code, output } = await merge();
    expect(code, output).toBe(0);
  }

  it('finds nothing in what a merge has made', async () => {
    await merged();
    const { code, stdout, output } = await verify();
    expect(code, output).toBe(0);
    expect(stdout).toContain(`:${tag}: whole, sha256:`);
  });

  it('finds an image that is gone from the registry', async () => {
    await merged();
    const { arm64 } = await site.repository.images(tag);
    await site.repository.delete(arm64);
    expect(await verify()).toMatchObject({
      code: 1,
      output: expect.stringContaining(`the image for linux/arm64 cannot be fetched (${arm64})`),
    });
  });

  it('finds a platform that does not belong there', async () => {
    await merged();
    await site.build(tag, 's390x', { args: { BYTES: tag } });
    const [own, foreign] = await Promise.all([site.repository.must(tag), site.repository.must(`${tag}-s390x`)]);
    const manifests = [own, foreign].flatMap(({ text }) => JSON.parse(text).manifests);
    await site.repository.put(tag, JSON.stringify({ ...JSON.parse(own.text), manifests }));
    expect(await verify()).toMatchObject({ code: 1, output: expect.stringContaining('has an image for linux/s390x, which it should not') });
  });

  it('finds an image without provenance', async () => {
    await merged('arm64');
    expect(await verify()).toMatchObject({ code: 1, output: expect.stringContaining('linux/arm64 has no provenance') });
  });

  it('finds that there is no such tag', async () => {
    expect(await verify()).toMatchObject({ code: 1, output: expect.stringContaining(`There is no ${site.repository.reference}:${tag}`) });
  });
});
