import type { StepTimes } from '../../core/summary/facts';
import { type GitHub, GitHubError, type Job, type Runner } from './github';
import { Octokit, paginateRest, retry, throttling } from './vendor';

/** Where and as whom to ask. */
export interface GitHubAccess {
  /** GITHUB_API_URL: `https://api.github.com`, or an enterprise server's. */
  readonly url: string;
  /** A token, or undefined to ask as nobody (public repositories only). */
  readonly token?: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Runner group of the repository's owner, an organisation; undefined: runners are the repository's own. */
  readonly runnerGroup?: string;
  /** Milliseconds of a second that GitHub asks to wait. Default: 1000; tests have shorter ones. */
  readonly secondMs?: number;
}

/** Of one call; a call that hangs must not use up the launch's time. */
const REQUEST_TIMEOUT_MS = 15_000;
/** A rate limit that ends later than this is not waited for. */
const LONGEST_WAIT_SECONDS = 60;
/** Answers that a repetition cannot change. */
const FINAL_STATUSES = [400, 401, 403, 404, 409, 410, 422, 451];
/** A tag of a tag of a tag: nobody goes further by intent. */
const DEEPEST_TAG = 5;
/** The group that the runners of a repository are in: `Default`. */
const DEFAULT_RUNNER_GROUP = 1;
const NOT_FOUND = 404;
/** GitHub's word for "it is over already". */
const CONFLICT = 409;

const Client = Octokit.plugin(paginateRest, retry, throttling);

/** As GitHub's API returns a runner. */
interface ApiRunner {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly busy: boolean;
}

/** As GitHub's API returns a step of a job. Times are ISO 8601, and null before they have come. */
interface ApiStep {
  readonly name: string;
  readonly conclusion?: string | null;
  readonly started_at?: string | null;
  readonly completed_at?: string | null;
}

/** As GitHub's API returns a job. */
interface ApiJob extends ApiStep {
  readonly status: string;
  readonly runner_name?: string | null;
  readonly steps?: readonly ApiStep[];
  readonly labels?: readonly string[];
}

/** As GitHub's API returns a runner group. */
interface ApiGroup {
  readonly id: number;
  readonly name: string;
}

