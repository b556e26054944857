/** What a bump costs on a new machine, and that two machines make the same image. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuildKit, installCrane, type Mirror, openrestySources, type Result, run, startBuildKit, startMirror } from '..';
import { nativeArchitecture } from '../qemu';
import { bake, type ImageSite, imageOptions, NEXT_RELEASE, RUN_FACTS, startImageSite, stepsOf, writeProject } from './image-site';

const NATIVE = `linux/${nativeArchitecture}`;
/** The steps that compile the libraries. */
const LIBRARIES = ['openssl 3/3', 'pcre2 2/2'];
const SMOKE = `smoke-${nativeArchitecture}`;
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

/** The stages that had something to do. */
function busyStages(result: Result): string[] {
  return [...new Set(stepsOf(result).flatMap(({ name, cached }) => (cached ? [] : [name.split(' ')[0]])))];
}

async function succeeds(result: Promise<Result>): Promise<Result> {
  const done = await result;
  expect(done.code, done.output).toBe(0);
  return done;
}

it('a bump of the release, the next commit and another machine cost what they must', async () => {
  const before = writeProject(imageOptions(site));
  await succeeds(bake(site.buildkit, before.folder, PUSH));

  // the bump, on a machine that knows nothing: the libraries come from the cache in the registry
  const after = writeProject(imageOptions(bumped));
  const rebuilt = await succeeds(bake(machine, after.folder, SMOKE));
  expect(stepsOf(rebuilt)).toEqual(expect.arrayContaining(LIBRARIES.map((name) => ({ name, cached: true }))));
  expect(busyStages(rebuilt)).toEqual(['openresty', 'image', 'smoke']);

  // the push ships what was proved
  expect(busyStages(await succeeds(bake(machine, after.folder, PUSH)))).toEqual([]);
  const reference = `${after.config.image.reference}:${RUN_FACTS.TAG}-${nativeArchitecture}`;
  const made = await imageDigest(reference);

  // the next commit, which changes nothing of the image: nothing is compiled
  const facts = { REVISION: 'f'.repeat(40), SOURCE_DATE_EPOCH: '1800000000' };
  expect(busyStages(await succeeds(bake(machine, after.folder, SMOKE, { facts })))).toEqual([]);

  // the same commit, compiled elsewhere: the same image, to the byte
  await succeeds(bake(site.buildkit, after.folder, PUSH));
  expect(await imageDigest(reference)).toBe(made);
});
