/**
 * The defences outside of the guest, by the real script and the real SDKs.
 *
 * EventBridge Scheduler: the model in the process and the emulator behind the real SDK
 * are held to the same expectations. The emulator keeps schedules and never fires them:
 * that they fire, and then delete themselves, is AWS's documentation, and the model's.
 */
import { createServer, type Server, type Socket } from 'node:net';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { scheduleName, schedulePrefix } from '../../../src/core/runner/schedule';
import { systemClock } from '../../../src/runtime/edges/clock';
import { CloudError } from '../../../src/runtime/edges/ec2';
import { sdkEc2 } from '../../../src/runtime/edges/ec2-sdk';
import type { Scheduler } from '../../../src/runtime/edges/scheduler';
import { sdkScheduler } from '../../../src/runtime/edges/scheduler-sdk';
import { bounded } from '../../../src/runtime/runner/timely';
import { VirtualClock } from '../../models/clock';
import { ModelEc2 } from '../../models/ec2';
import { API_TOKEN, type GitHubApi, startGitHubApi } from '../../models/github-api';
import { ModelScheduler } from '../../models/scheduler';
import { writeScript } from '../../models/script';
import { imageConfig } from '../../support/config';
import { type Moto, run, startMoto, temporaryFolder } from '../index';

const REGION = 'us-east-1';
const ROLE = 'arn:aws:iam::123456789012:role/spot-image-scheduler';
const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
  Object.assign(process.env, KEYS, { AWS_ENDPOINT_URL: moto.url });
});

beforeEach(() => moto.reset());

afterAll(async () => {
  for (const name of ['AWS_ENDPOINT_URL', ...Object.keys(KEYS)]) delete process.env[name];
  await moto?.stop();
});

function termination(instanceId: string, name = `spot-0123456789-${instanceId}`) {
  return { name, instanceId, at: new Date('2026-11-24T10:02:03.456Z'), roleArn: ROLE, description: `Ends ${instanceId}` };
}

function model(): Scheduler {
  const clock = new VirtualClock();
  return new ModelScheduler(new ModelEc2(REGION, clock), clock);
}

describe.each<[string, () => Scheduler]>([
  ['the model', model],
  ['the emulator', () => sdkScheduler(REGION)],
])('schedules of %s', (_which, open) => {
  test('are made, listed by what their names begin with, and removed', async () => {
    const scheduler = open();
    await scheduler.create(termination('i-1'));
    await scheduler.create(termination('i-2'));
    await scheduler.create(termination('i-3', 'another-i-3'));
    const found = await scheduler.list('spot-0123456789-');
    expect(found.map(({ name }) => name).sort()).toEqual(['spot-0123456789-i-1', 'spot-0123456789-i-2']);
    for (const { createdAt } of found) expect(createdAt).toBeTypeOf('number');
    expect(await scheduler.remove('spot-0123456789-i-1')).toBe(true);
    expect(await scheduler.list('spot-0123456789-')).toHaveLength(1);
  });

  test('that are there already are fine, and so are those that are gone', async () => {
    const scheduler = open();
    await scheduler.create(termination('i-1'));
    await scheduler.create(termination('i-1'));
    expect(await scheduler.list('spot-')).toHaveLength(1);
    expect(await scheduler.remove('spot-0123456789-i-1')).toBe(true);
    expect(await scheduler.remove('spot-0123456789-i-1')).toBe(false);
  });

  test('are listed over all pages', async () => {
    const scheduler = open();
    for (let i = 0; i < 61; i++) await scheduler.create(termination(`i-${i}`));
    expect(new Set((await scheduler.list('spot-')).map(({ name }) => name)).size).toBe(61);
  });
});