/** GitHub through octokit, with repetition, throttling and pagination. */
export function octokitGitHub(access: GitHubAccess): GitHub {
  const [owner, repo] = access.repository.split('/');
  const mayWait = (seconds: number, _options: unknown, _octokit: unknown, retries: number) =>
    retries < 2 && seconds <= LONGEST_WAIT_SECONDS;
  const { secondMs: retryAfterBaseValue = 1_000 } = access;
  const octokit = new Client({
    baseUrl: access.url,
    auth: access.token,
    userAgent: 'spot-image',
    retry: { doNotRetry: FINAL_STATUSES, retryAfterBaseValue },
    // limits are those of one server
    throttle: { id: access.url, retryAfterBaseValue, onRateLimit: mayWait, onSecondaryRateLimit: mayWait },
    request: {
      fetch: (url: string, options: RequestInit) => fetch(url, { ...options, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }),
    },
    // reasons are reported once, by whoever knows what they mean
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const here = { owner, repo };

  async function call<T>(request: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof GitHubError) throw error;
      throw new GitHubError(answeredStatus(error), request, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Undefined for an explicit 404. */
  async function unless404<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof GitHubError && error.status === NOT_FOUND) return undefined;
      throw error;
    }
  }

  // the same calls below another path: of the repository, or of its owner
  const at = access.runnerGroup === undefined ? ('/repos/{owner}/{repo}' as const) : ('/orgs/{owner}' as const);
  let group: Promise<number> | undefined;

  /** Id of the runner group, looked up once. */
  function groupId(): Promise<number> {
    const { runnerGroup } = access;
    if (runnerGroup === undefined) return Promise.resolve(DEFAULT_RUNNER_GROUP);
    group ??= call('GET runner-groups', async () => {
      const all: ApiGroup[] = await octokit.paginate('GET /orgs/{org}/actions/runner-groups', {
        org: owner,
        visible_to_repository: repo,
        per_page: 100,
      });
      const found = all.find(({ name }) => name === runnerGroup);
      if (found) return found.id;
      const names = all.map(({ name }) => `"${name}"`).join(', ') || 'none';
      throw new GitHubError(
        NOT_FOUND,
        'GET runner-groups',
        `${owner} has no runner group "${runnerGroup}" that ${repo} may use; it may use ${names}. Make it in the organisation's settings (Actions, Runner groups), limited to this repository, or correct pipeline.runnerGroup`,
      );
    });
    group.catch(() => {
      group = undefined; // the next question asks anew
    });
    return group;
  }

  return {
    right:
      access.runnerGroup === undefined
        ? '"Administration: write" on this repository'
        : `"Self-hosted runners: write" on the organisation ${owner}`,

    register: async (name, labels) => {
      const runner_group_id = await groupId();
      return call('POST generate-jitconfig', async () => {
        const { data } = await octokit.request(`POST ${at}/actions/runners/generate-jitconfig`, {
          ...here,
          name,
          labels: [...labels],
          runner_group_id,
        });
        return { id: data.runner.id, jitConfig: data.encoded_jit_config };
      });
    },

    runner: (id) =>
      unless404(
        call(`GET runners/${id}`, async () => {
          const { data } = await octokit.request(`GET ${at}/actions/runners/{runner_id}`, { ...here, runner_id: id });
          return toRunner(data);
        }),
      ),

    runners: async () => {
      // an organisation has runners of other repositories too, pages of them
      const list = access.runnerGroup === undefined ? `${at}/actions/runners` : `${at}/actions/runner-groups/${await groupId()}/runners`;
      return call('GET runners', async () => {
        const all: ApiRunner[] = await octokit.paginate(`GET ${list}`, { ...here, per_page: 100 });
        return all.map(toRunner);
      });
    },

    remove: async (id) => {
      const removed = await unless404(
        call(`DELETE runners/${id}`, async () => {
          await octokit.request(`DELETE ${at}/actions/runners/{runner_id}`, { ...here, runner_id: id });
          return true;
        }),
      );
      return removed ?? false;
    },

    workflowRun: (id) =>
      unless404(
        call(`GET actions/runs/${id}`, async () => {
          const { data } = await octokit.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...here, run_id: Number(id) });
          return { finished: data.status === 'completed', attempt: data.run_attempt ?? 1 };
        }),
      ),

    jobs: (runId) =>
      call(`GET actions/runs/${runId}/jobs`, async () => {
        const all: ApiJob[] = await octokit.paginate('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', {
          ...here,
          run_id: Number(runId),
          filter: 'latest',
          per_page: 100,
        });
        return all.map(toJob);
      }),

    cancelRun: async (id) => {
      try {
        await call(`POST actions/runs/${id}/cancel`, () =>
          octokit.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', { ...here, run_id: Number(id) }),
        );
        return true;
      } catch (error) {
        if (error instanceof GitHubError && error.status === CONFLICT) return false;
        throw error;
      }
    },

    runnerReleases: () =>
      call('GET releases of actions/runner', async () => {
        // one page, by far enough for the time in which a release may be used
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/releases', { owner: 'actions', repo: 'runner', per_page: 20 });
        return data
          .filter(({ draft, prerelease, tag_name }) => !draft && !prerelease && /^v[0-9]+(\.[0-9]+)+$/.test(tag_name))
          .map(({ tag_name, published_at, created_at }) => ({ version: tag_name.slice(1), released: published_at ?? created_at }));
      }),

    commitTime: (sha) =>
      call(`GET commits/${sha}`, async () => {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/commits/{ref}', { ...here, ref: sha });
        return Math.floor(Date.parse(data.commit.committer?.date ?? '') / 1000);
      }),

    tagCommit: (name) =>
      unless404(
        call(`GET git/ref/tags/${name}`, async () => {
          const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...here, ref: `tags/${name}` });
          let { type, sha } = data.object;
          // an annotated tag is an object of its own, which may point to another one
          for (let depth = 0; type === 'tag' && depth < DEEPEST_TAG; depth++) {
            const tag = await octokit.request('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', { ...here, tag_sha: sha });
            ({ type, sha } = tag.data.object);
          }
          if (type !== 'commit') throw new Error(`it points to a ${type}, not to a commit`);
          return sha;
        }),
      ),

    compare: async (base, head) => {
      const status = await unless404(
        call(`GET compare/${base}...${head}`, async () => {
          const { data } = await octokit.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
            ...here,
            basehead: `${base}...${head}`,
            per_page: 1,
          });
          return data.status;
        }),
      );
      return status ?? 'unknown';
    },
  };
}

function toRunner({ id, name, status, busy }: ApiRunner): Runner {
  return { id, name, online: status === 'online', busy };
}

function moment(time: string | null | undefined): number | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function toStep({ name, conclusion, started_at, completed_at }: ApiStep): StepTimes {
  return { name, conclusion: conclusion ?? undefined, startedAt: moment(started_at), completedAt: moment(completed_at) };
}

function toJob(job: ApiJob): Job {
  const { status, runner_name, labels, steps = [] } = job;
  return { ...toStep(job), status, runner: runner_name ?? undefined, labels, steps: steps.map(toStep) };
}

/** The HTTP status GitHub answered with. Octokit puts 500 where no answer came at all. */
function answeredStatus(error: unknown): number | undefined {
  const { status, response } = error as { status?: number; response?: unknown };
  return response ? status : undefined;
}
