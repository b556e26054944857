import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { octokitGitHub } from '../../../src/runtime/edges/github-octokit';
import { API_JIT_CONFIG, API_TOKEN, type GitHubApi, startGitHubApi } from '../../models/github-api';

let api: GitHubApi;

/** A second of these tests. */
const SECOND_MS = 20;

beforeEach(async () => {
  api = await startGitHubApi();
});

afterEach(() => api.stop());

const github = (token = API_TOKEN, runnerGroup?: string) =>
  octokitGitHub({ url: api.url, token, repository: 'dianplus/tomcat', runnerGroup, secondMs: SECOND_MS });

/** A limit as GitHub tells of it, over in a second. */
const secondary = (seconds: number) => ({
  status: 403,
  headers: { 'retry-after': String(seconds), 'x-ratelimit-remaining': '100' },
  message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
});

describe("GitHub's API", () => {
  it('registers a runner, shows it, removes it', async () => {
    const { id, jitConfig } = await github().register('spot-1-1-amd64-1', ['spot-1-1-amd64-1']);
    expect(jitConfig).toBe(API_JIT_CONFIG);
    expect(await github().runner(id)).toEqual({ id, name: 'spot-1-1-amd64-1', online: true, busy: false });
    api.online = () => false;
    expect(await github().runner(id)).toMatchObject({ online: false });
    expect(await github().remove(id)).toBe(true);
    expect(api.runners).toEqual([]);
  });

  it('says "there is none" for an explicit 404 only', async () => {
    expect(await github().runner(4711)).toBeUndefined();
    expect(await github().remove(4711)).toBe(false);
    api.fault = () => 403;
    await expect(github().runner(4711)).rejects.toMatchObject({ status: 403 });
  });

  it('passes on a conflict at once', async () => {
    api.runners.push({ id: 1, name: 'twice', os: 'unknown', status: 'offline', busy: false, labels: [] });
    await expect(github().register('twice', ['twice'])).rejects.toMatchObject({ name: 'GitHubError', status: 409 });
    expect(api.requests).toHaveLength(1);
  });

  it('repeats what the server failed to do', async () => {
    api.fault = (request, nth) => (request.startsWith('POST') && nth === 1 ? 502 : undefined);
    expect((await github().register('again', ['again'])).jitConfig).toBe(API_JIT_CONFIG);
  });

  it('lists the runners of all pages', async () => {
    for (let i = 1; i <= 61; i++) api.runners.push({ id: i, name: `r-${i}`, os: 'linux', status: 'online', busy: i % 2 === 0, labels: [] });
    const all = await github().runners();
    expect(all.map(({ name }) => name)).toEqual(api.runners.map(({ name }) => name));
    expect(all[1].busy).toBe(true);
  });

  it('lists the jobs of all pages, with the times that GitHub has', async () => {
    api.runs.set('7', { status: 'in_progress' });
    const unknown = { status: 'queued', conclusion: null, started_at: null, completed_at: null, runner_name: null };
    for (let i = 1; i <= 31; i++) api.jobs.push({ ...unknown, name: `job ${i}` });
    api.jobs.push({
      name: 'Build ARM64',
      status: 'completed',
      conclusion: 'success',
      started_at: '2026-11-24T08:01:14Z',
      completed_at: '2026-11-24T08:05:29Z',
      runner_name: 'spot-7-1-arm64-1',
      steps: [
        // steps have times of another zone, and of the last one there may be no end
        { name: 'Push', status: 'completed', conclusion: 'success', started_at: '2026-11-24T00:05:02.000-08:00', completed_at: null },
      ],
    });
    const jobs = await github().jobs('7');
    expect(jobs).toHaveLength(32);
    expect(jobs[0]).toEqual({ name: 'job 1', status: 'queued', steps: [] });
    expect(jobs[31]).toEqual({
      name: 'Build ARM64',
      status: 'completed',
      conclusion: 'success',
      startedAt: Date.UTC(2026, 10, 24, 8, 1, 14),
      completedAt: Date.UTC(2026, 10, 24, 8, 5, 29),
      runner: 'spot-7-1-arm64-1',
      steps: [{ name: 'Push', conclusion: 'success', startedAt: Date.UTC(2026, 10, 24, 8, 5, 2) }],
    });
  });

  it('tells a refused token', async () => {
    await expect(github('wrong').runners()).rejects.toMatchObject({ status: 401 });
  });

  it('never shows the token in an error', async () => {
    api.fault = () => 422;
    const error = await github()
      .register('x', ['x'])
      .catch((e: Error) => e);
    expect(String((error as Error).message)).not.toContain(API_TOKEN);
  });
});