test('a schedule terminates one machine, once, and deletes itself', async () => {
  await sdkScheduler(REGION).create(termination('i-0123456789abcdef0'));
  const answer = await fetch(`${moto.url}/schedules/spot-0123456789-i-0123456789abcdef0?groupName=default`, {
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=test/20261124/${REGION}/scheduler/aws4_request` },
  });
  const schedule = (await answer.json()) as { Target: { Input: string } };
  expect(schedule).toMatchObject({
    ScheduleExpression: 'at(2026-11-24T10:02:03)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: 'arn:aws:scheduler:::aws-sdk:ec2:terminateInstances',
      RoleArn: ROLE,
      RetryPolicy: { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 3600 },
    },
  });
  expect(JSON.parse(schedule.Target.Input)).toEqual({ InstanceIds: ['i-0123456789abcdef0'] });
});

test("a schedule in China is of China's partition", async () => {
  await sdkScheduler('cn-north-1').create(termination('i-1'));
  const answer = await fetch(`${moto.url}/schedules/spot-0123456789-i-1?groupName=default`, {
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261124/cn-north-1/scheduler/aws4_request' },
  });
  expect(await answer.json()).toMatchObject({ Target: { Arn: 'arn:aws-cn:scheduler:::aws-sdk:ec2:terminateInstances' } });
});

test('what machines leave behind is found by its tags and removed, and gone is removed too', async () => {
  const ec2 = sdkEc2(REGION);
  const tags = { 'spot-image:repository': 'dianplus/tomcat', 'spot-image:run-id': '7' };
  const ask = (body: string) =>
    fetch(moto.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `AWS4-HMAC-SHA256 Credential=test/20261124/${REGION}/ec2/aws4_request`,
      },
      body: `${body}&Version=2016-11-15`,
    });
  const tagged = (kind: string) =>
    `TagSpecification.1.ResourceType=${kind}&${Object.entries(tags)
      .map(
        ([key, value], i) =>
          `TagSpecification.1.Tag.${i + 1}.Key=${encodeURIComponent(key)}&TagSpecification.1.Tag.${i + 1}.Value=${encodeURIComponent(value)}`,
      )
      .join('&')}`;
  await ask(`Action=CreateLaunchTemplate&LaunchTemplateName=one&LaunchTemplateData.ImageId=ami-12c6146b&${tagged('launch-template')}`);
  await ask('Action=CreateLaunchTemplate&LaunchTemplateName=static&LaunchTemplateData.ImageId=ami-12c6146b');
  await ask(`Action=CreateVolume&AvailabilityZone=${REGION}a&Size=1&${tagged('volume')}`);
  await ask(`Action=CreateVolume&AvailabilityZone=${REGION}a&Size=1`);

  const [template, ...noTemplates] = await ec2.taggedTemplates(tags);
  expect([template.id, template.tags, noTemplates]).toEqual(['one', tags, []]);
  expect(template.createdAt).toBeTypeOf('number');
  const [volume, ...noVolumes] = await ec2.taggedVolumes(tags);
  expect([volume, noVolumes]).toEqual([
    { id: expect.stringMatching(/^vol-/), tags, state: 'available', createdAt: expect.any(Number) },
    [],
  ]);
  // the second time nothing is there; of a template whose name is gone the emulator says MissingParameter, EC2 NotFound
  await ec2.deleteTemplate(template.id);
  for (let times = 0; times < 2; times++) await ec2.removeVolume(volume.id);
  expect([await ec2.taggedTemplates(tags), await ec2.taggedVolumes(tags)]).toEqual([[], []]);
});

describe('the script', () => {
  let github: GitHubApi;
  let script: string;
  let folder: string;

  beforeAll(() => {
    folder = temporaryFolder('runner-outside');
    script = writeScript(folder, imageConfig());
  });

  beforeEach(async () => {
    github = await startGitHubApi();
  });

  afterEach(() => github.stop());

  const spotImage = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    run(process.execPath, [script, ...args], {
      env: {
        PATH: process.env.PATH,
        ...KEYS,
        AWS_ENDPOINT_URL: moto.url,
        GITHUB_API_URL: github.url,
        GITHUB_REPOSITORY: 'dianplus/tomcat',
        GITHUB_RUN_ID: '7',
        GITHUB_RUN_ATTEMPT: '1',
        RUNNER_TOKEN: API_TOKEN,
        GITHUB_TOKEN: API_TOKEN,
        SCHEDULER_ROLE_ARN: ROLE,
        GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
        ...more,
      },
      allowFailure: true,
    });

  const own = () => sdkScheduler(REGION).list(schedulePrefix('dianplus/tomcat'));

  test('plans the end of the machine that it launches, and takes the plan back when it has stopped it', async () => {
    const launched = await spotImage(['launch', '--arch', 'amd64', '--json']);
    expect(launched.code, launched.output).toBe(0);
    expect(launched.stderr).not.toContain('warning');
    const machine = JSON.parse(launched.stdout)['instance-id'] as string;
    expect((await own()).map(({ name }) => name)).toEqual([scheduleName('dianplus/tomcat', machine)]);
    const stopped = await spotImage(['stop', '--arch', 'amd64']);
    expect(stopped.code, stopped.output).toBe(0);
    expect(await own()).toEqual([]);
  });

  test('cancels by the reaper a run that waits for a machine which died, and removes its schedule', async () => {
    const launched = await spotImage(['launch', '--arch', 'amd64', '--json']);
    const { label, 'instance-id': machine } = JSON.parse(launched.stdout) as Record<string, string>;
    await sdkEc2(REGION).terminate([machine]);
    github.runs.set('7', { status: 'in_progress', run_attempt: 1 });
    github.jobs.push(
      { status: 'completed', runner_name: null, labels: ['ubuntu-24.04'] },
      { status: 'queued', runner_name: null, labels: [label] },
    );

    const reaped = await spotImage(['reap', '--json']);
    expect(reaped.code, reaped.output).toBe(0);
    expect(JSON.parse(reaped.stdout).judged).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ what: 'run', name: '7', ended: true }),
        expect.objectContaining({ what: 'schedule', name: scheduleName('dianplus/tomcat', machine), ended: true }),
      ]),
    );
    expect(github.requests).toContain('POST /repos/dianplus/tomcat/actions/runs/7/cancel');
    expect(await own()).toEqual([]);
    const stopped = await spotImage(['stop', '--arch', 'amd64'], { GITHUB_ACTIONS: 'true' });
    expect([stopped.code, stopped.stderr]).toEqual([0, expect.stringMatching(/::warning::i-.* was dead before this stop/)]);
  }, 180_000);
});

describe('a socket on which nobody answers', () => {
  let server: Server;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket.resume()); // unread, its end would go unnoticed
      socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
  });

  afterAll(async () => {
    process.env.AWS_ENDPOINT_URL = moto.url;
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['DescribeInstances', (signal) => sdkEc2(REGION).instances({ a: 'b' }, signal)],
    ['TerminateInstances', (signal) => sdkEc2(REGION).terminate(['i-1'], signal)],
    ['GetConsoleOutput', (signal) => sdkEc2(REGION).console('i-1', signal)],
    ['DescribeSpotPriceHistory', (signal) => sdkEc2(REGION).spotPrice('c7g.large', 'us-east-1a', 0, signal)],
    ['DescribeLaunchTemplates', (signal) => sdkEc2(REGION).taggedTemplates({ a: 'b' }, signal)],
    ['DescribeVolumes', (signal) => sdkEc2(REGION).taggedVolumes({ a: 'b' }, signal)],
    ['DeleteLaunchTemplate', (signal) => sdkEc2(REGION).deleteTemplate('one', signal)],
    ['DeleteVolume', (signal) => sdkEc2(REGION).removeVolume('vol-1', signal)],
    ['CreateSchedule', (signal) => sdkScheduler(REGION).create(termination('i-1'), signal)],
    ['DeleteSchedule', (signal) => sdkScheduler(REGION).remove('spot-1', signal)],
    ['ListSchedules', (signal) => sdkScheduler(REGION).list('spot-', signal)],
  ])('is closed when %s has had its time', async (_action, send) => {
    let ended: Promise<unknown> = Promise.resolve();
    const call = bounded('AWS', 300, systemClock, (signal) => {
      const answer = send(signal);
      ended = answer.catch((error: unknown) => error);
      return answer;
    });
    await expect(call).rejects.toThrow('AWS did not answer');
    expect(await ended).toBeInstanceOf(CloudError);
    // the abort reaches the socket: the SDK repeats nothing and keeps nothing open
    await expect.poll(() => sockets.size).toBe(0);
  });
});
