import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { octokitGitHub } from '../../../src/runtime/edges/github-octokit';
import { API_JIT_CONFIG, API_TOKEN, type GitHubApi, startGitHubApi } from '../../models/github-api';

let api: GitHubApi;

beforeEach(async () => {
  api = await startGitHubApi();
});

afterEach(() => api.stop());

const github = (token = API_TOKEN) => octokitGitHub({ url: api.url, token, repository: 'dianplus/tomcat' });

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
