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

/** Digest that a build of the run says it pushed. */
function told(result: ActResult, name: string): string {
  const [digest] = new RegExp(`${name} is (sha256:[0-9a-f]{64}), as given`).exec(result.log)?.slice(1) ?? [];
  if (!digest) throw new Error(`The merge was given no digest of ${name}:\n${result.log}`);
  return digest;
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
    const parts = await Promise.all(['amd64', 'arm64'].map((name) => manifest(`@${told(result, name)}`)));
    expect(index.digests).toEqual(parts.flatMap(({ digests }) => digests).sort());
  });

  test('the password reached the called workflows, and no log', () => {
    expect(result.log).toContain('Logged in');
    expect(result.log).not.toContain(PASSWORD);
  });
});

test('an arch tag that somebody moves after the build changes nothing in the merge', async () => {
  const foreign = (await manifest(':latest')).digests;
  const stranger = told(await publish('stranger'), 'amd64');
  project.writeDockerfile(DOCKERFILE.replace('echo built', 'echo built-anew'));
  const moving = await publish('latest', `${await installCrane()} tag ${registry.host}/dianplus/tomcat@${stranger} latest-amd64`);
  expect(moving.code, moving.log).toBe(0);
  expect(moving.log).toContain('What was given is merged.');
  const parts = await Promise.all(['amd64', 'arm64'].map((name) => manifest(`@${told(moving, name)}`)));
  expect((await manifest(':latest')).digests).toEqual(parts.flatMap(({ digests }) => digests).sort());
  expect((await manifest(':latest')).digests).not.toEqual(foreign);
  expect((await manifest(':latest-amd64')).digests).toEqual((await manifest(`@${stranger}`)).digests);
});

test('if one build fails nothing is merged, and the run is red', async () => {
  project.writeDockerfile(`${DOCKERFILE}RUN test "$(cat /etc/nothing)" = there\n`);
  const result = await publish('broken');
  expect(result.code).not.toBe(0);
  expect(result.ran).not.toContain('merge');
  expect(await tagsIn(registry, 'tomcat')).not.toContain('broken');
});
