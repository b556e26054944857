import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RUNNER_TAGS, runnerIdentity } from '../../../src/core/identity';
import { reapSummary } from '../../../src/runtime/runner/reap-text';
import { TestWorld, testConfig } from '../../models/context';

const MINUTE = 60_000;

function identity(runId: string, attempt = '1') {
  return runnerIdentity({ repository: 'dianplus/tomcat', runId, attempt, architecture: 'amd64', tryNumber: 1 });
}

/** A world with a machine of run 7, launched some minutes ago, and what GitHub says of the run. */
function worldWith(minutes: number, run?: { finished: boolean; attempt: number }) {
  const world = new TestWorld();
  world.env.GITHUB_TOKEN = 'ghs_of-the-job';
  const launchedAt = world.clock.now() - minutes * MINUTE;
  const expires = new Date(launchedAt + world.config.timeToLive.totalSeconds * 1000).toISOString();
  const id = world.ec2().add({ ...identity('7').tags, [RUNNER_TAGS.expires]: expires }, 'running', { launchedAt });
  if (run) world.github.workflowRuns.set('7', run);
  return { world, id };
}

const ACTIVE = { finished: false, attempt: 1 };
const FINISHED = { finished: true, attempt: 1 };

describe('a reaper', () => {
  it('ends the machine of a run that is finished, and removes its ghost', async () => {
    const { world } = worldWith(5, FINISHED);
    world.github.add(identity('7').name);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.ec2().working).toEqual([]);
    // the registration goes with the next look, when the machine is seen to be gone
    expect((await world.run('reap')).code).toBe(0);
    expect(world.github.names).toEqual([]);
  });

  it('only says so in a dry run', async () => {
    const { world, id } = worldWith(5, FINISHED);
    const { code, stdout, stderr } = await world.run('reap', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, judged: [{ name: id, due: true, why: 'its run is finished', ended: false }] });
    expect(stderr).toContain(`machine ${id} is to be ended`);
    expect(world.ec2().calls).not.toContain('terminate');
  });

  it.each([
    ['true', true],
    ['false', false],
    ['', false],
  ])("takes the workflow's input for it: %j", async (input, dryRun) => {
    const { world } = worldWith(5, FINISHED);
    world.env.DRY_RUN = input;
    expect(JSON.parse((await world.run('reap', '--json')).stdout).dryRun).toBe(dryRun);
    expect(world.ec2().calls.includes('terminate')).toBe(!dryRun);
  });

  it('ends a machine to which no job came', async () => {
    const { world } = worldWith(20, ACTIVE);
    world.github.add(identity('7').name);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.ec2().working).toEqual([]);
  });

  it.each([
    ['its runner is busy', (world: TestWorld) => void world.github.add(identity('7').name, { online: true, busy: true })],
    [
      'its runner was online at one of two looks',
      (world: TestWorld) => {
        const id = world.github.add(identity('7').name, { online: true });
        world.github.after = (action, nth) => {
          const runner = world.github.registered.find((one) => one.id === id);
          if (action === 'runners' && nth === 1 && runner) runner.online = false;
        };
      },
    ],
    [
      'a job of the run is on it',
      (world: TestWorld) => void world.github.runJobs.set('7', [{ status: 'in_progress', runner: identity('7').name }]),
    ],
  ])('leaves a machine alone while %s', async (_why, arrange) => {
    const { world, id } = worldWith(20, ACTIVE);
    arrange(world);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.ec2().working).toEqual([id]);
  });

  it.each(['workflowRun', 'runners', 'jobs'])('takes no error of GitHub for an answer: %s', async (call) => {
    const { world, id } = worldWith(20, ACTIVE);
    world.github.before = (action) => {
      if (action === call) throw world.github.refusal(502);
    };
    const { code, stderr } = await world.run('reap');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Not everything could be seen')]);
    expect(world.ec2().working).toEqual([id]);
  });

  it('takes "not found" of a run for unknown: it also means "you may not"', async () => {
    const { world, id } = worldWith(20);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.ec2().working).toEqual([id]);
  });

  it('ends without any word from GitHub what has outlived its time', async () => {
    const { world } = worldWith(100, ACTIVE);
    world.github.before = () => {
      throw world.github.refusal(undefined);
    };
    expect((await world.run('reap')).code).toBe(1);
    expect(world.ec2().working).toEqual([]);
  });

  it('goes on in other regions where one does not answer, and removes no registration then', async () => {
    const { world } = worldWith(5, FINISHED);
    world.config = testConfig({ pipeline: { regions: [{ name: 'eu-west-1' }, { name: 'us-east-1' }] } });
    world.github.workflowRuns.set('8', FINISHED);
    world.github.add(identity('8').name);
    world.ec2('eu-west-1').before = () => {
      throw world.ec2('eu-west-1').refusal('InternalError');
    };
    expect((await world.run('reap')).code).toBe(1);
    expect(world.ec2('us-east-1').working).toEqual([]);
    expect(world.github.names).toEqual([identity('8').name]);
  });

  it('touches neither machines nor runners of others', async () => {
    const { world } = worldWith(5, FINISHED);
    const other = world.ec2().add({ ...identity('7').tags, [RUNNER_TAGS.repository]: 'dianplus/openresty' });
    world.github.add('a-runner-of-somebody');
    await world.run('reap');
    expect(world.ec2().working).toEqual([other]);
    expect(world.github.names).toEqual(['a-runner-of-somebody']);
  });
});

