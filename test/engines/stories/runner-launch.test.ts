/**
 * `launch` where the straight way is closed, as the workflows call it: the bundled script
 * as a process, the real SDKs in it, an EC2 emulator and a stand-in for GitHub's API.
 */
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RUNNER_TAGS, runnerIdentity, runTags } from '../../../src/core/identity';
import { sdkEc2 } from '../../../src/runtime/edges/ec2-sdk';
import { type AwsProxy, startAwsProxy } from '../../models/aws-proxy';
import { API_JIT_CONFIG, API_TOKEN, type GitHubApi, startGitHubApi } from '../../models/github-api';
import { bodyOf, type HttpServer, startHttp } from '../../models/http';
import { writeScript } from '../../models/script';
import { imageConfig } from '../../support/config';
import { type Moto, run, startMoto, temporaryFolder } from '../index';

const RUN = { repository: 'dianplus/tomcat', runId: '17654321098', architecture: 'amd64' };
const AWS_KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const ARCHITECTURES = [{ name: 'amd64', spot: { families: ['c6i', 'c7i'] } }];

/** A project's script, by the pipeline options of its config. */
const PIPELINES = {
  plain: {},
  onDemand: { onDemandFallback: true },
  hosted: { onDemandFallback: true, hostedFallback: true },
  cheap: { maxBuildPrice: 0.000001 },
  dear: { maxBuildPrice: 100 },
} as const;

let moto: Moto;
let aws: AwsProxy;
let oldRegion: HttpServer;
let github: GitHubApi;
let folder: string;
const scripts = new Map<string, string>();

/** EC2 as it was before it took user-data in a fleet request. */
function startOldRegion(target: () => string): Promise<HttpServer> {
  return startHttp(async (request, response) => {
    const body = await bodyOf(request);
    if (/Action=CreateFleet&.*LaunchTemplateSpecificationUserData=/.test(body.toString())) {
      const error = '<Code>UnknownParameter</Code><Message>The parameter LaunchTemplateSpecificationUserData is not recognized</Message>';
      response.writeHead(400, { 'content-type': 'text/xml' });
      response.end(`<Response><Errors><Error>${error}</Error></Errors><RequestID>0</RequestID></Response>`);
      return;
    }
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(`${target()}${request.url}`, { method: request.method, headers, body: new Uint8Array(body) });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/xml' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
}

beforeAll(async () => {
  moto = await startMoto();
  aws = await startAwsProxy(moto.url);
  oldRegion = await startOldRegion(() => aws.url);
  folder = temporaryFolder('launch-story');
  for (const [name, pipeline] of Object.entries(PIPELINES)) {
    scripts.set(name, writeScript(path.join(folder, name), imageConfig({ architectures: ARCHITECTURES, pipeline })));
  }
  Object.assign(process.env, AWS_KEYS, { AWS_ENDPOINT_URL: moto.url });
});

beforeEach(async () => {
  await github?.stop();
  github = await startGitHubApi();
  await moto.reset();
  aws.calls.splice(0);
  aws.refuse = () => undefined;
});

afterAll(async () => {
  for (const name of ['AWS_ENDPOINT_URL', ...Object.keys(AWS_KEYS)]) delete process.env[name];
  await Promise.all([github?.stop(), oldRegion?.stop(), aws?.stop()]);
  await moto?.stop();
});

/** Runs a command of one of the projects, at an endpoint. */
const spotImage = (project: keyof typeof PIPELINES, args: readonly string[], endpoint = aws.url) =>
  run(process.execPath, [scripts.get(project) ?? '', ...args, '--arch', 'amd64', '--json'], {
    env: {
      PATH: process.env.PATH,
      ...AWS_KEYS,
      AWS_ENDPOINT_URL: endpoint,
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: RUN.repository,
      GITHUB_RUN_ID: RUN.runId,
      GITHUB_RUN_ATTEMPT: '1',
      RUNNER_TOKEN: API_TOKEN,
      GITHUB_OUTPUT: path.join(folder, 'output'),
    },
    allowFailure: true,
  });

const machines = () => sdkEc2('us-east-1').instances(runTags(RUN));
const fleets = () => aws.calls.filter(({ action }) => action === 'CreateFleet').map(({ parameters }) => parameters);
const MARKET = 'TargetCapacitySpecification.DefaultTargetCapacityType';

describe('a machine on demand', () => {
  test('is asked for where there is none on Spot, and really is one', async () => {
    aws.refuse = (action, nth) => (action === 'CreateFleet' && nth === 1 ? 'InsufficientInstanceCapacity' : undefined);
    const { code, stdout, output } = await spotImage('onDemand', ['launch']);
    expect(code, output).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ market: 'on-demand', zone: expect.stringMatching(/^us-east-1[a-f]$/), attempt: '1' });
    expect(result.tries.map((one: { outcome: string }) => one.outcome)).toEqual(['capacity', 'online']);
    const [machine] = await machines();
    expect(machine).toMatchObject({ market: 'on-demand', id: result['instance-id'], zone: result.zone });
    expect(machine.tags[RUNNER_TAGS.expires]).toBe(result.expires);
    expect(fleets().map((parameters) => parameters.get(MARKET))).toEqual(['spot', 'on-demand']);
    expect(fleets()[1].get('OnDemandOptions.AllocationStrategy')).toBe('lowest-price');
    expect(github.runners.map(({ name }) => name)).toEqual([result.label]);
  });

  test('is what a build is given again that lost its first one, and the same stop ends it', async () => {
    const first = JSON.parse((await spotImage('plain', ['launch'])).stdout);
    await sdkEc2('us-east-1').terminate([first['instance-id']]);
    const { code, stdout, output } = await spotImage('plain', ['launch', '--again']);
    expect(code, output).toBe(0);
    const again = JSON.parse(stdout);
    expect(again).toMatchObject({ market: 'on-demand', label: runnerIdentity({ ...RUN, attempt: '1', tryNumber: 101 }).label });
    expect(again['instance-id']).not.toBe(first['instance-id']);
    const [one, other] = fleets().map((parameters) => parameters.get('ClientToken'));
    expect(one).not.toBe(other);
    expect((await spotImage('plain', ['stop'])).code).toBe(0);
    expect(new Set((await machines()).map(({ state }) => state))).toEqual(new Set(['terminated']));
    expect(github.runners).toEqual([]);
  });
});

