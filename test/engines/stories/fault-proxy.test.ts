/**
 * The bundled script with the real SDK against an EC2 that throttles, has nothing, cuts
 * sockets and hangs: an emulator behind a relay. Every story has a relay, a stand-in for
 * GitHub and a run of its own, so that they go side by side.
 */
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTags } from '../../../src/core/identity';
import { isLiving } from '../../../src/core/runner/presence';
import { sdkEc2 } from '../../../src/runtime/edges/ec2-sdk';
import { type AwsFault, type AwsProxy, startAwsProxy } from '../../models/aws-proxy';
import { API_JIT_CONFIG, API_TOKEN, type GitHubApi, startGitHubApi } from '../../models/github-api';
import { writeScript } from '../../models/script';
import { imageConfig } from '../../support/config';
import { type Moto, startMoto, temporaryFolder } from '../index';

const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
/** How much faster time runs for a process whose story is about waiting. */
const HASTE = 10;
/** A cancelled step is killed then. */
const LONGEST_END_MS = 7_500;

let moto: Moto;
let script: string;
let runs = 17_000_000_000;

beforeAll(async () => {
  moto = await startMoto();
  script = writeScript(temporaryFolder('fault-proxy'), imageConfig());
  Object.assign(process.env, KEYS, { AWS_ENDPOINT_URL: moto.url });
});

afterAll(async () => {
  for (const name of ['AWS_ENDPOINT_URL', ...Object.keys(KEYS)]) delete process.env[name];
  await moto?.stop();
});

/** What became of a process. */
interface Ended {
  readonly code: number | null;
  /** Everything that it printed. */
  readonly output: string;
}

/** One run's world. */
class Story {
  readonly run = { repository: 'dianplus/tomcat', runId: String(++runs), architecture: 'amd64' };

  private constructor(
    readonly aws: AwsProxy,
    readonly github: GitHubApi,
  ) {}

  static async tell(work: (story: Story) => Promise<void>): Promise<void> {
    const [aws, github] = await Promise.all([startAwsProxy(moto.url), startGitHubApi()]);
    aws.idempotent = true;
    try {
      await work(new Story(aws, github));
    } finally {
      await Promise.all([aws.stop(), github.stop()]);
    }
  }

  /** The fault of an action's first calls; the rest passes. */
  breaks(action: string, fault: AwsFault, times = Number.POSITIVE_INFINITY): void {
    this.aws.fault = (name, nth) => (name === action && nth <= times ? fault : undefined);
  }

