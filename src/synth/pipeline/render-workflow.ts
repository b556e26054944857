/** Renders a workflow as the YAML that GitHub reads and people review. */

import { Document, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { github } from '../projen';
import { toComment } from './comment';
import { type CallJob, type Commented, type Concurrency, isCall, type Job, type Permissions, type Step, type Workflow } from './workflow';

/** Keys of a job and of a step in reading order; whatever else projen models comes behind them. */
const JOB_KEYS = [
  'name',
  'needs',
  'if',
  'concurrency',
  'uses',
  'with',
  'secrets',
  'runsOn',
  'environment',
  'permissions',
  'timeoutMinutes',
  'continueOnError',
  'strategy',
  'outputs',
  'env',
  'steps',
];
const STEP_KEYS = ['name', 'id', 'if', 'uses', 'run', 'env', 'with'];

/** Makes nodes of plain values; documents are put together from them. */
const factory = new Document();

/**
 * The file's text, but for the line that marks it as generated.
 *
 * Keys come in one fixed order and nothing depends on the clock, so that equal
 * workflows give equal text.
 */
export function renderWorkflow(workflow: Workflow<Job | CallJob>): string {
  const root = new YAMLMap();
  add(root, 'name', workflow.name);
  add(root, 'on', renderTriggers(workflow), { space: true });
  add(root, 'permissions', {}, { space: true, comment: 'No rights by default: each job names what it needs, and why.' });
  add(root, 'concurrency', renderConcurrency(workflow.concurrency), { space: true, comment: workflow.concurrency.comment });
  const jobs = new YAMLMap();
  for (const [id, job] of Object.entries(workflow.jobs)) {
    add(jobs, id, renderJob(job), { space: jobs.items.length > 0, comment: job.comment });
  }
  add(root, 'jobs', jobs, { space: true });

  const document = new Document(root);
  document.commentBefore = toComment(workflow.description) ?? null;
  return document.toString({ lineWidth: 0, singleQuote: true });
}

function renderConcurrency({ group, cancelInProgress }: Concurrency): object {
  return { group, 'cancel-in-progress': cancelInProgress };
}

function renderTriggers(workflow: Workflow<Job | CallJob>): Node {
  const on = node(triggerKeys(workflow.on)) as YAMLMap;
  if (workflow.off) {
    const yaml = new Document(triggerKeys(workflow.off.on)).toString({ lineWidth: 0, singleQuote: true });
    on.comment = `${toComment(workflow.off.comment)}\n${yaml.trimEnd().replace(/^/gm, ' ')}`;
  }
  return on;
}

/** Events are written in snake case. Only their own names are changed: an input keeps its name. */
function triggerKeys(on: github.workflows.Triggers): Record<string, unknown> {
  return Object.fromEntries(Object.entries(on).map(([event, options]) => [dashed(event).replace(/-/g, '_'), options]));
}

function renderJob(job: Job | CallJob): YAMLMap {
  const map = new YAMLMap();
  for (const [key, value] of ordered(job, JOB_KEYS)) {
    const comment = key === 'concurrency' ? (value as Concurrency).comment : undefined;
    add(map, dashed(key), isCall(job) ? renderCallValue(key, value, job) : renderJobValue(key, value, job), { comment });
  }
  addRemarks(map, job);
  return map;
}

function renderCallValue(key: string, value: unknown, { permissions }: CallJob): unknown {
  return key === 'permissions' ? renderPermissions(permissions) : value;
}

function renderJobValue(key: string, value: unknown, { permissions, steps, outputs = {}, strategy = {}, concurrency }: Job): unknown {
  if (key === 'concurrency' && concurrency) return renderConcurrency(concurrency);
  if (key === 'permissions') return renderPermissions(permissions);
  if (key === 'steps') return renderSteps(steps);
  if (key === 'outputs') return renderOutputs(outputs);
  if (key === 'strategy') return renderStrategy(strategy);
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function renderPermissions(permissions: Permissions): YAMLMap {
  const map = new YAMLMap();
  for (const [scope, grant] of Object.entries(permissions)) {
    if (grant) add(map, dashed(scope), grant.access, { remark: grant.reason });
  }
  return map;
}

function renderSteps(steps: readonly Step[]): YAMLSeq {
  const seq = new YAMLSeq();
  for (const step of steps) {
    const map = new YAMLMap();
    for (const [key, value] of ordered(step, STEP_KEYS)) {
      const [action, version] = key === 'uses' ? String(value).split(' # ') : [];
      add(map, dashed(key), action ?? value, { remark: version });
    }
    addRemarks(map, step);
    map.commentBefore = toComment(step.comment);
    map.spaceBefore = seq.items.length > 0;
    seq.add(map);
  }
  return seq;
}

function renderOutputs(outputs: Record<string, github.workflows.JobStepOutput>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, from]) => [name, `\${{ steps.${from.stepId}.outputs.${from.outputName} }}`]),
  );
}

/** GitHub has the dimensions of a matrix beside `include` and `exclude`, projen has them one level below. */
function renderStrategy({ matrix, failFast, maxParallel }: github.workflows.JobStrategy): unknown {
  return {
    'fail-fast': failFast,
    'max-parallel': maxParallel,
    matrix: matrix && { ...matrix.domain, include: matrix.include, exclude: matrix.exclude },
  };
}

/** The entries that have a value: those of `keys` first, the comments not at all. */
function ordered(value: object, keys: readonly string[]): [string, unknown][] {
  const { comment: _, remarks: __, ...rest } = value as Commented & Record<string, unknown>;
  const known = keys.filter((key) => key in rest);
  const others = Object.keys(rest).filter((key) => !keys.includes(key));
  return [...known, ...others].map((key): [string, unknown] => [key, rest[key]]).filter(([, v]) => v !== undefined);
}

interface Decoration {
  readonly comment?: string;
  readonly remark?: string;
  readonly space?: boolean;
}

function add(map: YAMLMap, key: string, value: unknown, { comment, remark, space }: Decoration = {}): void {
  const name = new Scalar(key);
  name.commentBefore = toComment(comment);
  name.spaceBefore = space;
  const content = node(value);
  if (remark !== undefined) content.comment = ` ${remark}`;
  map.add(new Pair(name, content));
}

function addRemarks(map: YAMLMap, { remarks }: Commented): void {
  for (const [path, remark] of Object.entries(remarks ?? {})) {
    const target = map.getIn(path.split('.'), true) as Node | undefined;
    if (target === undefined) throw new Error(`There is no "${path}" to stand the remark "${remark}" beside.`);
    target.comment = ` ${remark}`;
  }
}

/** No anchors: an object that is used twice is written twice. */
function node(value: unknown): Node {
  return factory.createNode(value, { aliasDuplicateObjects: false }) as Node;
}

/** `timeoutMinutes` → `timeout-minutes`. */
function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
