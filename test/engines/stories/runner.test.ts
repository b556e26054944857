/**
 * `launch` and `stop` as the workflows call them: the bundled script as a process of
 * its own, the real SDKs in it, an EC2 emulator and a stand-in for GitHub's API.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { guestTools } from '../../../src/core/guest-tools';
import { runnerIdentity, runTags } from '../../../src/core/identity';
import { timeToLive } from '../../../src/core/time-to-live';
import { sdkEc2 } from '../../../src/runtime/edges/ec2-sdk';
import { guestFiles, renderUserData } from '../../../src/runtime/runner/user-data';
import { type AwsProxy, startAwsProxy } from '../../models/aws-proxy';
import { API_JIT_CONFIG, API_TOKEN, type GitHubApi, startGitHubApi } from '../../models/github-api';
import { writeScript } from '../../models/script';
import { imageConfig } from '../../support/config';
import { lintShell, type Moto, run, startMoto, temporaryFolder } from '../index';

const RUN = { repository: 'dianplus/tomcat', runId: '17654321098', architecture: 'amd64' };
const IDENTITY = runnerIdentity({ ...RUN, attempt: '1', tryNumber: 1 });
const AWS_KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

let moto: Moto;
let aws: AwsProxy;
let github: GitHubApi;
let script: string;
let folder: string;

beforeAll(async () => {
  moto = await startMoto();
  aws = await startAwsProxy(moto.url);
  folder = temporaryFolder('runner-story');
  script = writeScript(folder, imageConfig());
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
  await Promise.all([github?.stop(), aws?.stop()]);
  await moto?.stop();
});

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    AWS_ACCESS_KEY_ID: AWS_KEYS.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: AWS_KEYS.AWS_SECRET_ACCESS_KEY,
    AWS_ENDPOINT_URL: aws.url,
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: RUN.repository,
    GITHUB_RUN_ID: RUN.runId,
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_TOKEN: API_TOKEN,
    GITHUB_OUTPUT: path.join(folder, 'output'),
  };
}

const spotImage = (...args: string[]) => run(process.execPath, [script, ...args], { env: environment(), allowFailure: true });

/** What EC2 itself says of the run's machines. */
const machines = () => sdkEc2('us-east-1').instances(runTags(RUN));

describe('a machine of its own', () => {
  test('is launched and stopped', async () => {
    github.online = (look) => look > 1;
    const launched = await spotImage('launch', '--arch', 'amd64', '--json');
    expect(launched.stderr).not.toContain('Warning');
    expect(launched.code, launched.output).toBe(0);
    const result = JSON.parse(launched.stdout);
    const [machine] = await machines();
    expect(result).toMatchObject({
      label: IDENTITY.label,
      'runner-name': IDENTITY.name,
      'instance-id': machine.id,
      'instance-type': machine.type,
    });
    expect(machine).toMatchObject({ state: 'running', tags: IDENTITY.tags });
    expect(fs.readFileSync(path.join(folder, 'output'), 'utf8')).toContain(`instance-id=${machine.id}\n`);
    expect(github.runners.map(({ name, labels }) => [name, labels.map((l) => l.name)])).toEqual([[IDENTITY.name, [IDENTITY.label]]]);
    expect(launched.output).not.toContain(API_JIT_CONFIG);
    expect(launched.output).not.toContain(API_TOKEN);

    const stopped = await spotImage('stop', '--arch', 'amd64', '--json');
    expect(stopped.code, stopped.output).toBe(0);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      stopped: true,
      instances: [{ id: machine.id, state: 'terminated' }],
      registration: { fate: 'ended' },
    });
    expect((await machines()).map(({ state }) => state)).toEqual(['terminated']);
    expect(github.runners).toEqual([]);
  });

  test('takes at most six calls of EC2', async () => {
    await spotImage('launch', '--arch', 'amd64');
    expect(aws.calls.map(({ action }) => action)).toContain('CreateFleet');
    expect(aws.calls.length).toBeLessThanOrEqual(6);
  });

  test('is asked for as it must be', async () => {
    await spotImage('launch', '--arch', 'amd64');
    const sent = (action: string) => Object.fromEntries(aws.calls.find((call) => call.action === action)?.parameters ?? []);
    const template = sent('CreateLaunchTemplate');
    expect(template).toMatchObject({
      'LaunchTemplateData.InstanceInitiatedShutdownBehavior': 'terminate',
      'LaunchTemplateData.MetadataOptions.HttpTokens': 'required',
      'LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit': '1',
      'LaunchTemplateData.BlockDeviceMapping.1.Ebs.Encrypted': 'true',
      'LaunchTemplateData.NetworkInterface.1.AssociatePublicIpAddress': 'true',
    });
    const fleet = sent('CreateFleet');
    expect(fleet).toMatchObject({
      Type: 'instant',
      ClientToken: IDENTITY.clientToken,
      'TargetCapacitySpecification.TotalTargetCapacity': '1',
      'TargetCapacitySpecification.DefaultTargetCapacityType': 'spot',
      'SpotOptions.AllocationStrategy': 'price-capacity-optimized',
      'LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName': template.LaunchTemplateName,
      'TagSpecification.1.ResourceType': 'instance',
      'TagSpecification.2.ResourceType': 'volume',
      'TagSpecification.3.ResourceType': 'fleet',
    });
    const userData = fleet['LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateSpecificationUserData'];
    expect(Buffer.from(userData, 'base64').toString()).toContain(API_JIT_CONFIG);
    const overrides = Object.keys(fleet).filter((key) => /^LaunchTemplateConfigs\.1\.Overrides\.[0-9]+\.InstanceType$/.test(key));
    expect(overrides.length).toBeGreaterThan(10);
  });

  test('is made from the one template that every run of its CPU kind has', async () => {
    await spotImage('launch', '--arch', 'amd64');
    await spotImage('launch', '--arch', 'arm64');
    await spotImage('launch', '--arch', 'arm64');
    expect(aws.calls.filter(({ action }) => action === 'CreateLaunchTemplate')).toHaveLength(2);
  });
});

