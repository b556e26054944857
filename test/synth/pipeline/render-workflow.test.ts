import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderWorkflow } from '../../../src/synth/pipeline/render-workflow';
import { type Job, read, type Workflow, write } from '../../../src/synth/pipeline/workflow';

const job: Job = {
  name: 'A job',
  runsOn: ['ubuntu-24.04'],
  permissions: { contents: read('look'), pullRequests: write('comment') },
  timeoutMinutes: 5,
  steps: [{ name: 'A step', run: 'true' }],
};

function workflow(overrides: Partial<Workflow> = {}): Workflow {
  return {
    name: 'Test',
    fileName: 'test.yml',
    description: 'What it is for.',
    on: { workflowDispatch: {} },
    concurrency: { group: 'test', cancelInProgress: false, comment: 'One at a time.' },
    jobs: { only: job },
    ...overrides,
  };
}

const withJob = (overrides: Partial<Job>) => workflow({ jobs: { only: { ...job, ...overrides } } });

describe('structure', () => {
  test('events are in snake case, inputs keep their names', () => {
    const inputs = { dryRun: { description: 'x', required: false } };
    expect(parse(renderWorkflow(workflow({ on: { workflowDispatch: { inputs }, pullRequest: {} } }))).on).toEqual({
      workflow_dispatch: { inputs },
      pull_request: {},
    });
  });

  test('keys of jobs and steps are in kebab case, keys of `env` and `with` are not touched', () => {
    const steps = [{ run: 'true', workingDirectory: 'x', env: { someName: 'a' }, with: { someInput: 'b' } }];
    const parsed = parse(renderWorkflow(withJob({ steps, continueOnError: true }))).jobs.only;
    expect(parsed).toMatchObject({ 'timeout-minutes': 5, 'continue-on-error': true, permissions: { 'pull-requests': 'write' } });
    expect(parsed.steps).toEqual([{ run: 'true', 'working-directory': 'x', env: { someName: 'a' }, with: { someInput: 'b' } }]);
  });

  test('nothing is granted at the top', () => {
    expect(parse(renderWorkflow(workflow())).permissions).toEqual({});
  });

  test('outputs name the step they come from', () => {
    const outputs = { label: { stepId: 'launch', outputName: 'the-label' } };
    expect(parse(renderWorkflow(withJob({ outputs }))).jobs.only.outputs).toEqual({ label: '${{ steps.launch.outputs.the-label }}' });
  });

  test('a matrix has its dimensions beside include', () => {
    const strategy = { failFast: false, matrix: { domain: { os: ['a', 'b'] }, include: [{ os: 'c' }] } };
    expect(parse(renderWorkflow(withJob({ strategy }))).jobs.only.strategy).toEqual({
      'fail-fast': false,
      matrix: { os: ['a', 'b'], include: [{ os: 'c' }] },
    });
  });

  test('one value that stands in two places is written out in both', () => {
    const value = ['x'];
    const text = renderWorkflow(withJob({ steps: [{ run: 'a', with: { first: value, second: value } }] }));
    expect(text).not.toMatch(/[&*]a\d/);
    expect(parse(text).jobs.only.steps[0].with).toEqual({ first: value, second: value });
  });

  test('a long command stays on one line', () => {
    const run = `command ${'--long-option value '.repeat(20)}end`;
    expect(renderWorkflow(withJob({ steps: [{ run }] }))).toContain(`- run: ${run}\n`);
  });

  test('keys come in reading order, whatever order they were written in', () => {
    const steps = [{ with: { a: 1 }, uses: `x/y@${'0'.repeat(40)}`, if: 'always()', id: 'i', name: 'N' }];
    const { only } = parse(renderWorkflow(withJob({ steps }))).jobs;
    expect(Object.keys(only)).toEqual(['name', 'runs-on', 'permissions', 'timeout-minutes', 'steps']);
    expect(Object.keys(only.steps[0])).toEqual(['name', 'id', 'if', 'uses', 'with']);
  });
});

describe('comments', () => {
  test('the top says what it is for', () => {
    expect(renderWorkflow(workflow({ description: 'First.\n\nSecond.' }))).toMatch(/^# First\.\n\n# Second\.\n\nname: Test\n/);
  });

  test('a right has its reason beside it', () => {
    expect(renderWorkflow(workflow())).toContain('      contents: read # look\n      pull-requests: write # comment\n');
  });

  test('a pin has its version beside it', () => {
    const uses = `actions/checkout@${'1'.repeat(40)} # v1.2.3`;
    const text = renderWorkflow(withJob({ steps: [{ uses }] }));
    expect(text).toContain(`- uses: ${uses}\n`);
    expect(parse(text).jobs.only.steps[0].uses).toBe(`actions/checkout@${'1'.repeat(40)}`);
  });

  test('jobs and steps have their comment above them', () => {
    const text = renderWorkflow(withJob({ comment: 'Why the job.', steps: [{ run: 'a' }, { run: 'b', comment: 'Why b.' }] }));
    expect(text).toContain('  # Why the job.\n  only:\n');
    expect(text).toContain('      # Why b.\n      - run: b\n');
  });

  test('a remark stands beside its value, also beside one further down', () => {
    const steps = [{ run: 'a', env: { X: 'y' }, remarks: { 'env.X': 'why x' } }];
    const text = renderWorkflow(withJob({ remarks: { 'runs-on': 'why here' }, steps }));
    expect(text).toContain('runs-on: ubuntu-24.04 # why here\n');
    expect(text).toContain('X: y # why x\n');
  });

  test('a remark without its value is refused', () => {
    expect(() => renderWorkflow(withJob({ remarks: { 'runs-off': 'x' } }))).toThrow('There is no "runs-off"');
  });

  test('a long comment is wrapped between words', () => {
    const comment = 'word '.repeat(60).trim();
    const lines = renderWorkflow(withJob({ comment }))
      .split('\n')
      .filter((line) => line.startsWith('  # word'));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => line.length <= 100)).toBe(true);
    expect(lines.map((line) => line.replace('  # ', '')).join(' ')).toBe(comment);
  });

  test('triggers that are off are shown but not in force, and are valid once the # is taken away', () => {
    const push = { branches: ['master'], tags: ['v*'] };
    const text = renderWorkflow(workflow({ off: { on: { push }, comment: 'Off, because.' } }));
    expect(parse(text).on).toEqual({ workflow_dispatch: {} });
    expect(text).toContain('  # Off, because.\n');
    const on = text.replace('  # Off, because.\n', '').replace(/^ {2}# (push:| +(?:branches|tags|-).*)$/gm, '  $1');
    expect(parse(on).on).toEqual({ workflow_dispatch: {}, push });
  });
});
