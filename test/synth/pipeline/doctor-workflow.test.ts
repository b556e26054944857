import { expect, test } from 'vitest';
import type { SpotImageProjectOptions } from '../../../src/core/options';
import { doctorWorkflow } from '../../../src/synth/pipeline/doctor-workflow';
import { imageConfig } from '../../support/config';
import { actions, asGitHubReads, commands } from './parse';

const workflow = (options: Partial<SpotImageProjectOptions> = {}) => asGitHubReads(doctorWorkflow(imageConfig(options)));

test('runs by hand only', () => {
  expect(Object.keys(workflow().on)).toEqual(['workflow_dispatch']);
});

test('looks at AWS and GitHub in the Environment, with what the jobs that launch hold', () => {
  const { access } = workflow({ pipeline: { environment: 'builders' } }).jobs;
  expect(access.environment).toBe('builders');
  expect(access.permissions).toEqual({ actions: 'read', contents: 'read', 'id-token': 'write' });
  expect(actions(access)).toEqual(['actions/checkout', 'actions/create-github-app-token', 'aws-actions/configure-aws-credentials']);
});

test("gives AWS's checks the scheduler's role where there are schedules, and GitHub's the token that launches have", () => {
  const envs = (options: Partial<SpotImageProjectOptions> = {}) =>
    workflow(options).jobs.access.steps.flatMap(({ run, env }) => (run ? [env ?? {}] : []));
  const [aws, github] = envs();
  expect(aws.SCHEDULER_ROLE_ARN).toBe('${{ vars.AWS_SCHEDULER_ROLE_ARN }}');
  expect(github.RUNNER_TOKEN).toContain('steps.');
  const [bare, stored] = envs({ pipeline: { endBySchedule: false, runnerToken: 'secret' } });
  expect(bare.SCHEDULER_ROLE_ARN).toBeUndefined();
  expect(stored.RUNNER_TOKEN).toBe('${{ secrets.RUNNER_TOKEN }}');
});

test('installs nothing where it holds credentials', () => {
  for (const job of Object.values(workflow().jobs)) {
    for (const command of commands(job)) expect(command).toMatch(/^exec node \.github\/scripts\/spot-image\.mjs doctor --only [a-z]+$/);
  }
});

test('looks at everything, each area by itself: one that lacks something hides no other', () => {
  const { access, registry } = workflow().jobs;
  expect([...commands(access), ...commands(registry)].map((command) => command.split(' ').pop())).toEqual(['aws', 'github', 'registry']);
  // credentials that cannot be had are a finding
  const credentials = access.steps.filter(({ uses }) => uses && !uses.startsWith('actions/checkout'));
  expect(credentials.map((step) => step['continue-on-error'])).toEqual([true, true]);
});

test('keeps the right to push apart from the credentials for machines', () => {
  const { registry } = workflow().jobs;
  expect(registry.environment).toBeUndefined();
  expect(registry.permissions).toEqual({ contents: 'read', packages: 'write' });
  expect(workflow({ registry: 'registry.example.com' }).jobs.registry.permissions).toEqual({ contents: 'read' });
});

test('has no credentials for AWS where nothing is built there', () => {
  expect(Object.keys(workflow({ architectures: [{ name: 'amd64', hosted: {} }] }).jobs)).toEqual(['registry']);
});