describe('a launch that fails', () => {
  test('at EC2 ends with 1 and the mend, and leaves nothing', async () => {
    aws.refuse = (action) => (action === 'CreateFleet' ? 'MaxSpotInstanceCountExceeded' : undefined);
    const { code, stderr } = await spotImage('launch', '--arch', 'amd64');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Service Quotas')]);
    expect(await machines()).toEqual([]);
    expect(github.runners).toEqual([]);
  });

  test('at GitHub asks EC2 for no machine', async () => {
    github.fault = (request) => (request.startsWith('POST') ? 403 : undefined);
    const { code, stderr } = await spotImage('launch', '--arch', 'amd64');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Administration: write')]);
    expect(aws.calls.map(({ action }) => action)).not.toContain('CreateFleet');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s ends its machine within 7.5 s', async (signal) => {
    github.online = () => false;
    const child = spawn(process.execPath, [script, 'launch', '--arch', 'amd64'], {
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    const waiting = new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        if (/is starting/.test(stderr)) resolve();
      });
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await waiting;
    const asked = Date.now();
    child.kill(signal);
    expect(await ended).toBe(1);
    expect(Date.now() - asked).toBeLessThan(7_500);
    expect(stderr).toContain(`Ended by ${signal}`);
    expect((await machines()).map(({ state }) => state)).toEqual(['terminated']);
    expect(github.runners).toEqual([]);
  });
});

describe('a stop', () => {
  test('ends the machine although GitHub is down', async () => {
    await spotImage('launch', '--arch', 'amd64');
    github.fault = (request) => (request.startsWith('GET') ? 422 : undefined);
    const { code, stderr } = await spotImage('stop', '--arch', 'amd64');
    expect([code, stderr]).toEqual([0, expect.stringContaining('registration of this run is unknown')]);
    expect((await machines()).map(({ state }) => state)).toEqual(['terminated']);
  });

  test('finds registrations on every page', async () => {
    for (let i = 0; i < 65; i++)
      github.runners.push({ id: 1000 + i, name: `other-${i}`, os: 'linux', status: 'online', busy: true, labels: [] });
    github.runners.push({ id: 7, name: IDENTITY.name, os: 'unknown', status: 'offline', busy: false, labels: [] });
    expect((await spotImage('stop', '--arch', 'amd64')).code).toBe(0);
    expect(github.runners.map(({ name }) => name)).not.toContain(IDENTITY.name);
    expect(github.runners).toHaveLength(65);
  });

  test('proves nothing without EC2', async () => {
    aws.refuse = () => 'UnauthorizedOperation';
    const { code, stderr } = await spotImage('stop', '--arch', 'amd64');
    expect([code, stderr]).toEqual([1, expect.stringContaining('not proven')]);
  });
});

describe("the guest's scripts", () => {
  test('are clean for shellcheck', async () => {
    const facts = {
      name: IDENTITY.name,
      jitConfig: API_JIT_CONFIG,
      timeToLive: timeToLive(60),
      expires: new Date('2026-11-24T09:20:00Z'),
      tools: guestTools('arm64'),
    };
    const { parse } = await import('yaml');
    const { bootcmd } = parse(renderUserData(facts)) as { bootcmd: string[] };
    const scripts = [
      ...bootcmd.map((text, i) => [`bootcmd-${i}`, `#!/bin/sh\n${text}`]),
      ...guestFiles(facts)
        .filter(({ text }) => /^#(!| shellcheck shell)/.test(text))
        .map(({ path: name, text }) => [name.replaceAll('/', '_'), text]),
    ];
    expect(scripts.length).toBeGreaterThanOrEqual(5);
    const files = scripts.map(([name, content]) => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, content);
      return file;
    });
    expect(await lintShell(files)).toBe('');
  });
});
