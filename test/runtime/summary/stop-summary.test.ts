import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runnerIdentity } from '../../../src/core/identity';
import { Refusal } from '../../../src/runtime/failure';
import { TestWorld } from '../../models/context';
import { JIT_SECRET } from '../../models/github';

const RUN = '17654321098';
const { name, tags } = runnerIdentity({ repository: 'dianplus/tomcat', runId: RUN, attempt: '1', architecture: 'amd64', tryNumber: 1 });

let world: TestWorld;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spot-image-test-'));
  world = new TestWorld();
  world.env.GITHUB_STEP_SUMMARY = join(folder, 'summary');
  world.env.GITHUB_TOKEN = 'ghs_token-of-the-job';
});

afterEach(() => rmSync(folder, { recursive: true }));

const stop = () => world.run('stop', '--arch', 'amd64');
const summary = () => readFileSync(join(folder, 'summary'), 'utf8');

/** A machine whose build GitHub knows. */
function built(): void {
  const now = world.clock.now();
  world.ec2().add(tags, 'running', { launchedAt: now - 300_000 });
  world.github.runJobs.set(RUN, [
    { status: 'completed', steps: [{ name: 'Launch', conclusion: 'success', startedAt: now - 305_000, completedAt: now - 250_000 }] },
    {
      status: 'completed',
      conclusion: 'success',
      runner: name,
      startedAt: now - 240_000,
      completedAt: now - 10_000,
      steps: [{ name: 'Push', conclusion: 'success', startedAt: now - 30_000, completedAt: now - 11_000 }],
    },
  ]);
}

describe("a stop's summary", () => {
  it("joins what EC2, GitHub and the stop itself know, by the runner's name", async () => {
    built();
    expect((await stop()).code).toBe(0);
    expect(summary()).toContain('### amd64: built in 3 min 50 s, on Spot');
    expect(summary()).toContain('boot until the runner is online (50 s)');
    expect(summary()).toContain('Push (19 s)');
    expect(summary()).toContain("GitHub's ubuntu-24.04 for 3 min 50 s");
    expect(summary()).toContain('zone us-east-1a');
    expect(world.tokens).toContain('ghs_token-of-the-job');
  });

  it('is smaller when GitHub refuses, and the stop is as good as ever', async () => {
    built();
    world.github.before = (action) => {
      if (action === 'jobs') throw world.github.refusal(403);
    };
    expect(await stop()).toMatchObject({ code: 0, stderr: expect.stringContaining('The summary has no times of jobs') });
    expect(summary()).toContain('### amd64: the machine was terminated\n');
    expect(summary()).not.toContain('Push');
  });

  it('does not wait long for a GitHub that never answers', async () => {
    const usual = new TestWorld();
    usual.ec2().add(tags);
    await usual.run('stop', '--arch', 'amd64');
    built();
    world.github.before = (action) => (action === 'jobs' ? new Promise<void>(() => undefined) : undefined);
    expect((await stop()).code).toBe(0);
    expect(world.clock.now() - usual.clock.now()).toBe(10_000);
    expect(summary()).toContain('end of the machine');
  });

  it('leaves no timer behind when GitHub has answered', async () => {
    built();
    await stop();
    const after = world.clock.now();
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.clock.now()).toBe(after);
  });

  it('warns of an end that was not to be, and of no other', async () => {
    world.env.GITHUB_ACTIONS = 'true';
    built();
    expect((await stop()).stderr).not.toContain('::warning::');
    const second = new TestWorld();
    second.env = { ...world.env };
    second.ec2().add(tags, 'terminated', { reasonCode: 'Server.SpotInstanceTermination' });
    const { stderr } = await second.run('stop', '--arch', 'amd64');
    expect(stderr).toMatch(/::warning::amd64: AWS took the Spot machine back\. .*allow more instance families/);
  });

  it("tells the launch's refused tries, also where there was no machine at all", async () => {
    world.env.LAUNCH_TRIES = JSON.stringify([{ region: 'us-east-1', market: 'spot', why: 'no | capacity' }]);
    await stop();
    expect(summary()).toContain('### amd64: no machine could be had');
    expect(summary()).toContain('| us-east-1 | spot |  | no &#124; capacity |');
  });

  it('is not written where there is nothing to tell', async () => {
    world.env.LAUNCH_TRIES = '';
    expect((await stop()).code).toBe(0);
    expect(summary).toThrow('ENOENT');
  });

  it('says that the end is not proven', async () => {
    world.ec2().before = () => {
      throw world.ec2().refusal('UnauthorizedOperation', 'may not');
    };
    expect((await stop()).code).toBe(1);
    expect(summary()).toContain('### amd64: it is not proven that every machine is terminated');
    expect(summary()).toContain('UnauthorizedOperation');
  });

  it('is written although the stop is cancelled, without waiting', async () => {
    built();
    world.github.before = (action) => (action === 'jobs' ? new Promise<void>(() => undefined) : undefined);
    world.ec2().after = (action) => {
      if (action === 'terminate') world.abort.abort(new Refusal('Ended by SIGINT.'));
    };
    const started = world.clock.now();
    expect((await stop()).code).toBe(1);
    expect(world.clock.now() - started).toBeLessThan(5_000);
    expect(summary()).toContain('not proven');
  });

  it('has neither the registration nor a token, and the console without what looks like one', async () => {
    await world.run('launch', '--arch', 'amd64');
    world.ec2().machines[0].console = `spot-image: failed: ${'A1b2'.repeat(20)} </details>\n`;
    world.ec2().shutDown(world.ec2().machines[0], 'Client.InstanceInitiatedShutdown', 'Instance initiated');
    await stop();
    expect(summary()).toContain('the machine could not be set up');
    expect(summary()).toContain('spot-image: failed: [cut] </details>');
    for (const secret of [JIT_SECRET, 'ghs_token', 'A1b2A1b2']) expect(summary()).not.toContain(secret);
  });

  it('cannot be written: the stop does not mind', async () => {
    built();
    world.env.GITHUB_STEP_SUMMARY = join(folder, 'no', 'such', 'folder');
    expect(await stop()).toMatchObject({ code: 0, stderr: expect.stringContaining('left out') });
  });
});

describe("a launch's summary", () => {
  it('is one line', async () => {
    await world.run('launch', '--arch', 'amd64');
    expect(summary()).toMatch(/^amd64: c6i\.large in us-east-1a, Spot, runner online after [0-9]+ s\n+$/);
  });
});