describe("GitHub's own runner", () => {
  test('takes the build where EC2 has nothing, and nothing is left', async () => {
    aws.refuse = (action) => (action === 'CreateFleet' ? 'MaxSpotInstanceCountExceeded' : undefined);
    const { code, stdout, stderr } = await spotImage('hosted', ['launch']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ market: 'hosted', label: 'ubuntu-24.04', 'instance-id': '' });
    expect(stderr).toContain("GitHub's own runner");
    expect(await machines()).toEqual([]);
    expect(github.runners).toEqual([]);
  });

  test('does not take it where a permission is missing', async () => {
    aws.refuse = (action) => (action === 'CreateFleet' ? 'UnauthorizedOperation' : undefined);
    const { code, stderr } = await spotImage('hosted', ['launch']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('lacks a permission')]);
    expect(github.runners).toEqual([]);
  });
});

describe('a limit for the price', () => {
  test('lets nothing be launched above it', async () => {
    const { code, stderr } = await spotImage('cheap', ['launch']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/maxBuildPrice is 0\.000001 USD, and the cheapest candidate, c6i\.large/)]);
    expect(fleets()).toEqual([]);
    expect(github.runners).toEqual([]);
  });

  test('goes to EC2 with the request, in six calls', async () => {
    const { code, output } = await spotImage('dear', ['launch']);
    expect(code, output).toBe(0);
    const prices = [...fleets()[0].entries()].filter(([key]) => /Overrides\.[0-9]+\.MaxPrice$/.test(key)).map(([, value]) => Number(value));
    expect(prices.length).toBeGreaterThan(0);
    for (const price of prices) expect(price).toBeCloseTo(75, 3); // 100 over 80 minutes
    expect(aws.calls.length).toBeLessThanOrEqual(6);
  });
});

describe('a region that takes no user-data in a fleet request', () => {
  test('gets it in a template of its own, which is gone afterwards', async () => {
    const { code, stdout, output } = await spotImage('plain', ['launch'], oldRegion.url);
    expect(code, output).toBe(0);
    expect(output).not.toContain(API_JIT_CONFIG);
    const name = `spot-image-${JSON.parse(stdout)['runner-name']}-${github.runners[0].id}`;
    const template = aws.calls.find(({ parameters }) => parameters.get('LaunchTemplateName') === name)?.parameters;
    expect(Buffer.from(template?.get('LaunchTemplateData.UserData') ?? '', 'base64').toString()).toContain(API_JIT_CONFIG);
    expect(template?.get('TagSpecification.1.ResourceType')).toBe('launch-template');
    expect(fleets().map((parameters) => parameters.get('LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName'))).toEqual([
      name,
    ]);
    expect(await sdkEc2('us-east-1').hasTemplate(name)).toBe(false);
    expect((await machines()).map(({ state }) => state)).toEqual(['running']);
    expect(github.runners).toHaveLength(1);
  });
});
