import { appendFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sdkEc2 } from '../../../src/runtime/edges/ec2-sdk';
import { type AwsProxy, startAwsProxy } from '../../models/aws-proxy';
import { API_JIT_CONFIG, API_TOKEN, type GitHubApi, startGitHubApi } from '../../models/github-api';
import { type ActResult, type BuildKit, debianBase, type Moto, type Registry, startBuildKit, startMoto, startRegistry } from '../index';
import { bootGuests, type Guests } from './act-guest';
import { type Checkout, checkout, DOCKERFILE, dispatch, tagsIn } from './act-project';

const REGION = 'us-east-1';
const AWS_KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const FAILING = `${DOCKERFILE}RUN exit 3\n`;

let registry: Registry;
let buildkit: BuildKit;
let moto: Moto;
let aws: AwsProxy;
let github: GitHubApi;
let guests: Guests;
let project: Checkout;

beforeAll(async () => {
  registry = await startRegistry();
  await debianBase(registry.host, ['linux/amd64']);
  buildkit = await startBuildKit({ registryHost: registry.host, platforms: [] });
  moto = await startMoto();
  aws = await startAwsProxy(moto.url);
  project = await checkout({ registry: registry.host, architectures: [{ name: 'amd64' }] });
  Object.assign(process.env, AWS_KEYS, { AWS_ENDPOINT_URL: moto.url });
});
beforeEach(async () => {
  await moto.reset();
  aws.calls.splice(0);
  github = await startGitHubApi();
  guests = bootGuests(aws, REGION);
  project.writeDockerfile(DOCKERFILE);
});
afterEach(async () => {
  guests?.remove();
  await github?.stop();
});
afterAll(async () => {
  for (const name of ['AWS_ENDPOINT_URL', ...Object.keys(AWS_KEYS)]) delete process.env[name];
  await aws?.stop();
  await moto?.stop();
  await buildkit?.stop();
  await registry?.stop();
});

/** With the labels that launched machines have: what runs there runs here. In act every run is run 1. */
function build(tag: string, env: Readonly<Record<string, string>> = {}): Promise<ActResult> {
  return dispatch(project.folder, 'build-amd64.yml', buildkit, {
    inputs: { tag },
    labels: ['ubuntu-24.04', 'spot-1-1-amd64-1', 'spot-1-1-amd64-101'],
    stubs: {
      'actions/create-github-app-token': { outputs: { token: API_TOKEN } },
      'aws-actions/configure-aws-credentials': { env: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } },
    },
    env: { AWS_ENDPOINT_URL: aws.url, GITHUB_API_URL: github.url, ...guests.env, ...env },
  });
}

/** States of all machines that the EC2 emulator has ever had. */
const machines = async () => (await sdkEc2(REGION).instances({})).map(({ market, state }) => `${market}: ${state}`);

const outcomes = ({ jobs }: ActResult) => jobs.map(({ id, result }) => `${id}: ${result}`);

const FIRST = ['launch: success', 'build: success', 'stop: success', 'verdict: success'];

describe('the generated build workflow on a Spot machine', () => {
  test('launches, attests the machine, builds under its label, stops, and says what was pushed', async () => {
    const result = await build('latest');
    expect(outcomes(result), result.log).toEqual(FIRST);
    expect(await tagsIn(registry, 'tomcat')).toEqual(['latest-amd64']);
    expect(await machines()).toEqual(['spot: terminated']);
    expect(github.runners).toEqual([]);
    expect(result.log).not.toContain(API_JIT_CONFIG);
    const [{ instanceId, nonce }] = guests.identities;
    expect(nonce).not.toBe('');
    expect(result.log).toContain(`This is ${instanceId}`);
    const answer = await fetch(`${registry.url}/v2/dianplus/tomcat/manifests/latest-amd64`, {
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
    });
    expect(result.log).toContain(`Built ${registry.host}/dianplus/tomcat@${answer.headers.get('docker-content-digest')}.`);
  });

  test('builds nothing on a machine that is another one', async () => {
    guests.says = (truth) => ({ ...truth, nonce: 'of-another-launch' });
    const result = await build('wrong');
    expect(outcomes(result), result.log).toEqual(['launch: success', 'build: failure', 'stop: success', 'verdict: failure']);
    expect(result.log).toContain('nonce: the launch announced');
    expect(result.log).not.toContain('Run Main Build and smoke-test');
    expect(await tagsIn(registry, 'tomcat')).not.toContain('wrong-amd64');
    expect(await machines()).toEqual(['spot: terminated']);
  });

  test('stops although the build has failed, pushes nothing, and does not try again', async () => {
    project.writeDockerfile(FAILING);
    const result = await build('broken');
    expect(outcomes(result), result.log).toEqual(['launch: success', 'build: failure', 'stop: success', 'verdict: failure']);
    expect(result.code).not.toBe(0);
    expect(await tagsIn(registry, 'tomcat')).not.toContain('broken-amd64');
    expect(await machines()).toEqual(['spot: terminated']);
  });

  test('stops although the launch has failed, and builds nothing', async () => {
    github.fault = (request) => (request.startsWith('POST') ? 403 : undefined);
    const result = await build('never');
    expect(outcomes(result), result.log).toEqual(['launch: failure', 'stop: success', 'verdict: failure']);
    expect(result.log).toContain('No machine could be had');
    expect(await machines()).toEqual([]);
  });
});

describe('when Spot takes the machine back in the middle of the build', () => {
  const SECOND = ['launch-again: success', 'build-again: success', 'stop-again: success'];

  beforeEach(() => {
    guests.reclaimed = (nth) => nth === 1;
    project.writeDockerfile(FAILING); // as a build ends whose machine is gone
  });

  test('it is built once more, on demand, and the run ends well', async () => {
    guests.booted = (nth) => nth === 2 && project.writeDockerfile(DOCKERFILE);
    const result = await build('reclaimed');
    expect(outcomes(result), result.log).toEqual(['launch: success', 'build: failure', 'stop: success', ...SECOND, 'verdict: success']);
    expect(result.log).toContain('Spot took the machine back in the middle of the build. Built on demand, at the second try:');
    expect(await tagsIn(registry, 'tomcat')).toContain('reclaimed-amd64');
    expect((await machines()).sort()).toEqual(['on-demand: terminated', 'spot: terminated']);
    const [first, second] = guests.identities;
    expect(first.runnerName).not.toBe(second.runnerName);
  });

  test('once only: if that fails as well, the run has failed', async () => {
    const result = await build('twice');
    expect(outcomes(result), result.log).toEqual([
      'launch: success',
      'build: failure',
      'stop: success',
      'launch-again: success',
      'build-again: failure',
      'stop-again: success',
      'verdict: failure',
    ]);
    expect(await tagsIn(registry, 'tomcat')).not.toContain('twice-amd64');
    expect((await machines()).sort()).toEqual(['on-demand: terminated', 'spot: terminated']);
  });
});

test('with the launch of an earlier attempt nothing waits: the verdict says what to do', async () => {
  // in the second attempt the launch still says what it said in the first one
  appendFileSync(guests.env.BASH_ENV, 'if [ "$GITHUB_JOB" = launch ]; then export GITHUB_RUN_ATTEMPT=1; fi\n');
  const result = await build('partial', { GITHUB_RUN_ATTEMPT: '2' });
  expect(outcomes(result), result.log).toEqual(['launch: success', 'stop: success', 'verdict: failure']);
  expect(result.log).toContain('Choose "Re-run all jobs"');
  expect(await tagsIn(registry, 'tomcat')).not.toContain('partial-amd64');
});
