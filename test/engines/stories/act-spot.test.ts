import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runnerIdentity } from '../../../src/core/identity';
import { API_JIT_CONFIG, API_TOKEN, type GitHubApi, startGitHubApi } from '../../models/github-api';
import { type ActResult, type BuildKit, debianBase, type Moto, type Registry, startBuildKit, startMoto, startRegistry } from '../index';
import { type Checkout, checkout, DOCKERFILE, dispatch, tagsIn } from './act-project';

/** act's own: every run is the first attempt of run 1. */
const IDENTITY = runnerIdentity({ repository: 'dianplus/tomcat', runId: '1', attempt: '1', architecture: 'amd64', tryNumber: 1 });

let registry: Registry;
let buildkit: BuildKit;
let moto: Moto;
let github: GitHubApi;
let project: Checkout;

beforeAll(async () => {
  registry = await startRegistry();
  await debianBase(registry.host, ['linux/amd64']);
  buildkit = await startBuildKit({ registryHost: registry.host, platforms: [] });
  moto = await startMoto();
  project = await checkout({ registry: registry.host, architectures: [{ name: 'amd64' }] });
});
beforeEach(async () => {
  await moto.reset();
  github = await startGitHubApi();
});
afterAll(async () => {
  await moto?.stop();
  await buildkit?.stop();
  await registry?.stop();
});

/** With the label that the launched machine has: what runs there runs here. */
async function build(tag: string): Promise<ActResult> {
  const result = await dispatch(project.folder, 'build-amd64.yml', buildkit, {
    inputs: { tag },
    labels: ['ubuntu-24.04', IDENTITY.label],
    stubs: {
      'actions/create-github-app-token': { outputs: { token: API_TOKEN } },
      'aws-actions/configure-aws-credentials': { env: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } },
    },
    env: { AWS_ENDPOINT_URL: moto.url, GITHUB_API_URL: github.url },
  });
  await github.stop();
  return result;
}

/** States of all machines that the EC2 emulator has ever had. */
async function machines(): Promise<string[]> {
  const answer = await fetch(moto.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: 'Action=DescribeInstances&Version=2016-11-15',
  });
  return [...(await answer.text()).matchAll(/<instanceState>\s*<code>\d+<\/code>\s*<name>([a-z-]+)<\/name>/g)].map(([, state]) => state);
}

const outcomes = ({ jobs }: ActResult) => jobs.map(({ id, result }) => `${id}: ${result}`);

describe('the generated build workflow on a Spot machine', () => {
  test('launches, builds under the label of that machine, and stops', async () => {
    const result = await build('latest');
    expect(outcomes(result), result.log).toEqual(['launch: success', 'build: success', 'stop: success']);
    expect(await tagsIn(registry, 'tomcat')).toEqual(['latest-amd64']);
    expect(await machines()).toEqual(['terminated']);
    expect(github.runners).toEqual([]);
    expect(result.log).not.toContain(API_JIT_CONFIG);
  });

  test('stops although the build has failed, and pushes nothing', async () => {
    project.writeDockerfile(`${DOCKERFILE}RUN exit 3\n`);
    const result = await build('broken');
    expect(outcomes(result), result.log).toEqual(['launch: success', 'build: failure', 'stop: success']);
    expect(result.code).not.toBe(0);
    expect(await tagsIn(registry, 'tomcat')).not.toContain('broken-amd64');
    expect(await machines()).toEqual(['terminated']);
  });

  test('stops although the launch has failed, and builds nothing', async () => {
    github.fault = (request) => (request.startsWith('POST') ? 403 : undefined);
    const result = await build('never');
    expect(outcomes(result), result.log).toEqual(['launch: failure', 'stop: success']);
    expect(await machines()).toEqual([]);
  });
});
