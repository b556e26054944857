import { RUNNER_RELEASE } from '../../src/core/guest-tools';
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
  readonly name?: string;
  readonly status: string;
  readonly conclusion?: string | null;
  readonly started_at?: string | null;
  readonly completed_at?: string | null;
  readonly runner_name: string | null;
  readonly labels?: readonly string[];
  readonly steps?: readonly Omit<ApiJob, 'runner_name' | 'labels' | 'steps'>[];
}

/** A stand-in for the part of GitHub's REST API that the script talks to. */
export interface GitHubApi extends HttpServer {
  readonly runners: ApiRunner[];
  /** Jobs of whatever run. */
  readonly jobs: ApiJob[];
  /** `METHOD path`, in order. */
  readonly requests: string[];
  /** Is the runner online at this look at it, from 1? By default always. */
  online: (look: number) => boolean;
  /** A status to answer instead, by `METHOD path`, with headers of its own. */
  fault: (
    request: string,
    nth: number,
  ) => number | { readonly status: number; readonly headers: Record<string, string>; readonly message?: string } | undefined;
  /** Answers of runs by id: GitHub's own fields. */
  readonly runs: Map<string, { status: string; run_attempt?: number }>;
  /** Runner groups of the organisation. */
  readonly groups: { readonly id: number; readonly name: string }[];
  /** Queries of the requests, in order. */
  readonly queries: URLSearchParams[];
  /** Group for which each runner was registered, in order. */
  readonly registeredIn: number[];
}

/** The secret part of the JIT configuration: about as long as GitHub's. */
export const API_JIT_CONFIG = Buffer.from('{"the":"one-time secret of a runner"}'.repeat(80)).toString('base64');

/** Token without which it refuses, as GitHub does. */
export const API_TOKEN = 'ghs_the-apps-token';

const PAGE = 30;

/** Starts it for the repository `dianplus/tomcat`. */
export async function startGitHubApi(): Promise<GitHubApi> {
  const runners: ApiRunner[] = [];
  const jobs: ApiJob[] = [];
  const requests: string[] = [];
  const runs: GitHubApi['runs'] = new Map();
  const groups: GitHubApi['groups'][number][] = [];
  const queries: URLSearchParams[] = [];
  const registeredIn: number[] = [];
  const looks = new Map<number, number>();
  let next = 1;

  const server = await startHttp(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const line = `${request.method} ${url.pathname}`;
    requests.push(line);
    queries.push(url.searchParams);
    const reply = (status: number, body?: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
        .end(body === undefined ? undefined : JSON.stringify(body));
    const fault = api.fault(line, requests.filter((r) => r === line).length);
    if (typeof fault === 'object') return void reply(fault.status, { message: fault.message ?? 'injected fault' }, fault.headers);
    if (fault) return void reply(fault, { message: 'injected fault' });
    if (request.headers.authorization !== `token ${API_TOKEN}`) return void reply(401, { message: 'Bad credentials' });
    /** One page of a listing, as GitHub links them. */
    const page = (name: string, all: readonly unknown[]) => {
      const number = Number(url.searchParams.get('page') ?? 1);
      const size = Math.min(Number(url.searchParams.get('per_page') ?? PAGE), PAGE); // small pages, so that pagination is used
      const next = new URL(`${server.url}${url.pathname}${url.search}`);
      next.searchParams.set('page', String(number + 1));
      const more = number * size < all.length ? { link: `<${next}>; rel="next"` } : undefined;
      return void reply(200, { total_count: all.length, [name]: all.slice((number - 1) * size, number * size) }, more);
    };
    if (line === 'GET /orgs/dianplus/actions/runner-groups') return page('runner_groups', groups);
    if (/^GET [/]orgs[/]dianplus[/]actions[/]runner-groups[/][0-9]+[/]runners$/.test(line)) return page('runners', runners);
    const ofRun = /^(GET|POST) [/]repos[/]dianplus[/]tomcat[/]actions[/]runs[/]([0-9]+)(?:[/](jobs|cancel))?$/.exec(line);
    if (ofRun) {
      const run = runs.get(ofRun[2]);
      if (!run) return void reply(404, { message: 'Not Found' });
      if (ofRun[3] === 'jobs') return page('jobs', jobs);
      if (ofRun[3] !== 'cancel') return void reply(200, run);
      return run.status === 'completed'
        ? void reply(409, { message: 'Cannot cancel a workflow run that is completed.' })
        : void reply(202, {});
    }
    if (line === 'GET /repos/actions/runner/releases')
      return void reply(200, [
        { tag_name: `v${RUNNER_RELEASE.version}`, published_at: RUNNER_RELEASE.released, draft: false, prerelease: false },
      ]);
    const base = url.pathname.startsWith('/orgs/') ? '/orgs/dianplus/actions/runners' : '/repos/dianplus/tomcat/actions/runners';
    if (line === `POST ${base}/generate-jitconfig`) {
      const { name, labels, runner_group_id } = JSON.parse((await bodyOf(request)).toString()) as {
        name: string;
        labels: string[];
        runner_group_id: number;
      };
      registeredIn.push(runner_group_id);
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
    if (line === `GET ${base}`) return page('runners', runners);
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
  const api: GitHubApi = {
    ...server,
    runners,
    requests,
    runs,
    jobs,
    groups,
    queries,
    registeredIn,
    online: () => true,
    fault: () => undefined,
  };
  return api;
}