  start(command: string, { haste = HASTE }: { haste?: number } = {}) {
    const child = spawn(process.execPath, ['--require', path.join(__dirname, '../haste.cjs'), script, command, '--arch', 'amd64'], {
      env: {
        PATH: process.env.PATH,
        ...KEYS,
        HASTE: String(haste),
        AWS_ENDPOINT_URL: this.aws.url,
        GITHUB_API_URL: this.github.url,
        GITHUB_REPOSITORY: this.run.repository,
        GITHUB_RUN_ID: this.run.runId,
        GITHUB_RUN_ATTEMPT: '1',
        RUNNER_TOKEN: API_TOKEN,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const ended = new Promise<Ended>((resolve) =>
      child.on('close', (code) => {
        expect(output).not.toContain(API_JIT_CONFIG);
        expect(output).not.toContain(API_TOKEN);
        expect(output).not.toContain('should not happen');
        resolve({ code, output });
      }),
    );
    return { child, ended, output: () => output };
  }

  /** What EC2 itself says of the run's machines, whatever the relay does. */
  async living(): Promise<string[]> {
    return (await sdkEc2('us-east-1').instances(runTags(this.run))).filter(({ state }) => isLiving(state)).map(({ id }) => id);
  }

  actions(name: string): number {
    return this.aws.calls.filter(({ action }) => action === name).length;
  }
}

const story = (work: (story: Story) => Promise<void>) => () => Story.tell(work);

/** Waits for what another process does. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.concurrent('a launch', () => {
  test.each([
    ['DescribeSubnets', { how: 'refused', code: 'RequestLimitExceeded', status: 503 }, 6],
    ['CreateFleet', { how: 'refused', code: 'RequestLimitExceeded', status: 503 }, 6],
    ['CreateFleet', { how: 'refused', code: 'InternalError', status: 500 }, 6],
    ['CreateFleet', { how: 'cut', heard: false }, 2],
    ['CreateFleet', { how: 'no capacity', code: 'InsufficientInstanceCapacity' }, 1],
    ['CreateFleet', { how: 'refused', code: 'InsufficientInstanceCapacity', status: 500 }, 2],
    ['DescribeInstances', { how: 'cut', heard: true }, 3],
    ['DescribeLaunchTemplates', { how: 'hangs', heard: false }, 1],
  ] as const)('whose %s fails (%o) %i times has one machine in the end', (action, fault, times) =>
    Story.tell(async (one) => {
      one.breaks(action, fault, times);
      const { code, output } = await one.start('launch').ended;
      expect(code, output).toBe(0);
      expect(await one.living()).toHaveLength(1);
      expect(one.github.runners).toHaveLength(1);
    }),
  );

  test.each((['cut', 'hangs'] as const).flatMap((how) => [true, false].map((idempotent) => ({ how, idempotent }))))(
    'whose answer is lost ($how) after the machine was launched has this machine; tokens heeded: $idempotent',
    ({ how, idempotent }) =>
      Story.tell(async (one) => {
        one.aws.idempotent = idempotent;
        one.breaks('CreateFleet', { how, heard: true }, 1);
        const { code, output } = await one.start('launch').ended;
        expect(code, output).toBe(0);
        expect(await one.living()).toHaveLength(1);
      }),
  );

  test(
    'whose answers are all lost, and that cannot look either, says so; its stop ends the machine',
    story(async (one) => {
      one.aws.fault = (action) => {
        if (action === 'CreateFleet') return { how: 'cut', heard: true };
        return action === 'DescribeInstances' ? { how: 'refused', code: 'InternalError', status: 500 } : undefined;
      };
      const { code, output } = await one.start('launch').ended;
      expect([code, output]).toEqual([1, expect.stringContaining('Not everything could be undone')]);
      expect(await one.living()).toHaveLength(1);
      const tokens = one.aws.calls.flatMap(({ action, parameters }) => (action === 'CreateFleet' ? [parameters.get('ClientToken')] : []));
      expect(tokens.length).toBeGreaterThan(2);
      expect(new Set(tokens).size).toBe(1);
      one.aws.fault = () => undefined;
      const stopped = await one.start('stop').ended;
      expect(stopped.code, stopped.output).toBe(0);
      expect(await one.living()).toEqual([]);
    }),
  );

  test(
    'without capacity anywhere is refused with the reasons, and leaves nothing',
    story(async (one) => {
      one.breaks('CreateFleet', { how: 'no capacity', code: 'InsufficientInstanceCapacity' });
      const { code, output } = await one.start('launch').ended;
      expect([code, output]).toEqual([
        1,
        expect.stringMatching(/us-east-1, spot: InsufficientInstanceCapacity \([a-z0-9., ]+\): there is no capacity now/),
      ]);
      expect(await one.living()).toEqual([]);
      expect(one.github.runners).toEqual([]);
    }),
  );

  test(
    'that may not launch is refused at once',
    story(async (one) => {
      one.breaks('CreateFleet', { how: 'refused', code: 'UnauthorizedOperation', status: 403 });
      const { code, output } = await one.start('launch').ended;
      expect([code, output]).toEqual([1, expect.stringContaining('the role lacks a permission')]);
      expect(one.actions('CreateFleet')).toBe(1);
      expect(one.github.runners).toEqual([]);
    }),
  );
});

describe.concurrent('a stop', () => {
  async function launched(one: Story): Promise<void> {
    const { code, output } = await one.start('launch').ended;
    expect(code, output).toBe(0);
  }

  test(
    'that EC2 leaves without an answer ends in time, and says that nothing is proven',
    story(async (one) => {
      await launched(one);
      one.breaks('DescribeInstances', { how: 'hangs', heard: false });
      const began = Date.now();
      const { code, output } = await one.start('stop').ended;
      expect([code, output]).toEqual([1, expect.stringContaining('not proven')]);
      // GitHub gives all jobs that run after a cancellation five minutes
      expect(((Date.now() - began) / 1000) * HASTE).toBeLessThan(300);
    }),
  );

  test.each([
    ['TerminateInstances', { how: 'cut', heard: false }],
    ['TerminateInstances', { how: 'cut', heard: true }],
    ['TerminateInstances', { how: 'refused', code: 'RequestLimitExceeded', status: 503 }],
    ['DescribeInstances', { how: 'cut', heard: false }],
    ['DescribeInstances', { how: 'refused', code: 'InternalError', status: 500 }],
  ] as const)('whose %s fails (%o) is repeated until it is proven', (action, fault) =>
    Story.tell(async (one) => {
      await launched(one);
      const before = one.actions(action);
      one.breaks(action, fault, before + 6);
      const { code, output } = await one.start('stop').ended;
      expect(code, output).toBe(0);
      expect(one.actions(action)).toBeGreaterThan(before + 1);
      expect(await one.living()).toEqual([]);
    }),
  );
});

describe.concurrent('a launch that is asked to end', () => {
  /** Where the launch is when the signal comes. */
  const PHASES: readonly (readonly [phase: string, reach: (one: Story, launch: ReturnType<Story['start']>) => Promise<unknown>])[] = [
    [
      'before it has asked for a machine',
      async (one) => {
        one.breaks('DescribeSubnets', { how: 'hangs', heard: false });
        await until(() => one.actions('DescribeSubnets') > 0);
      },
    ],
    [
      'while EC2 has heard it and is still launching',
      async (one) => {
        one.breaks('CreateFleet', {
          how: 'waits',
          until: until(() => one.actions('CreateFleet') > 0).then(() => new Promise((resolve) => setTimeout(resolve, 1_000))),
        });
        await until(() => one.actions('CreateFleet') > 0);
      },
    ],
    [
      'while the answer is lost',
      async (one) => {
        one.breaks('CreateFleet', { how: 'hangs', heard: true });
        await until(() => one.actions('CreateFleet') > 0);
      },
    ],
    ['as soon as it has a machine', (_, launch) => until(() => launch.output().includes('is starting'))],
    ['while it waits for the runner', (_, launch) => until(() => launch.output().includes('Runner is offline'))],
  ];

  test.each(PHASES.flatMap(([phase, reach]) => (['SIGINT', 'SIGTERM'] as const).map((signal) => ({ phase, signal, reach }))))(
    '$phase, by $signal, leaves nothing after 7.5 s',
    ({ signal, reach }) =>
      Story.tell(async (one) => {
        one.github.online = () => false;
        const reached: Promise<unknown>[] = [];
        const launch = one.start('launch', { haste: 1 });
        reached.push(reach(one, launch));
        await Promise.all(reached);
        const asked = Date.now();
        launch.child.kill(signal);
        const { code, output } = await launch.ended;
        expect(Date.now() - asked, output).toBeLessThan(LONGEST_END_MS);
        expect([code, output]).toEqual([1, expect.stringContaining(`Ended by ${signal}`)]);
        expect(await one.living()).toEqual([]);
        expect(one.github.runners).toEqual([]);
      }),
  );
});
