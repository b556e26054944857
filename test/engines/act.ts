import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from './exec';
import { installAct } from './go-tools';
import { temporaryFolder } from './process';

/** Which workflow to run, and with what. */
export interface ActOptions {
  /** Root of the work tree in which the workflow runs; actions/checkout copies it. */
  readonly folder: string;
  /** The workflow file, relative to `folder`. */
  readonly workflow: string;
  /** Default: `workflow_dispatch`. */
  readonly event?: string;
  /** The event's payload. */
  readonly payload?: object;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Environment of the steps; they see nothing else of this process's but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runner labels that exist; default: `ubuntu-latest` and `self-hosted`. Jobs that ask for others are skipped. */
  readonly labels?: readonly string[];
  /** `owner/name@ref` → folder with the action; anything else cannot be fetched. */
  readonly actions?: Readonly<Record<string, string>>;
  /** Only this job and what it needs. */
  readonly job?: string;
  /** Milliseconds; default: 30 minutes. */
  readonly timeoutMs?: number;
}

/** One job that ran; a matrix gives several of one id. */
export interface ActJob {
  /** Its key in the workflow file. */
  readonly id: string;
  /** Its name as shown, behind the workflow's: `Build AMD64/launch`. */
  readonly name: string;
  readonly result: 'success' | 'failure';
}

/** What a run did. */
export interface ActResult {
  /** 0 also when jobs were skipped: look at `ran`. */
  readonly code: number | null;
  /** Readable log, one line a message: `[job] text`. */
  readonly log: string;
  readonly jobs: readonly ActJob[];
  /** Ids of the jobs that really ran, without repetition. */
  readonly ran: readonly string[];
  /** Ids of jobs that were skipped because no runner has their labels. */
  readonly unmapped: readonly string[];
}

interface Line {
  readonly msg?: string;
  readonly job?: string;
  readonly jobID?: string;
  readonly jobResult?: 'success' | 'failure';
}

/**
 * Runs a workflow on this very machine, without containers. Never throws because of what the
 * workflow does. Not enforced by act: permissions, concurrency, job time-outs, services.
 */
export async function runAct(options: ActOptions): Promise<ActResult> {
  const act = await installAct();
  const home = temporaryFolder('act');
  const payload = path.join(home, 'event.json');
  // inputs travel in the event, as on GitHub; act ignores --input once there is a payload
  fs.writeFileSync(payload, JSON.stringify({ ...(options.inputs ? { inputs: options.inputs } : {}), ...options.payload }));
  const each = (flag: string, values: Readonly<Record<string, string>> | undefined) =>
    Object.entries(values ?? {}).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const { output, code } = await run(
    act,
    [
      options.event ?? 'workflow_dispatch',
      '--json',
      '--strict',
      '--action-offline-mode',
      '--no-cache-server',
      '-W',
      options.workflow,
      '-e',
      payload,
      '--action-cache-path',
      path.join(home, 'actions'),
      ...(options.labels ?? ['ubuntu-latest', 'self-hosted']).flatMap((label) => ['-P', `${label}=-self-hosted`]),
      ...(options.job ? ['--job', options.job] : []),
      ...each('--secret', options.secrets),
      ...each('--var', options.variables),
      ...each('--env', options.env),
      ...each('--local-repository', options.actions),
    ],
    {
      cwd: options.folder,
      env: { PATH: options.env?.PATH ?? process.env.PATH, HOME: home },
      timeoutMs: options.timeoutMs,
      allowFailure: true,
    },
  );
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  return { code, ...read(output) };
}

function read(output: string): Omit<ActResult, 'code'> {
  const lines = output
    .split('\n')
    .filter((line) => line !== '')
    .map(parse)
    // said dozens of times where the folder is no clone
    .filter((line) => !/^unable to get git (ref|revision)|not located inside a git repository$/.test(line.msg ?? ''));
  const jobs = lines.flatMap((line) =>
    line.jobResult && line.jobID ? [{ id: line.jobID, name: (line.job ?? '').trim(), result: line.jobResult }] : [],
  );
  const unmapped = lines.flatMap((line) => (line.jobID && /Skipping unsupported platform/.test(line.msg ?? '') ? [line.jobID] : []));
  return {
    log: lines.map((line) => `${line.job ? `[${line.job.trim()}] ` : ''}${(line.msg ?? '').trimEnd()}`).join('\n'),
    jobs,
    ran: [...new Set(jobs.map((job) => job.id))],
    unmapped: [...new Set(unmapped)],
  };
}

function parse(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return { msg: line }; // its last word, "Error: …", is not JSON
  }
}