describe('a reaper of what machines leave behind', () => {
  const old = (world: TestWorld) => world.clock.now() - 200 * MINUTE;

  it('removes launch templates of one launch and volumes, of its own repository', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    const { tags } = identity('7');
    const createdAt = old(world);
    const other = { ...tags, [RUNNER_TAGS.repository]: 'dianplus/openresty' };
    ec2.leftTemplates.push(
      { id: 'lt-old', tags, createdAt },
      { id: 'lt-new', tags, createdAt: world.clock.now() },
      { id: 'lt-static', tags: { [RUNNER_TAGS.repository]: 'dianplus/tomcat' }, createdAt },
      { id: 'lt-other', tags: other, createdAt },
    );
    ec2.leftVolumes.push(
      { id: 'vol-old', tags, createdAt, state: 'available' },
      { id: 'vol-used', tags, createdAt, state: 'in-use' },
      { id: 'vol-other', tags: other, createdAt, state: 'available' },
    );
    const dry = await world.run('reap', '--dry-run', '--json');
    expect(JSON.parse(dry.stdout).judged).toMatchObject([
      { what: 'launch template', name: 'lt-old', due: true, ended: false },
      { what: 'launch template', name: 'lt-new', due: false },
      { what: 'volume', name: 'vol-old', due: true, ended: false },
    ]);
    expect((await world.run('reap')).code).toBe(0);
    expect(ec2.leftTemplates.map(({ id }) => id)).toEqual(['lt-new', 'lt-static', 'lt-other']);
    expect(ec2.leftVolumes.map(({ id }) => id)).toEqual(['vol-used', 'vol-other']);
  });

  it('removes no template while a region does not answer, in which its machine may live', async () => {
    const world = new TestWorld();
    world.config = testConfig({ pipeline: { regions: [{ name: 'eu-west-1' }, { name: 'us-east-1' }] } });
    world.ec2().leftTemplates.push({ id: 'lt-old', tags: identity('7').tags, createdAt: old(world) });
    world.ec2('eu-west-1').before = () => {
      throw world.ec2('eu-west-1').refusal('InternalError');
    };
    expect((await world.run('reap')).code).toBe(1);
    expect(world.ec2().leftTemplates).toHaveLength(1);
  });

  it('goes on where one cannot be removed, and fails', async () => {
    const world = new TestWorld();
    const ec2 = world.ec2();
    for (const id of ['vol-1', 'vol-2']) ec2.leftVolumes.push({ id, tags: identity('7').tags, createdAt: old(world), state: 'available' });
    ec2.before = (action, nth) => {
      if (action === 'removeVolume' && nth === 1) throw ec2.refusal('UnauthorizedOperation');
    };
    expect(await world.run('reap')).toMatchObject({ code: 1, stderr: expect.stringContaining('vol-1: ') });
    expect(ec2.leftVolumes.map(({ id }) => id)).toEqual(['vol-1']);
  });

  it('gives up a call that hangs', async () => {
    const world = new TestWorld();
    world.ec2().before = () => new Promise(() => undefined);
    const started = world.clock.now();
    expect((await world.run('reap')).code).toBe(1);
    expect(world.clock.now() - started).toBeLessThanOrEqual(60_000);
  });
});

