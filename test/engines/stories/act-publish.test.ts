import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActResult, type BuildKit, debianBase, installCrane, type Registry, run, startBuildKit, startRegistry } from '../index';
import { type Checkout, checkout, DOCKERFILE, dispatch, PASSWORD, tagsIn } from './act-project';

let registry: Registry;
let buildkit: BuildKit;
let project: Checkout;

/** Both runners are this machine, which emulates the other CPU. */
const ARCHITECTURES = [
  { name: 'amd64', hosted: {} },
  { name: 'arm64', hosted: {} },
];

beforeAll(async () => {
  registry = await startRegistry();
  await debianBase(registry.host, ['linux/amd64', 'linux/arm64']);
  buildkit = await startBuildKit({ registryHost: registry.host, platforms: ['linux/arm64'] });
  project = await checkout({ registry: registry.host, architectures: ARCHITECTURES });
});
afterAll(async () => {
  await buildkit?.stop();
  await registry?.stop();
});

/** @param beforeMerge shell command that somebody runs between the builds and the merge */
const publish = (tag: string, beforeMerge = 'true') =>
  dispatch(project.folder, 'publish.yml', buildkit, {
    inputs: { tag },
    labels: ['ubuntu-24.04', 'ubuntu-24.04-arm'],
    stubs: { 'docker/setup-buildx-action': { run: `[ "$GITHUB_JOB" != merge ] || ${beforeMerge}` } },
  });

/** What a tag or a digest names, as the registry has it. */
async function manifest(reference: string): Promise<{ text: string; digests: string[]; platforms: string[] }> {
  const { stdout } = await run(await installCrane(), ['manifest', `${registry.host}/dianplus/tomcat${reference}`]);
  const { manifests = [] } = JSON.parse(stdout) as { manifests?: { digest: string; platform: { os: string; architecture: string } }[] };
  return {
    text: stdout,
    digests: manifests.map(({ digest }) => digest).sort(),
    platforms: manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`).filter((one) => one !== 'unknown/unknown'),
  };
}

/** Digest that the build of an architecture says it pushed, the last thing that it does. */
function told(result: ActResult, label: string): string {
  const digest = new RegExp(`/Build ${label}\\S*.*Pushed \\S+@(sha256:[0-9a-f]{64})\\.`).exec(result.log)?.[1];
  if (!digest) throw new Error(`Build ${label} says nothing of a push:\n${result.log}`);
  return digest;
}

/** Digests of the images and attestations that this run has pushed. */
async function pushedBy(result: ActResult): Promise<string[]> {
  const parts = await Promise.all(['AMD64', 'ARM64'].map((label) => manifest(`@${told(result, label)}`)));
  return parts.flatMap(({ digests }) => digests).sort();
}

describe('one click', () => {
  let result: ActResult;
  beforeAll(async () => {
    result = await publish('latest');
  });

  test('builds every architecture by its own workflow, merges, and is green', () => {
    expect(result, result.log).toMatchObject({ code: 0, unmapped: [] });
    expect([...result.ran].sort()).toEqual(expect.arrayContaining(['build', 'merge', 'verdict']));
    expect(result.jobs.filter(({ result: end }) => end !== 'success')).toEqual([]);
  });

  test('the public tag has both platforms, and exactly what this run has pushed', async () => {
    expect(await tagsIn(registry, 'tomcat')).toEqual(['latest', 'latest-amd64', 'latest-arm64']);
    const index = await manifest(':latest');
    expect(index.platforms.sort()).toEqual(['linux/amd64', 'linux/arm64']);
    expect(index.digests).toEqual(await pushedBy(result));
  });

  test('the password reached the called workflows, and no log', () => {
    expect(result.log).toContain('Logged in');
    expect(result.log).not.toContain(PASSWORD);
  });
});

test('an arch tag that somebody moves after the build changes nothing in the merge', async () => {
  const stranger = told(await publish('stranger'), 'AMD64');
  project.writeDockerfile(DOCKERFILE.replace('echo built', 'echo built-anew'));
  const result = await publish('moved', `${await installCrane()} tag ${registry.host}/dianplus/tomcat@${stranger} moved-amd64`);
  expect(result.code, result.log).toBe(0);
  expect((await manifest(':moved-amd64')).text).toBe((await manifest(`@${stranger}`)).text);
  expect((await manifest(':moved')).digests).toEqual(await pushedBy(result));
});

test('if one build fails nothing is merged, and the run is red', async () => {
  project.writeDockerfile(`${DOCKERFILE}RUN test "$(cat /etc/nothing)" = there\n`);
  const result = await publish('broken');
  expect(result.jobs, result.log).toContainEqual(expect.objectContaining({ id: 'build', result: 'failure' }));
  expect(result.log).toMatch(/Failure - Main Build and smoke-test/);
  expect(result.code).not.toBe(0);
  expect(result.ran).not.toContain('merge');
  expect(await tagsIn(registry, 'tomcat')).not.toContain('broken');
});