describe('runs and their jobs', () => {
  it('are shown with attempt and state', async () => {
    api.runs.set('7', { status: 'in_progress', run_attempt: 2 });
    api.runs.set('8', { status: 'completed' });
    expect(await github().workflowRun('7')).toEqual({ finished: false, attempt: 2 });
    expect(await github().workflowRun('8')).toEqual({ finished: true, attempt: 1 });
    expect(await github().workflowRun('9')).toBeUndefined();
  });

  it.each([403, 410, 451])('are unknown, never absent, where GitHub answers %i', async (status) => {
    api.fault = () => status;
    await expect(github().workflowRun('7')).rejects.toMatchObject({ name: 'GitHubError', status });
    await expect(github().jobs('7')).rejects.toMatchObject({ status });
    await expect(github().cancelRun('7')).rejects.toMatchObject({ status });
  });

  it('have jobs on every page, those of the latest attempt', async () => {
    api.runs.set('7', { status: 'in_progress' });
    for (let i = 0; i < 65; i++) api.jobs.push({ status: 'completed', runner_name: `r-${i}`, labels: ['ubuntu-24.04'] });
    api.jobs.push({ status: 'queued', runner_name: null, labels: ['spot-7-1-amd64-1'] });
    const jobs = await github().jobs('7');
    expect(jobs).toHaveLength(66);
    expect(jobs[0]).toMatchObject({ status: 'completed', runner: 'r-0', labels: ['ubuntu-24.04'] });
    expect(jobs[65]).toMatchObject({ status: 'queued', runner: undefined, labels: ['spot-7-1-amd64-1'] });
    expect(new Set(api.queries.map((query) => query.get('filter')))).toEqual(new Set(['latest']));
  });

  it('whose jobs GitHub does not show have none that are known', async () => {
    await expect(github().jobs('7')).rejects.toMatchObject({ status: 404 });
  });

  it('are cancelled, unless they are over', async () => {
    api.runs.set('7', { status: 'queued' });
    api.runs.set('8', { status: 'completed' });
    expect(await github().cancelRun('7')).toBe(true);
    expect(await github().cancelRun('8')).toBe(false);
    expect(api.requests).toEqual([
      'POST /repos/dianplus/tomcat/actions/runs/7/cancel',
      'POST /repos/dianplus/tomcat/actions/runs/8/cancel',
    ]);
    await expect(github().cancelRun('9')).rejects.toMatchObject({ status: 404 });
  });
});