describe('a reaper of runs', () => {
  /** Run 7, whose machine is dead, and whose build still waits for it. */
  function stranded() {
    const { world } = worldWith(5, ACTIVE);
    world.ec2().machines[0].state = 'terminated';
    world.github.runJobs.set('7', [
      { status: 'completed', labels: ['ubuntu-24.04'] },
      { status: 'queued', labels: [identity('7').name] },
    ]);
    return world;
  }

  it('cancels the one whose job waits for a dead machine', async () => {
    const world = stranded();
    expect(await world.run('reap')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/run 7 is cancelled: its job waits for spot-7-/),
    });
    expect(world.github.cancelled).toEqual(['7']);
  });

  it('only says so in a dry run', async () => {
    const world = stranded();
    expect((await world.run('reap', '--dry-run')).stderr).toContain('run 7 is to be cancelled');
    expect(world.github.cancelled).toEqual([]);
  });

  it('asks with the token of the job, which may cancel', async () => {
    const world = stranded();
    await world.run('reap');
    expect(world.tokens[world.tokens.length - 1]).toBe('ghs_of-the-job');
  });

  it.each<[string, (world: TestWorld) => void]>([
    ['another machine of its name lives, in another region', (world) => void world.ec2('us-west-2').add(identity('7').tags)],
    [
      'another region does not answer',
      (world) => {
        world.ec2('us-west-2').before = () => {
          throw world.ec2('us-west-2').refusal('InternalError');
        };
      },
    ],
    ['the run is at a later attempt', (world) => void world.github.workflowRuns.set('7', { finished: false, attempt: 2 })],
    ['the run is not to be seen', (world) => void world.github.workflowRuns.delete('7')],
    [
      'GitHub fails to list its jobs',
      (world) => {
        world.github.before = (action) => {
          if (action === 'jobs') throw world.github.refusal(502);
        };
      },
    ],
    [
      'its job is taken between two looks',
      (world) => {
        world.github.after = (action) => {
          if (action === 'jobs') world.github.runJobs.set('7', [{ status: 'in_progress', labels: [identity('7').name] }]);
        };
      },
    ],
    [
      'another of its jobs is running',
      (world) => void world.github.runJobs.get('7')?.push({ status: 'in_progress', labels: ['ubuntu-24.04'] }),
    ],
  ])('lets it go on where %s', async (_why, arrange) => {
    const world = stranded();
    world.config = testConfig({ pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] } });
    arrange(world);
    await world.run('reap');
    expect(world.github.cancelled).toEqual([]);
  });

  it('writes a table for the summary: what is due first, and what is unknown', async () => {
    const world = stranded();
    const folder = mkdtempSync(join(tmpdir(), 'spot-image-test-'));
    world.env.GITHUB_STEP_SUMMARY = join(folder, 'summary');
    const kept = world.ec2().add({ ...identity('8').tags, [RUNNER_TAGS.expires]: new Date(world.clock.now() + 3_600_000).toISOString() });
    world.github.before = (action) => {
      if (action === 'cancelRun') throw world.github.refusal(403);
    };
    expect((await world.run('reap')).code).toBe(1);
    const summary = readFileSync(world.env.GITHUB_STEP_SUMMARY, 'utf8');
    expect(summary).toContain('### What the reaper found');
    expect(summary.indexOf('| run | 7 | GitHub | to be cancelled |')).toBeGreaterThan(0);
    expect(summary.indexOf(`| machine | ${kept} | us-east-1 | kept |`)).toBeGreaterThan(summary.indexOf('| run | 7 |'));
    expect(summary).toMatch(/Not everything could be seen or done:\*\*\n\n- 7: .*403/);
    rmSync(folder, { recursive: true });
  });

  it('cancels it also when EC2 has forgotten the machine, whose registration is left', async () => {
    const world = stranded();
    world.ec2().machines.length = 0;
    world.github.add(identity('7').name);
    expect((await world.run('reap')).code).toBe(0);
    expect(world.github.cancelled).toEqual(['7']);
  });

  it("keeps others' words out of the summary's structure", () => {
    const strange = { what: 'schedule', name: 'a|b <img src=x>', why: 'line\n| of | its | own | @everybody |', due: true } as const;
    const text = reapSummary([{ ...strange, region: 'us-east-1', ended: false }], ['[click](https://example.com)'], true);
    expect(text.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(3);
    expect(text).not.toMatch(/<img|@everybody|\[click]\(/);
  });

  it('says in the summary that there was nothing', async () => {
    const world = new TestWorld();
    const folder = mkdtempSync(join(tmpdir(), 'spot-image-test-'));
    world.env.GITHUB_STEP_SUMMARY = join(folder, 'summary');
    expect((await world.run('reap')).code).toBe(0);
    expect(readFileSync(world.env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('nothing that belongs to one was found');
    rmSync(folder, { recursive: true });
  });
});
