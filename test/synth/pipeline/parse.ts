import { parse } from 'yaml';
import { renderWorkflow } from '../../../src/synth/pipeline/render-workflow';
import type { CallJob, Job, Workflow } from '../../../src/synth/pipeline/workflow';

/** A step as GitHub reads it. */
export interface YamlStep {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, unknown>;
  readonly 'continue-on-error'?: boolean;
}

/** A job as GitHub reads it. */
export interface YamlJob {
  readonly name: string;
  readonly if?: string;
  readonly needs?: string | string[];
  readonly 'runs-on': string;
  readonly environment?: string;
  readonly permissions: Record<string, string>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly uses?: string;
  readonly with?: Record<string, string>;
  readonly secrets?: string;
  readonly 'timeout-minutes': number;
  readonly 'continue-on-error'?: boolean;
  readonly outputs?: Record<string, string>;
  readonly strategy?: { readonly matrix: { readonly include: Record<string, string>[] } };
  readonly steps: YamlStep[];
}

/** A workflow as GitHub reads it. */
export interface YamlWorkflow {
  readonly name: string;
  readonly on: Record<string, unknown>;
  readonly permissions: Record<string, string>;
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly jobs: Record<string, YamlJob>;
}

/** Renders a workflow and reads the text again, as GitHub would. */
export function asGitHubReads(workflow: Workflow<Job | CallJob>): YamlWorkflow {
  return parse(renderWorkflow(workflow)) as YamlWorkflow;
}

/** All `run:` of a job, in order. */
export function commands(job: YamlJob): string[] {
  return job.steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
}

/** All actions of a job, without their commits. */
export function actions(job: YamlJob): string[] {
  return job.steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses.split('@')[0]]));
}

/** Place of the step with this name. Throws if there is none, so that an order is never asserted of what is not there. */
export function place(job: YamlJob, name: string): number {
  const index = job.steps.findIndex((step) => step.name === name);
  if (index < 0) throw new Error(`No step "${name}" among ${job.steps.map((step) => step.name).join(', ')}.`);
  return index;
}
