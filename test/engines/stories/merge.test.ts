/**
 * `merge` as the workflow calls it: the bundled script, `docker buildx imagetools`,
 * two real registries, and images that BuildKit built.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeScript } from '../../models/script';
import { imageConfig } from '../../support/config';
import { type BuildKit, installCrane, type Registry, run, startBuildKit, startRegistry, temporaryFolder } from '../index';

let registry: Registry;
let second: Registry;
let buildkit: BuildKit;
let crane: string;
let folder: string;
let script: string;
let image: string;
let tagCount = 0;
let tag: string;

beforeAll(async () => {
  [registry, second] = await Promise.all([startRegistry(), startRegistry()]);
  buildkit = await startBuildKit({ registryHost: registry.host, platforms: [] });
  crane = await installCrane();
  folder = temporaryFolder('merge-story');
  image = `${registry.host}/dianplus/tomcat`;
  script = writeScript(folder, imageConfig({ registry: registry.host }));
  fs.writeFileSync(
    path.join(folder, 'Dockerfile'),
    'FROM scratch\nARG TARGETARCH REVISION\nCOPY payload /${TARGETARCH}\nLABEL org.opencontainers.image.revision=${REVISION}\n',
  );
  fs.writeFileSync(path.join(folder, 'payload'), 'what is in the image\n');
});

beforeEach(() => {
  tag = `v1.0.${++tagCount}`;
});

afterAll(async () => {
  await buildkit?.stop();
  await Promise.all([registry?.stop(), second?.stop()]);
});

/** Builds and pushes one architecture, as its workflow does. */
async function build(
  name: string,
  options: { platform?: string; provenance?: string; revision?: string; oci?: boolean } = {},
): Promise<void> {
  const { platform = `linux/${name}`, provenance = 'mode=max', revision = 'f00d', oci = true } = options;
  await buildkit.buildx([
    ...['build', '--platform', platform, `--provenance=${provenance}`, '--build-arg', `REVISION=${revision}`],
    ...['--output', `type=image,name=${image}:${tag}-${name},push=true,oci-mediatypes=${oci}`, folder],
  ]);
}

/** Merges with a script of its own config. */
const mergeBy = (which: string, ...args: string[]) =>
  run(process.execPath, [which, 'merge', '--tag', tag, ...args], { env: { ...buildkit.env, BUILDX_BUILDER: '' }, allowFailure: true });

const merge = (...args: string[]) => mergeBy(script, ...args);

const manifest = async (reference: string) => JSON.parse((await run(crane, ['manifest', '--insecure', reference])).stdout);

/** Names of the files in an image, as pulled for a platform. */
async function pull(platform: string): Promise<string> {
  const tar = path.join(folder, 'pulled.tar');
  await run(crane, ['export', '--insecure', '--platform', platform, `${image}:${tag}`, tar]);
  return (await run('tar', ['--list', '--file', tar])).stdout.trim();
}

describe('a merge', () => {
  test('gives each platform its own image under one tag', async () => {
    await build('amd64');
    await build('arm64');
    const { code, stdout, output, seconds } = await merge('--json');
    expect(code, output).toBe(0);
    console.log(`merge took ${seconds} s`);
    expect(await pull('linux/amd64')).toBe('amd64');
    expect(await pull('linux/arm64')).toBe('arm64');
    const index = await manifest(`${image}:${tag}`);
    expect(index.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(index.annotations).toMatchObject({
      'org.opencontainers.image.description': 'tomcat container image',
      'org.opencontainers.image.revision': 'f00d',
    });
    expect((await run(crane, ['digest', '--insecure', `${image}:${tag}`])).stdout.trim()).toBe(JSON.parse(stdout).digest);
  });

  test('keeps the attestations', async () => {
    await build('amd64');
    await build('arm64');
    await merge();
    const { manifests } = await manifest(`${image}:${tag}`);
    const platforms = manifests.map((m: { platform: { architecture: string } }) => m.platform.architecture).sort();
    expect(platforms).toEqual(['amd64', 'arm64', 'unknown', 'unknown']);
  });

  test('takes images without attestations, of either media type', async () => {
    await build('amd64', { provenance: 'false' });
    await build('arm64', { provenance: 'false', oci: false });
    const { code, output } = await merge();
    expect(code, output).toBe(0);
    expect(await pull('linux/arm64')).toBe('arm64');
  });

  test('gives the same digest again', async () => {
    await build('amd64');
    await build('arm64');
    const digests = [await merge('--json'), await merge('--json')].map(({ stdout }) => JSON.parse(stdout).digest);
    expect(digests[1]).toBe(digests[0]);
  });

  test('pushes nothing in a dry run', async () => {
    await build('amd64');
    await build('arm64');
    const dry = await merge('--dry-run', '--json');
    expect(dry.code, dry.output).toBe(0);
    expect((await run(crane, ['digest', '--insecure', `${image}:${tag}`], { allowFailure: true })).code).not.toBe(0);
    await merge();
    expect(JSON.parse(dry.stdout).index).toEqual(await manifest(`${image}:${tag}`));
  });

  test('gives a second registry the same digest', async () => {
    const config = imageConfig({ registry: registry.host, additionalRegistries: [{ registry: second.host }] });
    await build('amd64');
    await build('arm64');
    const { code, stdout, output } = await mergeBy(writeScript(temporaryFolder('merge-story-two'), config), '--json');
    expect(code, output).toBe(0);
    for (const host of [registry.host, second.host]) {
      expect((await run(crane, ['digest', '--insecure', `${host}/dianplus/tomcat:${tag}`])).stdout.trim()).toBe(JSON.parse(stdout).digest);
    }
  });

  test('works with buildx alone, without docker', async () => {
    await build('amd64');
    await build('arm64');
    const [bin] = (buildkit.env.PATH ?? '').split(':');
    const env = { PATH: '/usr/bin:/bin', HOME: folder, BUILDX: path.join(bin, 'buildx') };
    const { code, output } = await run(process.execPath, [script, 'merge', '--tag', tag], { env, allowFailure: true });
    expect(code, output).toBe(0);
  });
});

describe('a merge is refused', () => {
  test('if an architecture is missing', async () => {
    await build('amd64');
    const { code, stderr } = await merge();
    expect([code, stderr]).toEqual([1, expect.stringContaining(`There is no ${image}:${tag}-arm64. Run the workflow "Build ARM64"`)]);
  });

  test('if an arch tag holds the other architecture', async () => {
    await build('amd64');
    await build('arm64', { platform: 'linux/amd64' });
    const { code, stderr } = await merge();
    expect([code, stderr]).toEqual([1, expect.stringContaining('must be for linux/arm64; it is for linux/amd64')]);
  });

  test('if an arch tag holds two images', async () => {
    await build('amd64', { platform: 'linux/amd64,linux/arm64' });
    await build('arm64');
    const { code, stderr } = await merge();
    expect([code, stderr]).toEqual([1, expect.stringContaining('exactly one image; it holds 2 (linux/amd64, linux/arm64)')]);
  });

  test('if the registry is gone', async () => {
    const { code, stderr } = await mergeBy(writeScript(temporaryFolder('merge-story-gone'), imageConfig({ registry: '127.0.0.1:9' })));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Cannot read 127\.0\.0\.1:9.*refused/)]);
  });
});