describe('a secondary rate limit', () => {
  it.each<[string, (edge: ReturnType<typeof github>) => Promise<unknown>]>([
    ['a registration', (edge) => edge.register('x', ['x'])],
    ['a list of runners', (edge) => edge.runners()],
    ['a run', (edge) => edge.workflowRun('7')],
    ['a list of jobs', (edge) => edge.jobs('7')],
    ['a cancellation', (edge) => edge.cancelRun('7')],
  ])('is waited for by %s', async (_what, ask) => {
    api.runs.set('7', { status: 'queued' });
    api.fault = (_request, nth) => (nth === 1 ? secondary(1) : undefined);
    const started = Date.now();
    await ask(github());
    expect(Date.now() - started).toBeGreaterThanOrEqual(SECOND_MS);
    expect(api.requests).toHaveLength(2);
  });

  it('that lasts longer than a minute is an answer', async () => {
    api.fault = () => secondary(61);
    await expect(github().runners()).rejects.toMatchObject({ status: 403 });
    expect(api.requests).toHaveLength(1);
  });

  it('of the whole hour is one too', async () => {
    const reset = Math.floor(Date.now() / 1000) + 1_800;
    api.fault = () => ({ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) } });
    await expect(github().jobs('7')).rejects.toMatchObject({ status: 403 });
    expect(api.requests).toHaveLength(1);
  });
});

describe('a runner group of the organisation', () => {
  const inGroup = () => github(API_TOKEN, 'tomcat builders');

  it('is looked up by its name, on every page, among those of this repository', async () => {
    for (let id = 1; id <= 61; id++) api.groups.push({ id, name: `group-${id}` });
    api.groups.push({ id: 99, name: 'tomcat builders' });
    const edge = inGroup();
    await edge.register('spot-1-1-amd64-1', ['spot-1-1-amd64-1']);
    await edge.register('spot-1-1-amd64-2', ['spot-1-1-amd64-2']);
    expect(api.registeredIn).toEqual([99, 99]);
    const lookups = api.requests.filter((request) => request === 'GET /orgs/dianplus/actions/runner-groups');
    expect(lookups).toHaveLength(3); // pages of one look
    expect(api.queries[0].get('visible_to_repository')).toBe('tomcat');
    expect(api.requests.filter((request) => request.includes('/repos/'))).toEqual([]);
  });

  it('has its runners shown, listed over all pages and removed at the organisation', async () => {
    api.groups.push({ id: 5, name: 'tomcat builders' });
    const edge = inGroup();
    const { id } = await edge.register('spot-1-1-amd64-1', ['spot-1-1-amd64-1']);
    expect(await edge.runner(id)).toMatchObject({ name: 'spot-1-1-amd64-1', online: true });
    for (let i = 100; i < 161; i++) api.runners.push({ id: i, name: `r-${i}`, os: 'linux', status: 'online', busy: false, labels: [] });
    expect(await edge.runners()).toHaveLength(62);
    expect(api.requests).toContain('GET /orgs/dianplus/actions/runner-groups/5/runners');
    expect(await edge.remove(id)).toBe(true);
    expect(await edge.remove(4711)).toBe(false);
    expect(await edge.runner(4711)).toBeUndefined();
    expect(api.requests.filter((request) => request.includes('/repos/'))).toEqual([]);
  });

  it('that is not there is named, with those that are', async () => {
    api.groups.push({ id: 1, name: 'Default' });
    const refused = expect(inGroup().register('x', ['x'])).rejects;
    await refused.toMatchObject({
      status: 404,
      message: expect.stringMatching(/no runner group "tomcat builders" that tomcat may use.*"Default".*pipeline\.runnerGroup/),
    });
    expect(api.registeredIn).toEqual([]);
  });

  it('is looked up again after a failure', async () => {
    api.groups.push({ id: 5, name: 'tomcat builders' });
    api.fault = (request, nth) => (request.startsWith('GET') && nth === 1 ? 403 : undefined);
    const edge = inGroup();
    await expect(edge.register('x', ['x'])).rejects.toMatchObject({ status: 403 });
    expect((await edge.register('x', ['x'])).jitConfig).toBe(API_JIT_CONFIG);
  });

  it('leaves runs and jobs at the repository, and names the right that it takes', async () => {
    api.runs.set('7', { status: 'queued' });
    expect(await inGroup().workflowRun('7')).toMatchObject({ finished: false });
    expect(inGroup().right).toBe('"Self-hosted runners: write" on the organisation dianplus');
    expect(github().right).toBe('"Administration: write" on this repository');
  });
});
