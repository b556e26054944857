import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActResult, type BuildKit, debianBase, installCrane, type Registry, run, startBuildKit, startRegistry } from '../index';
import { type Checkout, COMMITTED, checkout, DOCKERFILE, dispatch, PASSWORD, tagsIn } from './act-project';

let registry: Registry;
let buildkit: BuildKit;
let project: Checkout;

beforeAll(async () => {
  registry = await startRegistry();
  await debianBase(registry.host, ['linux/amd64']);
  buildkit = await startBuildKit({ registryHost: registry.host, platforms: [] });
  project = await checkout({ registry: registry.host, architectures: [{ name: 'amd64', hosted: {} }] });
});
afterAll(async () => {
  await buildkit?.stop();
  await registry?.stop();
});

/** On the hosted runner, which brings its own buildx here. */
const hosted = (workflow: string, inputs: Record<string, string>, ref?: string) =>
  dispatch(project.folder, workflow, buildkit, { inputs, ref, labels: ['ubuntu-24.04'], stubs: { 'docker/setup-buildx-action': {} } });

const build = (inputs: Record<string, string>, ref?: string) => hosted('build-amd64.yml', inputs, ref);

const JOB = { id: 'build', name: 'Build AMD64/Build AMD64' };

describe('the generated build workflow, end to end', () => {
  let result: ActResult;
  beforeAll(async () => {
    result = await build({ tag: 'latest' });
  });

  test('the build job really ran, and succeeded', () => {
    expect(result.jobs, result.log).toEqual([{ ...JOB, result: 'success' }]);
    expect(result).toMatchObject({ code: 0, unmapped: [] });
  });

  test('the registry has the arch tag, and no public one', async () => {
    expect(await tagsIn(registry, 'tomcat')).toEqual(['latest-amd64']);
  });

  test('the image says which commit it is of, and is no younger', async () => {
    const reference = `${registry.host}/dianplus/tomcat:latest-amd64`;
    const { stdout } = await run(await installCrane(), ['config', '--platform', 'linux/amd64', reference]);
    const { created, config } = JSON.parse(stdout);
    expect(created).toBe(COMMITTED);
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.revision': project.commit,
      'org.opencontainers.image.created': COMMITTED,
    });
  });

  test('the layer cache has a home of its own', async () => {
    expect(await tagsIn(registry, 'tomcat-cache')).toEqual(['amd64']);
  });

  test('the password is in no log', () => {
    expect(result.log).toContain('Logged in');
    expect(result.log).not.toContain(PASSWORD);
  });

  test('the merge workflow then makes the public tag of it', async () => {
    const merge = await hosted('merge-manifests.yml', { tag: 'latest' });
    expect(merge.jobs, merge.log).toEqual([{ id: 'merge', name: 'Merge Multi-Arch Manifests/Merge', result: 'success' }]);
    expect(await tagsIn(registry, 'tomcat')).toEqual(['latest', 'latest-amd64']);
  });
});

test('a build that fails pushes nothing, and has logged in nowhere', async () => {
  project.writeDockerfile(`${DOCKERFILE}RUN exit 3\n`);
  const result = await build({ tag: 'broken' });
  expect(result.jobs, result.log).toEqual([{ ...JOB, result: 'failure' }]);
  expect(await tagsIn(registry, 'tomcat')).not.toContain('broken-amd64');
  expect(result.log).not.toContain('Logged in');
});

test('a branch that gives no tag is refused before anything is built', async () => {
  const result = await build({}, 'refs/heads/feature');
  expect(result.jobs, result.log).toEqual([{ ...JOB, result: 'failure' }]);
  expect(result.log).toContain('"refs/heads/feature" gives no image tag');
  expect(result.log).not.toContain('Run Main Build and smoke-test');
});

test('a branch that gives a tag needs no input', async () => {
  project.writeDockerfile(DOCKERFILE);
  const result = await build({}, 'refs/heads/develop');
  expect(result.code, result.log).toBe(0);
  expect(await tagsIn(registry, 'tomcat')).toContain('develop-amd64');
});
