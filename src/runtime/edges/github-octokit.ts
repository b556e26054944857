import { type GitHub, GitHubError, type Runner } from './github';
import { Octokit, paginateRest, retry, throttling } from './vendor';

/** Where and as whom to ask. */
export interface GitHubAccess {
  /** GITHUB_API_URL: `https://api.github.com`, or an enterprise server's. */
  readonly url: string;
  /** A token, or undefined to ask as nobody (public repositories only). */
  readonly token?: string;
  /** `owner/name`. */
  readonly repository: string;
}

/** Of one call; a call that hangs must not use up the launch's time. */
const REQUEST_TIMEOUT_MS = 15_000;
/** A rate limit that ends later than this is not waited for. */
const LONGEST_WAIT_SECONDS = 60;
/** Answers that a repetition cannot change. */
const FINAL_STATUSES = [400, 401, 403, 404, 409, 410, 422, 451];
/** A tag of a tag of a tag: nobody goes further by intent. */
const DEEPEST_TAG = 5;
/** The group every repository has: `Default`. */
const DEFAULT_RUNNER_GROUP = 1;

const Client = Octokit.plugin(paginateRest, retry, throttling);

/** As GitHub's API returns a runner. */
interface ApiRunner {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly busy: boolean;
}

/** As GitHub's API returns a job. */
interface ApiJob {
  readonly status: string;
  readonly runner_name?: string | null;
}

/** GitHub through octokit, with repetition, throttling and pagination. */
export function octokitGitHub(access: GitHubAccess): GitHub {
  const [owner, repo] = access.repository.split('/');
  const mayWait = (seconds: number, _options: unknown, _octokit: unknown, retries: number) =>
    retries < 2 && seconds <= LONGEST_WAIT_SECONDS;
  const octokit = new Client({
    baseUrl: access.url,
    auth: access.token,
    userAgent: 'spot-image',
    retry: { doNotRetry: FINAL_STATUSES },
    throttle: { onRateLimit: mayWait, onSecondaryRateLimit: mayWait },
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
      throw new GitHubError(answeredStatus(error), request, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Undefined for an explicit 404. */
  async function unless404<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof GitHubError && error.status === 404) return undefined;
      throw error;
    }
  }

  return {
    register: (name, labels) =>
      call('POST generate-jitconfig', async () => {
        const { data } = await octokit.request('POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig', {
          ...here,
          name,
          labels: [...labels],
          runner_group_id: DEFAULT_RUNNER_GROUP,
        });
        return { id: data.runner.id, jitConfig: data.encoded_jit_config };
      }),

    runner: (id) =>
      unless404(
        call(`GET runners/${id}`, async () => {
          const { data } = await octokit.request('GET /repos/{owner}/{repo}/actions/runners/{runner_id}', { ...here, runner_id: id });
          return toRunner(data);
        }),
      ),

    runners: () =>
      call('GET runners', async () => {
        const all: ApiRunner[] = await octokit.paginate('GET /repos/{owner}/{repo}/actions/runners', { ...here, per_page: 100 });
        return all.map(toRunner);
      }),

    remove: async (id) => {
      const removed = await unless404(
        call(`DELETE runners/${id}`, async () => {
          await octokit.request('DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}', { ...here, runner_id: id });
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
        return all.map(({ status, runner_name }) => ({ status, runner: runner_name ?? undefined }));
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

/** The HTTP status GitHub answered with. Octokit puts 500 where no answer came at all. */
function answeredStatus(error: unknown): number | undefined {
  const { status, response } = error as { status?: number; response?: unknown };
  return response ? status : undefined;
}
