/** What a bump costs on a new machine, and that two machines make the same image. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuildKit, installCrane, type Mirror, openrestySources, run, startBuildKit, startMirror } from '..';
import { nativeArchitecture } from '../qemu';
import { bake, type ImageSite, imageOptions, NEXT_RELEASE, RUN_FACTS, startImageSite, stepsOf, writeProject } from './image-site';

const NATIVE = `linux/${nativeArchitecture}`;
const PUSH = `push-${nativeArchitecture}`;

let site: ImageSite;
/** BuildKit on a machine that has built nothing yet, as a Spot instance is. */
let machine: BuildKit;
/** The same site after the release was bumped. */
let bumped: ImageSite;
let nextMirror: Mirror;

beforeAll(async () => {
  site = await startImageSite([NATIVE]);
  const sources = await openrestySources(NEXT_RELEASE);
  nextMirror = await startMirror(sources.folder);
  bumped = { ...site, sources, mirror: nextMirror };
  machine = await startBuildKit({ registryHost: site.registry.host, platforms: [NATIVE], fresh: true });
});
afterAll(async () => {
  await machine?.stop();
  await nextMirror?.stop();
  await site?.stop();
});

/** Digest of the image itself: the one manifest of the pushed index that is no attestation. */
async function imageDigest(reference: string): Promise<string> {
  const { stdout } = await run(await installCrane(), ['manifest', reference]);
  const { manifests } = JSON.parse(stdout) as { manifests: { digest: string; platform: { os: string } }[] };
  const images = manifests.filter(({ platform }) => platform.os !== 'unknown');
  expect(images).toHaveLength(1);
  return images[0].digest;
}

describe('after a bump of the release', () => {
  it('a new machine takes everything but OpenResty from the registry, and makes the image that another one makes', async () => {
    const before = writeProject(imageOptions(site));
    const first = await bake(site.buildkit, before.folder, PUSH);
    expect(first.code, first.output).toBe(0);

    const after = writeProject(imageOptions(bumped));
    const rebuilt = await bake(machine, after.folder, PUSH);
    expect(rebuilt.code, rebuilt.output).toBe(0);
    const steps = stepsOf(rebuilt);
    const ran = steps.filter(({ cached }) => !cached).map(({ name }) => name.split(' ')[0]);
    expect(steps.map(({ name }) => name.split(' ')[0])).toEqual(expect.arrayContaining(['openssl', 'pcre2', 'openresty', 'image']));
    expect([...new Set(ran)]).toEqual(['openresty', 'image']);

    const reference = `${after.config.image.reference}:${RUN_FACTS.TAG}-${nativeArchitecture}`;
    const made = await imageDigest(reference);
    const elsewhere = await bake(site.buildkit, after.folder, PUSH);
    expect(elsewhere.code, elsewhere.output).toBe(0);
    expect(await imageDigest(reference)).toBe(made);
  });
});
