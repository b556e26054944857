import { expect, test } from 'vitest';
import { reapWorkflow } from '../../../src/synth/pipeline/reap-workflow';
import { renderWorkflow } from '../../../src/synth/pipeline/render-workflow';
import type { Workflow } from '../../../src/synth/pipeline/workflow';
import { imageConfig } from '../../support/config';
import { actions, asGitHubReads, commands, place } from './parse';

const HOSTED = { name: 'amd64', hosted: {} };

function generated(): Workflow {
  const workflow = reapWorkflow(imageConfig());
  if (!workflow) throw new Error('There is no workflow.');
  return workflow;
}

test('there is one where a machine is launched, and only there', () => {
  const has = (architectures: object[]) => reapWorkflow(imageConfig({ architectures: architectures as never })) !== undefined;
  expect(has([HOSTED])).toBe(false);
  expect(has([HOSTED, { name: 's390x', emulated: { on: 'amd64' } }])).toBe(false);
  expect(has([HOSTED, { name: 'arm64' }])).toBe(true);
  expect(has([{ name: 'amd64' }, { name: 's390x', emulated: { on: 'amd64' } }])).toBe(true);
});

test('twice an hour, off the full hour, whatever the triggers are; by hand also without doing anything', () => {
  const { on } = asGitHubReads(generated());
  const [{ cron }] = on.schedule as { cron: string }[];
  const minutes = cron.split(' ')[0].split(',').map(Number);
  expect(cron).toMatch(/^\d+,\d+ \* \* \* \*$/);
  expect(minutes[1] - minutes[0]).toBe(30);
  expect(minutes[0] % 30).not.toBe(0);
  expect(on.workflow_dispatch).toEqual({ inputs: { 'dry-run': { description: expect.any(String), required: false, type: 'boolean' } } });
  expect(Object.keys(on)).toEqual(['schedule', 'workflow_dispatch']);
});

test('one command, to which the input comes as a variable', () => {
  const { reap } = asGitHubReads(generated()).jobs;
  expect(commands(reap)).toEqual(['exec node .github/scripts/spot-image.mjs reap']);
  expect(reap.steps[place(reap, 'Reap')].env).toEqual({
    RUNNER_TOKEN: '${{ steps.app.outputs.token }}',
    SCHEDULER_ROLE_ARN: '${{ vars.AWS_SCHEDULER_ROLE_ARN }}',
    GITHUB_TOKEN: '${{ github.token }}',
    DRY_RUN: '${{ inputs.dry-run }}',
  });
});

test('it may cancel runs and prove who it is, in the environment, and nothing else', () => {
  const { reap } = asGitHubReads(generated()).jobs;
  expect(reap.permissions).toEqual({ contents: 'read', 'id-token': 'write', actions: 'write' });
  expect(reap.environment).toBe('spot-builders');
  expect(actions(reap)).toEqual(['actions/checkout', 'actions/create-github-app-token', 'aws-actions/configure-aws-credentials']);
  const credentials = reap.steps[place(reap, 'Get AWS credentials')].with;
  expect(Number(credentials?.['role-duration-seconds'])).toBeGreaterThanOrEqual(60 * reap['timeout-minutes']);
});

test('machines are ended even when GitHub gives no token for registrations', () => {
  const { reap } = asGitHubReads(generated()).jobs;
  expect(reap.steps[place(reap, 'Get a token for runner registration')]['continue-on-error']).toBe(true);
});

test('one at a time, and none cut short', () => {
  expect(asGitHubReads(generated()).concurrency).toEqual({ group: 'reap-runners', 'cancel-in-progress': false });
});

test('the file says why the schedule is on, what it costs, and that GitHub may switch it off', () => {
  const head = renderWorkflow(generated()).split('\nname:')[0].replace(/\n# /g, ' ');
  expect(head).toMatch(/on by default.*launches nothing/);
  expect(head).toContain('1,440 a month');
  expect(head).toContain('60 days');
});
