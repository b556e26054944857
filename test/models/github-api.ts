import { bodyOf, type HttpServer, startHttp } from './http';

/** A runner as GitHub's API shows it. */
interface ApiRunner {
  readonly id: number;
  readonly name: string;
  readonly os: string;
  readonly status: 'online' | 'offline';
  readonly busy: boolean;
  readonly labels: { readonly name: string; readonly type: string }[];
}

/** A job as GitHub's API shows it, as far as the script reads it. */
interface ApiJob {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly runner_name: string | null;
  readonly steps?: readonly Omit<ApiJob, 'runner_name' | 'steps'>[];
}

/** A stand-in for the part of GitHub's REST API that the script talks to. */
export interface GitHubApi extends HttpServer {
  readonly runners: ApiRunner[];
  /** Jobs of run 7. */
  readonly jobs: ApiJob[];
  /** `METHOD path`, in order. */
  readonly requests: string[];
  /** Is the runner online at this look at it, from 1? By default always. */
  online: (look: number) => boolean;
  /** A status to answer instead, by `METHOD path`. */
  fault: (request: string, nth: number) => number | undefined;
}

/** The secret part of the JIT configuration: about as long as GitHub's. */
export const API_JIT_CONFIG = Buffer.from('{"the":"one-time secret of a runner"}'.repeat(80)).toString('base64');

/** Token without which it refuses, as GitHub does. */
export const API_TOKEN = 'ghs_the-apps-token';

const PAGE = 30;
const RUN_JOBS = '/repos/dianplus/tomcat/actions/runs/7/jobs';

/** Starts it for the repository `dianplus/tomcat`. */
export async function startGitHubApi(): Promise<GitHubApi> {
  const runners: ApiRunner[] = [];
  const jobs: ApiJob[] = [];
  const requests: string[] = [];
  const looks = new Map<number, number>();
  let next = 1;

  const server = await startHttp(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const line = `${request.method} ${url.pathname}`;
    requests.push(line);
    const reply = (status: number, body?: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
        .end(body === undefined ? undefined : JSON.stringify(body));
    const fault = api.fault(line, requests.filter((r) => r === line).length);
    if (fault) return void reply(fault, { message: 'injected fault' });
    if (request.headers.authorization !== `token ${API_TOKEN}`) return void reply(401, { message: 'Bad credentials' });
    const base = '/repos/dianplus/tomcat/actions/runners';
    if (line === `POST ${base}/generate-jitconfig`) {
      const { name, labels } = JSON.parse((await bodyOf(request)).toString()) as { name: string; labels: string[] };
      if (runners.some((r) => r.name === name)) return void reply(409, { message: 'Already exists' });
      const runner: ApiRunner = {
        id: next++,
        name,
        os: 'unknown',
        status: 'offline',
        busy: false,
        labels: labels.map((l) => ({ name: l, type: 'custom' })),
      };
      runners.push(runner);
      return void reply(201, { runner, encoded_jit_config: API_JIT_CONFIG });
    }
    const page = <T>(path: string, key: string, all: readonly T[]) => {
      const number = Number(url.searchParams.get('page') ?? 1);
      const size = Math.min(Number(url.searchParams.get('per_page') ?? PAGE), PAGE); // small pages, so that pagination is used
      const shown = all.slice((number - 1) * size, number * size);
      const more =
        number * size < all.length ? { link: `<${server.url}${path}?per_page=${size}&page=${number + 1}>; rel="next"` } : undefined;
      return void reply(200, { total_count: all.length, [key]: shown }, more);
    };
    if (line === `GET ${base}`) return page(base, 'runners', runners);
    if (line === `GET ${RUN_JOBS}`) return page(RUN_JOBS, 'jobs', jobs);
    const id = Number(new RegExp(`^${base}/([0-9]+)$`).exec(url.pathname)?.[1]);
    const index = runners.findIndex((runner) => runner.id === id);
    if (index < 0) return void reply(404, { message: 'Not Found' });
    if (request.method === 'DELETE') {
      runners.splice(index, 1);
      return void reply(204);
    }
    looks.set(id, (looks.get(id) ?? 0) + 1);
    return void reply(200, { ...runners[index], status: api.online(looks.get(id) ?? 0) ? 'online' : 'offline' });
  });
  const api: GitHubApi = { ...server, runners, jobs, requests, online: () => true, fault: () => undefined };
  return api;
}
